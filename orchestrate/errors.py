"""What can go wrong in a run, and the exit code each outcome has."""

from __future__ import annotations

EXIT_COMPLETED = 0
EXIT_ERROR = 1
EXIT_USAGE = 2
EXIT_PARTIAL = 3  # only under --strict
EXIT_BUDGET = 4
EXIT_GATE = 5
EXIT_INTERRUPTED = 130  # what a shell expects of a program ended by Ctrl-C
EXIT_TERMINATED = 143  # and of one ended by SIGTERM


class TrigpointError(Exception):
    """An expected error: one clear sentence for the user, and an exit code."""

    exit_code = EXIT_ERROR


class UsageError(TrigpointError):
    """The command was given something it cannot work with."""

    exit_code = EXIT_USAGE


class WarehouseError(TrigpointError):
    """The data directory or a database file in it cannot be used."""


class DiskFullError(TrigpointError):
    """There is no room left where something has to be written."""


class SourcesError(TrigpointError):
    """Every source that was asked failed: there is nothing to build on."""


class GateError(TrigpointError):
    """A data test failed or rows do not add up; nothing was published."""

    exit_code = EXIT_GATE


class InterruptedWorkError(TrigpointError):
    """Ctrl-C or SIGTERM came before the command was done."""

    exit_code = EXIT_INTERRUPTED
