"""Finds the rows of the entities that a build of what changed ranked, without reading the others."""

from __future__ import annotations

import duckdb

WINDOWS = (10_000, 1_000_000)  # rows at the end of the table in which to look first


def rows_of(connection: duckdb.DuckDBPyConnection, table: str, entities: str) -> str:
    """The rows of `table` of these entities, as a subquery. `entities` is a table of all that the build ranked.

    The build has just written these rows, so they are the last ones of the table. Without the limits of their numbers,
    DuckDB reads all columns of all rows.
    """
    first, last = _at_the_end(connection, table, entities) or _anywhere(connection, table, entities)
    limits = "false" if first is None else f"rowid between {first} and {last}"
    return f"(from {table} where {limits} and entity_id in (select entity_id from {entities}))"  # noqa: S608 (ours)


def _at_the_end(connection: duckdb.DuckDBPyConnection, table: str, entities: str) -> tuple[int, int] | None:
    """The first and the last of the rows, if all after the first, and none just before it, are of these entities."""
    ((last,),) = connection.execute(f"select max(rowid) from {table}").fetchall()  # noqa: S608 (ours)
    for window in WINDOWS if last is not None else ():
        ((first, last_other),) = connection.execute(
            "select min(row_no) filter (is_of_these), max(row_no) filter (not is_of_these) from ("  # noqa: S608 (ours)
            f"select rowid as row_no, entity_id in (select entity_id from {entities}) as is_of_these "
            f"from {table} where rowid > {last - window})"
        ).fetchall()
        if first is not None and last_other is not None:
            return (first, last) if last_other < first else None
    return None


def _anywhere(connection: duckdb.DuckDBPyConnection, table: str, entities: str) -> tuple[int | None, int | None]:
    ((first, last),) = connection.execute(
        f"select min(rowid), max(rowid) from {table} "  # noqa: S608 (ours)
        f"where entity_id in (select entity_id from {entities})"
    ).fetchall()
    return first, last
