"""Reads the databases of runs: checks that they exist, and returns rows as dictionaries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from orchestrate.errors import UsageError

# DuckDB then skips the parts of a table that have none of the ids of a join, also if these are more than 50.
SKIPS_OTHER_IDS = "set dynamic_or_filter_threshold = 1000"


def check_was_built(path: Path) -> None:
    """Raises UsageError if no run has made the file (the warehouse or the published file)."""
    if not path.is_file():
        raise UsageError(
            f'Nothing has been built yet: there is no {path}. Build it with: make run QUERY="powerleague portobello"'
        )


def is_of_what_changed(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the last build makes again only what changed. False in a warehouse of a version that made all."""
    try:
        return bool(connection.execute("from ops.build_scope where scope = 'changed'").fetchall())
    except duckdb.CatalogException:
        return False


def check_holds_all_claims(connection: duckdb.DuckDBPyConnection) -> None:
    """Raises UsageError if the last build ranked only what changed: its tables of claims hold no other entities."""
    if is_of_what_changed(connection):
        raise UsageError(
            "The last build ranked only the entities that changed. This command reads the claims of all: "
            "trigpoint build --full"
        )


def query_rows(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | dict[str, Any]
) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def first_row(connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None) -> dict[str, Any] | None:
    """The first row. None if there is no row or no parameter."""
    return next(iter(query_rows(connection, sql, parameters)), None) if parameters else None
