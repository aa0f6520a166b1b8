"""Writes the published file: a complete, tested copy of the marts, put in place in one step."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.store.dbt_project import build_memory
from orchestrate.store.warehouse import sql_text

# The oldest format that DuckDB still writes. Every DuckDB since 1.0 reads it, and so do the tools built on DuckDB.
# Older versions cannot read the default format of DuckDB 2. The old format has no VARIANT, and no mart uses VARIANT.
STORAGE_VERSION = "v1.0.0"


def publish(
    warehouse: Path,
    published: Path,
    run_id: str,
    outcome: Mapping[str, Any],
    is_cancelled: Callable[[], bool],
) -> bool:
    """Write every mart to a new file and rename it over the published file. False if cancelled before the rename.

    `outcome` has the columns of the run's row in `marts.runs` that become true with the rename (status, ended_at,
    ...), so readers never see another state. Readers of the old file keep reading it.
    """
    draft = published.with_name(f".{published.name}.{run_id}")
    draft.unlink(missing_ok=True)
    try:
        with duckdb.connect(config={"temp_directory": f"{draft}.tmp", "memory_limit": build_memory()}) as connection:
            connection.execute(f"attach {sql_text(str(draft))} as draft (storage_version '{STORAGE_VERSION}')")
            connection.execute("use draft")
            _copy_marts(connection, warehouse)
            if outcome:
                _write_outcome(connection, run_id, outcome)
            connection.execute("checkpoint draft")
        with draft.open("rb") as handle:
            os.fsync(handle.fileno())
        if is_cancelled():
            return False
        draft.replace(published)
        return True
    finally:
        draft.unlink(missing_ok=True)


def _copy_marts(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    connection.execute(f"attach {sql_text(str(warehouse))} as work (read_only)")
    connection.execute("create schema marts")
    tables = connection.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = 'work' and table_schema = 'marts' order by table_name"
    ).fetchall()
    for (table,) in tables:
        connection.execute(f'create table marts."{table}" as from work.marts."{table}"')
        _copy_comments(connection, table)
    connection.execute("detach work")


def _copy_comments(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Copy the descriptions too, for analysts who open only this file."""
    comments = connection.execute(
        "select column_name, comment from duckdb_columns() where database_name = 'work' "
        "and schema_name = 'marts' and table_name = ? and comment is not null",
        [table],
    ).fetchall()
    for column, comment in comments:
        connection.execute(f'comment on column marts."{table}"."{column}" is {sql_text(comment)}')
    # A view of the warehouse becomes a table here.
    (comment,) = connection.execute(
        "select max(comment) from (from duckdb_tables() select database_name, schema_name, table_name, comment "
        "union all from duckdb_views() select database_name, schema_name, view_name, comment) "
        "where database_name = 'work' and schema_name = 'marts' and table_name = ?",
        [table],
    ).fetchall()[0]
    if comment:
        connection.execute(f'comment on table marts."{table}" is {sql_text(comment)}')


def _write_outcome(connection: duckdb.DuckDBPyConnection, run_id: str, outcome: Mapping[str, Any]) -> None:
    assignments = ", ".join(f"{column} = ?" for column in outcome)
    connection.execute(
        f"update marts.runs set {assignments} where run_id = ?",  # noqa: S608 (the columns are ours)
        [*outcome.values(), run_id],
    )
