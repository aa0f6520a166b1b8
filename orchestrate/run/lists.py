"""The declared lists in a run or a build: land what changed, map it, and remember what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING

import duckdb

from orchestrate.errors import UsageError
from orchestrate.settings import Settings
from orchestrate.store.lists import declare_lists

if TYPE_CHECKING:
    from ingest.lists.declaration.contract import ListContract
    from ingest.lists.loads import ListOutcome


def bring_in_lists(
    connection: duckdb.DuckDBPyConnection,
    contracts: Sequence[ListContract],
    settings: Settings,
    run_id: str,
    now: datetime,
) -> tuple[ListOutcome, ...]:
    """Declare the lists and land what changed. The failure of a list is in its outcome; its older rows stay."""
    declare_lists(connection, contracts)
    if not contracts:
        return ()
    from ingest.lists.landing import ListLanding

    landing = ListLanding(connection, settings.sources_dir, settings.mode_dir / "dlt", run_id, now)
    outcomes = _mapped(connection, contracts, landing.land(contracts))
    _remember(connection, run_id, outcomes)
    return outcomes


def map_declared_lists(connection: duckdb.DuckDBPyConnection, contracts: Sequence[ListContract]) -> None:
    """Declare the lists and map their landed rows, for a command that lands nothing. Raises UsageError."""
    declare_lists(connection, contracts)
    if contracts:
        from ingest.errors import SourceError
        from ingest.lists.mapping import map_lists

        try:
            map_lists(connection, contracts)
        except SourceError as error:
            raise UsageError(error.sentence) from None


def _mapped(
    connection: duckdb.DuckDBPyConnection, contracts: Sequence[ListContract], outcomes: Sequence[ListOutcome]
) -> tuple[ListOutcome, ...]:
    """The outcomes; a mapping that changed since the list landed may fail on its rows."""
    from ingest.errors import SourceError
    from ingest.lists.mapping import map_lists

    mapped = []
    for contract, outcome in zip(contracts, outcomes, strict=True):
        try:
            map_lists(connection, [contract])
        except SourceError as error:
            outcome = replace(outcome, state="failed", sentence=error.sentence)
        mapped.append(outcome)
    return tuple(mapped)


def _remember(connection: duckdb.DuckDBPyConnection, run_id: str, outcomes: Sequence[ListOutcome]) -> None:
    """Write the outcomes to `ops.list_looks`, from which the reports are made."""
    for position, outcome in enumerate(outcomes):
        row = {"run_id": run_id, "position": position, **asdict(outcome)}
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        values = [list(value) if isinstance(value, tuple) else value for value in row.values()]
        connection.execute(f"insert into ops.list_looks ({columns}) values ({marks})", values)  # noqa: S608
