"""The errors of a command, and the exit code of each outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestrate.contracts.base import ErrorKind

EXIT_COMPLETED = 0
EXIT_ERROR = 1
EXIT_USAGE = 2
EXIT_PARTIAL = 3  # only under --strict
EXIT_BUDGET = 4
EXIT_GATE = 5
EXIT_INTERRUPTED = 130  # shells expect this code after Ctrl-C
EXIT_TERMINATED = 143  # and this code after SIGTERM


class TrigpointError(Exception):
    """An expected error: one clear sentence for the user, a kind for programs, and an exit code."""

    exit_code = EXIT_ERROR
    kind: ErrorKind = "failed"


class UsageError(TrigpointError):
    """The input of the command cannot be used."""

    exit_code = EXIT_USAGE
    kind: ErrorKind = "usage"


class NothingToExportError(UsageError):
    """No entity was asked for, or none of its cells may be passed on. A job may take that for an empty answer."""

    kind: ErrorKind = "nothing_to_export"


class WarehouseError(TrigpointError):
    """The data directory or a database file in it cannot be used."""

    kind: ErrorKind = "warehouse"


class DiskFullError(TrigpointError):
    """The disk is full."""

    kind: ErrorKind = "disk_full"


class SourcesError(TrigpointError):
    """Every source that was asked failed, so there is nothing to build."""

    kind: ErrorKind = "no_source_answered"


class GateError(TrigpointError):
    """A data test failed, or rows do not add up. Nothing was published."""

    exit_code = EXIT_GATE
    kind: ErrorKind = "checks_failed"


class InterruptedWorkError(TrigpointError):
    """Ctrl-C or SIGTERM stopped the command before its end."""

    exit_code = EXIT_INTERRUPTED
    kind: ErrorKind = "interrupted"
