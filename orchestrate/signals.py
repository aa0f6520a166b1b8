"""The signals that stop a command: Ctrl-C, and SIGTERM, which CI and containers send. Both have the same effect."""

from __future__ import annotations

import signal
from types import FrameType

_terminated = False


def is_terminated() -> bool:
    """Whether SIGTERM has come."""
    return _terminated


def treat_termination_as_ctrl_c() -> None:
    """Make SIGTERM act like Ctrl-C: asyncio cancels, and other code gets KeyboardInterrupt."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A job that a script started with & ignores Ctrl-C and must continue to do so. But asyncio needs the default
        # handler, so this restores the handler and blocks the signal itself.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    global _terminated
    _terminated = True
    handler = signal.getsignal(signal.SIGINT)
    if callable(handler):
        handler(number, frame)
