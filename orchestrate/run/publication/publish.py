"""Writes the published file: a complete, tested copy of the marts, put in place in one step."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Container, Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.run.publication.copies import CopyAhead, copy_file, put_in_place
from orchestrate.run.publication.ranked_rows import rows_of
from orchestrate.run.publication.scope import MARTS_KEPT
from orchestrate.run.publication.views import create_views
from orchestrate.store.dbt_project import build_memory, change_memory
from orchestrate.store.queries import SKIPS_OTHER_IDS
from orchestrate.store.warehouse import sql_text

# The oldest format that DuckDB still writes. Every DuckDB since 1.1 reads it, and so do the
# tools built on DuckDB; 1.0 cannot read a list of texts in `entities`.
# Older versions cannot read the default format of DuckDB 2. The old format has no VARIANT, and no mart uses VARIANT.
STORAGE_VERSION = "v1.0.0"

CHANGES = "published_changes"
EVENTS = "entity_id_events"
# Of these, a change reads the rows of few entities. In order, they are in few places, and the file is smaller.
IN_ORDER = ("entity_history",)


def publish(
    warehouse: Path,
    published: Path,
    run_id: str,
    outcome: Mapping[str, Any],
    is_cancelled: Callable[[], bool],
    left_in_files: Mapping[str, str] = {},
    copied: CopyAhead | None = None,
) -> bool:
    """Write the marts to a new file and rename it over the published file. False if cancelled before the rename.

    After a build that ranked only what changed, the new file is a copy of the published one with that change.

    `outcome` has the columns of the run's row in `marts.runs` that become true with the rename (status, ended_at,
    ...), so readers never see another state. Readers of the old file keep reading it.

    `left_in_files` has marts that are too large for the file, each with the query of its Parquet files: a view.
    `copied` may be a copy of the published file that was made before.
    """
    draft = published.with_name(f".{published.name}.{run_id}")
    draft.unlink(missing_ok=True)
    try:
        takes_change = _is_one_behind(warehouse, published)
        if takes_change and not (copied and copied.move_to(draft)):
            copy_file(published, draft)
        memory = change_memory() if takes_change else build_memory()
        with duckdb.connect(config={"temp_directory": f"{draft}.tmp", "memory_limit": memory}) as connection:
            options = "" if takes_change else f" (storage_version '{STORAGE_VERSION}')"
            connection.execute(f"attach {sql_text(str(draft))} as draft{options}")
            connection.execute("use draft")
            connection.execute(f"attach {sql_text(str(warehouse))} as work (read_only)")
            connection.execute(SKIPS_OTHER_IDS)
            if takes_change:  # one transaction for all, because each waits for the disk
                connection.execute("begin")
            copy_marts(connection, set(MARTS_KEPT) if takes_change else set(), left_in_files)
            if outcome:
                _write_outcome(connection, run_id, outcome)
            if takes_change:
                connection.execute("commit")
            create_views(connection)
            connection.execute("checkpoint draft")
        with draft.open("rb") as handle:
            os.fsync(handle.fileno())
        if is_cancelled():
            return False
        put_in_place(draft, published)
        return True
    finally:
        draft.unlink(missing_ok=True)


def _is_one_behind(warehouse: Path, published: Path) -> bool:
    """Whether the build ranked what changed since the build that is published."""
    if not published.exists():
        return False
    with duckdb.connect() as connection:
        connection.execute(f"attach {sql_text(str(warehouse))} as work (read_only)")
        connection.execute(f"attach {sql_text(str(published))} as published (read_only)")
        try:
            ((behind,),) = connection.execute(
                "select (select max(publication_no) from work.ops.publications) "
                "- (select max(publication_no) from published.marts.publications) "
                "from work.ops.build_scope where scope = 'changed'"
            ).fetchall() or ((None,),)
        except duckdb.CatalogException:  # from a version that kept no record
            return False
        return bool(behind == 1)


def copy_marts(
    connection: duckdb.DuckDBPyConnection, kept: Collection[str], left_in_files: Mapping[str, str] = {}
) -> None:
    """Copy each mart of the database `work` to the one in use.

    Of the marts in `kept`, only the rows of the entities that were ranked change. If any is kept, changes are appended.
    Those `left_in_files` become views.
    """
    connection.execute("create schema if not exists marts")
    tables = connection.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = 'work' and table_schema = 'marts' order by table_name"
    ).fetchall()
    if kept:
        connection.execute(
            "create or replace temp table ranked as "
            "select entity_id from work.intermediate.int_entity_moments where ranked_because is not null"
        )
    for (table,) in tables:
        if table in kept:
            _copy_ranked(connection, table)
        elif table == CHANGES and kept:
            _append_changes(connection)
        elif table == EVENTS and kept:
            _copy_events(connection)
        elif table in left_in_files:
            connection.execute(f'create view marts."{table}" as {left_in_files[table]}')
        else:
            order = " order by entity_id" if table in IN_ORDER else ""
            connection.execute(f'create or replace table marts."{table}" as from work.marts."{table}"{order}')
    _copy_comments(connection, left_in_files)


def _copy_ranked(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    if table == "entities":
        connection.execute(_SLUGS_GIVEN)
    connection.execute(f"delete from marts.{table} where entity_id in (from ranked)")  # noqa: S608 (our names)
    rows = rows_of(connection, f"work.marts.{table}", "ranked")
    connection.execute(f"insert into marts.{table} by name from {rows}")
    if table == "entities":
        connection.execute(_SLUGS_RENEWED)


# A place with the same name may give another place a new slug, and so may one that had the same name.
_SLUGS_GIVEN = (
    "create or replace temp table slugs_given as "
    "select slug from marts.entities where entity_id in (select entity_id from ranked)"
)
_SLUGS_RENEWED = """
    update marts.entities as entities set slug = now.slug
    from (
        select entity_id, slug from work.marts.entities
        where entity_id in (
            select entity_id from work.intermediate.int_entity_slugs
            union
            select entity_id from work.intermediate.int_entity_names
            where wanted_slug in (
                select slug from slugs_given
                union all
                select left(slug, -7) from slugs_given -- without the part of an id that one of several has
            )
        )
    ) as now
    where entities.entity_id = now.entity_id and entities.slug is distinct from now.slug
