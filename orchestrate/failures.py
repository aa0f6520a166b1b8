"""The end of a failed command: a sentence on stderr, an exit code and, under --json, an object on stdout."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from rich.console import Console

from ingest.checks.wrong_values import what_is_wrong
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
from orchestrate.terminal import FAILED, json_text


@dataclass(frozen=True)
class Failure:
    """Why a command failed. The message is empty if the reason is already printed."""

    kind: ErrorKind
    message: str
    exit_code: int


def interruption(message: str = "Interrupted.") -> Failure:
    """The failure after Ctrl-C or SIGTERM. Each has its own exit code."""
    if is_terminated():
        return Failure("terminated", message, EXIT_TERMINATED)
    return Failure("interrupted", message, EXIT_INTERRUPTED)


def failure_of(error: Exception) -> Failure:
    """The message and codes for an exception that ended the command."""
    if isinstance(error, InterruptedWorkError):
        return interruption(str(error))
    if isinstance(error, TrigpointError):
        return Failure(error.kind, str(error), error.exit_code)
    if hasattr(error, "format_message"):  # click raises this for wrong options; it has no public base class
        context = getattr(error, "ctx", None)
        return Failure("usage", _usage(_wrong_value(error) or error.format_message(), context), EXIT_USAGE)
    if full := no_room(error, None):
        return Failure(full.kind, str(full), full.exit_code)
    logging.getLogger(__name__).debug("unexpected", exc_info=error)
    return Failure(
        "unexpected",
        f"Unexpected {type(error).__name__}: {error}. This is a fault in Trigpoint. "
        "Run again with TRIGPOINT_LOG_LEVEL=DEBUG and report the output.",
        EXIT_ERROR,
    )


def _wrong_value(error: Any) -> str | None:
    """The sentence about a value that typer refused. None if it refused something else."""
    if not isinstance(error.__cause__, ValidationError):
        return None
    first = error.__cause__.errors(include_url=False)[0]
    name = error.param.get_error_hint().strip("'")
    sentence = f"{name} {what_is_wrong(first)}"
    return sentence if repr(first["input"]) in sentence else f"{sentence}, not {first['input']!r}"


def _usage(sentence: str, context: Any) -> str:
    """Click's sentence, and how to get the help. Without a command click prints the help itself."""
    if not sentence:
        return ""
    command = context.command_path if context else "trigpoint"
    takes_one = context and any(parameter.param_type_name == "argument" for parameter in context.command.params)
    if sentence.startswith("Got unexpected extra argument") and takes_one:
        sentence += f'. Put quotes around several words, as in: {command} "powerleague portobello".'
    end = "" if sentence.rstrip(".").endswith("?") else "."
    return f"{sentence.rstrip('.')}{end} Try: {command} --help"


def report(failure: Failure, arguments: Sequence[str], stderr: Console) -> None:
    """Print the sentence and, if `arguments` ask for JSON, the object."""
    if failure.message:
        stderr.print(failure.message, style=FAILED, markup=False, highlight=False, soft_wrap=True)
    try:
        if failure.message and is_json_wanted(arguments):
            _print_object(failure)
        sys.stdout.flush()
    except OSError:  # the disk is full, or the reader closed the pipe: Python would print this error again at exit
        close_stdout()


def is_json_wanted(arguments: Sequence[str]) -> bool:
    """Whether --json is among the options. Another option may be wrong."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


def _print_object(failure: Failure) -> None:
    detail = ErrorDetail(kind=failure.kind, message=failure.message)
    sys.stdout.write(json_text(ErrorReport(error=detail, exit_code=failure.exit_code).as_json()) + "\n")


def close_stdout() -> None:
    """Send further output to nowhere: the reader closed the pipe, or the disk is full."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
