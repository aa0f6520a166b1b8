"""How a failed command ends: a sentence on stderr, an exit code and, under --json, an object on stdout."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from orchestrate.contracts.base import ErrorDetail, ErrorKind, ErrorReport
from orchestrate.errors import (
    EXIT_ERROR,
    EXIT_INTERRUPTED,
    EXIT_TERMINATED,
    EXIT_USAGE,
    InterruptedWorkError,
    TrigpointError,
)
from orchestrate.signals import is_terminated
from orchestrate.store.disk import no_room
from orchestrate.terminal import json_text


@dataclass(frozen=True)
class Failure:
    """Why a command failed. An empty message: the reason is printed already."""

    kind: ErrorKind
    message: str
    exit_code: int


def interruption(message: str = "Interrupted.") -> Failure:
    """Ctrl-C, or SIGTERM, which has an exit code of its own."""
    if is_terminated():
        return Failure("terminated", message, EXIT_TERMINATED)
    return Failure("interrupted", message, EXIT_INTERRUPTED)


def failure_of(error: Exception) -> Failure:
    """What an exception that ended the command says to people and to programs."""
    if isinstance(error, InterruptedWorkError):
        return interruption(str(error))
    if isinstance(error, TrigpointError):
        return Failure(error.kind, str(error), error.exit_code)
    if hasattr(error, "format_message"):  # what click raises for wrong options; it shares no public base with ours
        return Failure("usage", _usage(error.format_message(), getattr(error, "ctx", None)), EXIT_USAGE)
    if full := no_room(error, None):
        return Failure(full.kind, str(full), full.exit_code)
    logging.getLogger(__name__).debug("unexpected", exc_info=error)
    return Failure(
        "unexpected",
        f"Unexpected {type(error).__name__}: {error}. This is a fault in Trigpoint; "
        "run again with TRIGPOINT_LOG_LEVEL=DEBUG and report what it prints.",
        EXIT_ERROR,
    )


def _usage(sentence: str, context: Any) -> str:
    """What click finds wrong, and where the options are; without a command click prints the help itself."""
    if not sentence:
        return ""
    command = context.command_path if context else "trigpoint"
    if sentence.startswith("Got unexpected extra argument"):
        sentence += f'. Words that belong together need quotes, as in: {command} "powerleague portobello".'
    return f"{sentence.rstrip('.')}. Try: {command} --help"


def report(failure: Failure, arguments: Sequence[str], stderr: Console) -> None:
    """Print the sentence and, where `arguments` ask for JSON, the object."""
    if failure.message:
        stderr.print(failure.message, markup=False, highlight=False, soft_wrap=True)
    try:
        if failure.message and is_json_wanted(arguments):
            _print_object(failure)
        sys.stdout.flush()
    except OSError:  # its disk is full, or its reader has left: Python would say so once more at the end
        close_stdout()


def is_json_wanted(arguments: Sequence[str]) -> bool:
    """Whether --json is among the options, even if another option is wrong."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


def _print_object(failure: Failure) -> None:
    detail = ErrorDetail(kind=failure.kind, message=failure.message)
    sys.stdout.write(json_text(ErrorReport(error=detail, exit_code=failure.exit_code).as_json()) + "\n")


def close_stdout() -> None:
    """Let nothing more be written to stdout: its reader has left, or its disk is full."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