"""


def _copy_events(connection: duckdb.DuckDBPyConnection) -> None:
    """Other ids have the events that they had: one that ended may have begun again, or ends at another moment."""
    connection.execute(
        """
        create or replace temp table made_again as
            select entity_id from work.intermediate.int_entities_reached
            union select entity_id from marts.entity_id_events where event in ('absorb', 'retire');
        delete from marts.entity_id_events where entity_id in (from made_again);
        insert into marts.entity_id_events by name
            from work.marts.entity_id_events where entity_id in (from made_again)
        """
    )


def _append_changes(connection: duckdb.DuckDBPyConnection) -> None:
    """Only a build of everything changes what earlier publications recorded."""
    ((last,),) = connection.execute(f"select coalesce(max(publication_no), 0) from marts.{CHANGES}").fetchall()  # noqa: S608
    connection.execute(f"insert into marts.{CHANGES} by name from work.marts.{CHANGES} where publication_no > {last}")


def _copy_comments(connection: duckdb.DuckDBPyConnection, views: Container[str]) -> None:
    """Copy the descriptions too, for analysts who open only this file. A view of the warehouse is a table here, but
    for `views`. The descriptions that the file has stay, because each is a statement of its own."""
    here = set(_comments(connection, "current_database()"))
    targets = [
        (f'{_kind(table, column, views)} marts."{table}"' + (f'."{column}"' if column else ""), comment)
        for table, column, comment in _comments(connection, "'work'")
        if (table, column, comment) not in here
    ]
    connection.execute(";".join(f"comment on {target} is {sql_text(comment)}" for target, comment in targets))


def _comments(connection: duckdb.DuckDBPyConnection, database: str) -> list[tuple[str, str | None, str]]:
    """The table, the column and the comment of each that has one. A table has no column."""
    return connection.execute(
        "select table_name, column_name, comment from duckdb_columns() "  # noqa: S608 (our names)
        f"where database_name = {database} and schema_name = 'marts' and comment is not null "
        "union all select name, null, comment from ("
        "from duckdb_tables() select database_name, schema_name, table_name as name, comment "
        "union all from duckdb_views() select database_name, schema_name, view_name, comment) "
        f"where database_name = {database} and schema_name = 'marts' and comment is not null order by all"
    ).fetchall()


def _kind(table: str, column: str | None, views: Container[str]) -> str:
    return "column" if column else "view" if table in views else "table"


def _write_outcome(connection: duckdb.DuckDBPyConnection, run_id: str, outcome: Mapping[str, Any]) -> None:
    assignments = ", ".join(f"{column} = ?" for column in outcome)
    connection.execute(
        f"update marts.runs set {assignments} where run_id = ?",  # noqa: S608 (the columns are ours)
        [*outcome.values(), run_id],
    )
