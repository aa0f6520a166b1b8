"""Which entities an export holds: all, the answers of a run, or the rows of an SQL statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from orchestrate.errors import NothingToExportError, UsageError
from orchestrate.export.columns import COLUMNS
from orchestrate.export.request import is_sql
from orchestrate.store.queries import check_was_built, query_rows
from orchestrate.store.warehouse import QUIET, connect, sql_text

MEMORY = "1GB"  # DuckDB writes what needs more to its temporary directory
BATCH = 10_000

# The order of the report of a run.
ANSWERS = """
insert into chosen
select row_number() over (
    order by entities.source_count desc, entities.completeness desc, entities.entity_name, entities.entity_id
), entities.entity_id
from marts.run_entities inner join marts.entities on run_entities.entity_id = entities.entity_id
where run_entities.run_id = $1 and run_entities.is_answer
"""


@dataclass(frozen=True)
class Selection:
    """The table `chosen` is filled with these entities."""

    entities: int
    query: str | None = None
    run_id: str | None = None
    columns: tuple[str, ...] | None = None  # that an SQL statement names; None: all


@contextmanager
def opened(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads the published file, and the Parquet files of its build. Its own tables are in memory.

    Raises UsageError if nothing is published yet, or if the file comes from a version without classes of licences.
    """
    check_was_built(published)
    connect(published, read_only=True).close()  # the sentences for a file that is no database
    with (
        TemporaryDirectory(prefix="trigpoint-export-") as scratch,
        duckdb.connect(config={"temp_directory": scratch, "memory_limit": MEMORY}) as connection,
    ):
        connection.execute(QUIET)
        connection.execute(f"attach {sql_text(str(published))} as published (read_only)")
        connection.execute("create table chosen (position bigint, entity_id varchar)")
        # A mart that is too large for the file is a view of the Parquet files beside it.
        connection.execute("set allowed_directories = [?]", [str(published.parent.resolve() / "marts")])
        connection.execute("set enable_external_access = false")
        try:
            connection.execute("select licence_class from published.marts.entity_claims limit 0")
        except (duckdb.BinderException, duckdb.CatalogException):
            raise UsageError(
                f"{published} comes from a version that has no classes of licences. Publish again: trigpoint build"
            ) from None
        try:
            yield connection
        except RuntimeError as error:
            if "interrupted" in str(error).lower():  # what DuckDB makes of Ctrl-C
                raise KeyboardInterrupt from None
            raise


def select_entities(connection: duckdb.DuckDBPyConnection, asked: str | None) -> Selection:
    """Fill the table `chosen`. Raises UsageError, in one sentence, if no entity can be chosen."""
    if asked is None:
        connection.execute(
            "insert into chosen select row_number() over (order by entity_id), entity_id from published.marts.entities"
        )
        return Selection(_count(connection))
    run = _last_run(connection, asked)
    if run is None and is_sql(asked):
        return _by_sql(connection, asked)
    if run is None:
        raise UsageError(f'The query "{asked}" has no run yet. Run it first: trigpoint run "{asked}"')
    choose_answers(connection, run["run_id"])
    if not (entities := _count(connection)):
        raise NothingToExportError(f'No entity answers the last run of "{asked}", so there is nothing to export.')
    return Selection(entities, query=run["query"], run_id=run["run_id"])


def choose_answers(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Fill the table `chosen` with the answers of a run."""
    connection.execute(ANSWERS.replace("marts.", "published.marts."), [run_id])


def _last_run(connection: duckdb.DuckDBPyConnection, asked: str) -> dict[str, str] | None:
    """The last run of the query that was published. Case and spaces make no difference."""
    runs = query_rows(
        connection,
        "select run_id, query from published.marts.runs where status in ('completed', 'partial') "
        "and lower(regexp_replace(trim(query), '\\s+', ' ', 'g')) = $1 order by started_at desc, run_id desc limit 1",
        [re.sub(r"\s+", " ", asked).lower()],
    )
    return runs[0] if runs else None


def _by_sql(connection: duckdb.DuckDBPyConnection, statement: str) -> Selection:
    """The entities of a statement, in its order, once each. Their values come from the cells, not from the statement.

    So a value whose licence is unknown cannot pass: a column that is no column of a golden record is refused.
    """
    reader = connection.cursor()
    try:
        reader.execute(QUIET)
        reader.execute("use published.marts")
        result = reader.execute(_select(reader, statement))
        names = [str(column[0]) for column in result.description]
        columns = _columns(names)
        _insert(connection, result, names.index("entity_id"))
    except duckdb.Error as error:
        raise UsageError(str(error)) from None
    finally:
        reader.close()
    if not (entities := _count(connection)):
        raise NothingToExportError("The SQL statement returns no published entity, so there is nothing to export.")
    return Selection(entities, columns=columns)


def _select(connection: duckdb.DuckDBPyConnection, text: str) -> duckdb.Statement:
    statements = connection.extract_statements(text)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise UsageError("Give one SQL statement that selects rows.")
    return statements[0]


def _columns(names: list[str]) -> tuple[str, ...] | None:
    if "entity_id" not in names:
        raise UsageError(
            "The SQL statement has no column entity_id, so the licences of its values are unknown. Add entity_id."
        )
    known = {column.name for column in COLUMNS}
    wanted = [name for name in dict.fromkeys(names) if name != "source_info"]
    if unknown := [name for name in wanted if name not in known]:
        raise UsageError(
            f"{unknown[0]} is no column of marts.entities, so the licence of its values is unknown. Leave it out."
        )
    return None if wanted == ["entity_id"] or {"source_info", "entity_name"} <= set(names) else tuple(wanted)


def _insert(connection: duckdb.DuckDBPyConnection, result: duckdb.DuckDBPyConnection, index: int) -> None:
    connection.execute("create table returned (position bigint, entity_id varchar)")
    position = 0
    while batch := result.fetchmany(BATCH):
        ids = [str(row[index]) for row in batch]
        connection.execute(
            "insert into returned select $1 + generate_subscripts($2::varchar[], 1), unnest($2::varchar[])",
            [position, ids],
        )
        position += len(ids)
    connection.execute(
        "insert into chosen select min(position), entity_id from returned "
        "semi join published.marts.entities using (entity_id) group by entity_id"
    )
    connection.execute("drop table returned")


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    ((entities,),) = connection.execute("select count(*) from chosen").fetchall()
    return int(entities)


def publication(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The number and the moment of the published file."""
    last = "select publication_no, published_at from published.marts.publications order by publication_no desc limit 1"
    rows = query_rows(connection, last, [])
    return rows[0] if rows else {"publication_no": None, "published_at": None}
