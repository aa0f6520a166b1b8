"""What asks a command to stop: Ctrl-C, and SIGTERM, which CI and containers send; both are answered alike."""

from __future__ import annotations

import signal
from types import FrameType

_terminated = False


def is_terminated() -> bool:
    """Whether SIGTERM has come."""
    return _terminated


def treat_termination_as_ctrl_c() -> None:
    """From here on SIGTERM does what Ctrl-C does at that moment: asyncio cancels, anything else is interrupted."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A job that a script started with & ignores Ctrl-C, and is to go on doing so. But asyncio answers only
        # where nobody has changed the handler: it is put back, and the signal itself held off.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    global _terminated
    _terminated = True
    handler = signal.getsignal(signal.SIGINT)
    if callable(handler):
        handler(number, frame)
