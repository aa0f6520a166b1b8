"""Finds landed records that make a model raise, by bisection, moves them to the rejects, and reports them.

A build without errors costs nothing extra. After a failed build, the SQL that failed runs again over fewer and fewer
records, in transactions that are rolled back.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

import duckdb

# ruff: noqa: S608 (tables and views are named by the project itself)

LONGEST_REASON = 200  # characters
# Tables with rows that name their record. A model may fail on rows of any of them.
TABLES_OF_RECORDS = ("intermediate.int_record_versions", "intermediate.int_record_claims")


class BrokenModel(NamedTuple):
    """A model that the database could not build, and its compiled SQL."""

    name: str
    sql: str


class Suspect(NamedTuple):
    """One version of a landed record."""

    source_name: str
    source_record_id: str
    payload_hash: str


class Found(NamedTuple):
    suspect: Suspect
    reason: str


def reject_poison(connection: duckdb.DuckDBPyConnection, broken: Sequence[BrokenModel], now: datetime) -> list[str]:
    """Move the records that make staging raise to `raw.rejects` or, if there are none, those that break a model.

    Returns a sentence for each record. No sentence means that no record causes the failure.
    """
    found = list(_in_staging(connection)) or list(_in_models(connection, broken))
    connection.begin()
    for suspect, reason in found:
        _move(connection, suspect, reason, now)
    connection.commit()
    return [f"{source} {record_id} cannot be used: {reason}" for (source, record_id, _), reason in found]


def _in_staging(connection: duckdb.DuckDBPyConnection) -> Iterator[Found]:
    for source, views in _staging_views(connection).items():
        table = f"raw.{source}"
        suspects = [Suspect(source, *key) for key in _keys(connection, table)]
        queries = [f"from staging.{view}" for view in views]
        yield from _guilty(suspects, partial(_fault, connection, table, queries))


def _in_models(connection: duckdb.DuckDBPyConnection, broken: Sequence[BrokenModel]) -> Iterator[Found]:
    known = set(connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall())
    for model in broken:
        for table in TABLES_OF_RECORDS:
            if (table,) not in known:
                continue
            suspects = [Suspect(*key) for key in _keys(connection, table, "source_name, ")]
            found = list(_guilty(suspects, partial(_fault, connection, table, [model.sql])))
            if found:
                yield from found
                return


def _staging_views(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The staging views of each source with records that can be moved."""
    sources = connection.execute(
        "select table_name from duckdb_columns() where schema_name = 'raw' and column_name = 'payload_hash' "
        "order by all"
    ).fetchall()
    views = connection.execute("select view_name from duckdb_views() where schema_name = 'staging' order by all")
    names = [name for (name,) in views.fetchall()]
    return {source: [name for name in names if name.startswith(f"stg_{source}__")] for (source,) in sources}


def _keys(connection: duckdb.DuckDBPyConnection, table: str, first: str = "") -> list[tuple[str, ...]]:
    columns = f"{first}source_record_id, payload_hash"
    return connection.execute(
        f"select distinct {columns} from {table} where payload_hash is not null order by all"
    ).fetchall()


def _guilty(suspects: Sequence[Suspect], fault: Callable[[Sequence[Suspect]], str | None]) -> Iterator[Found]:
    """The records that break the SQL, each with the reason. `fault` runs the SQL and returns the error, if any."""
    reason = fault(suspects)
    if reason is None or (len(suspects) != 1 and fault([])):
        return  # it runs, or it fails even without a record
    yield from _halved(suspects, reason, fault)


def _halved(
    suspects: Sequence[Suspect], reason: str, fault: Callable[[Sequence[Suspect]], str | None]
) -> Iterator[Found]:
    if len(suspects) == 1:
        yield Found(suspects[0], reason)
        return
    middle = len(suspects) // 2
    for half in (suspects[:middle], suspects[middle:]):
        if half_reason := fault(half):
            yield from _halved(half, half_reason, fault)


def _fault(
    connection: duckdb.DuckDBPyConnection, table: str, queries: Sequence[str], some: Sequence[Suspect]
) -> str | None:
    """The database's error when the queries run over only these records of the table. None if they run.

    Raises duckdb.OperationalError if the database cannot work at all: no memory, no disk.
    """
    connection.begin()
    try:
        connection.execute(
            f"delete from {table} where not exists ("
            "from (select unnest(?::varchar[]) as id, unnest(?::varchar[]) as hash) as kept "
            "where kept.id = source_record_id and kept.hash = payload_hash)",
            [[suspect.source_record_id for suspect in some], [suspect.payload_hash for suspect in some]],
        )
        for query in queries:
            connection.execute(f"create or replace temp table looked_at as {query}")
    except (duckdb.DataError, duckdb.ProgrammingError, duckdb.NotSupportedError) as error:
        return " ".join(str(error).split("\n")[0].split())[:LONGEST_REASON]
    finally:
        connection.rollback()
    return None


def _move(connection: duckdb.DuckDBPyConnection, suspect: Suspect, reason: str, now: datetime) -> None:
    """Turn each landing of the version into a reject of its run, and correct the counts of that run."""
    source, *key = suspect
    table = _table_of(connection, source)
    is_it = "source_record_id = ? and payload_hash = ?"
    # A reject that `replay` landed too early becomes a waiting reject again.
    back = connection.execute(
        "update raw.rejects set replayed_at = null, reason = $reason "
        "where source = $source and source_record_id = $id and replayed_at is not null and run_id in "
        f"(select run_id from {table} where source_record_id = $id and payload_hash = $hash) returning run_id",
        {"reason": reason, "source": source, "id": key[0], "hash": key[1]},
    ).fetchall()
    moved = connection.execute(
        "insert into raw.rejects by name "
        "select run_id, ? as source, request_id, source_record_id, ? as reason, payload, ? as rejected_at "
        f"from {table} where {is_it} and run_id not in (select unnest(?::varchar[])) returning run_id",
        [source, reason, now, *key, [run_id for (run_id,) in back]],
    ).fetchall()
    connection.execute(f"delete from {table} where {is_it}", key)
    sentence = f"{source} {key[0]} cannot be used: {reason}"
    for run_id, rows in Counter(run_id for (run_id,) in moved).items():
        _account(connection, run_id, source, rows, sentence)


def _table_of(connection: duckdb.DuckDBPyConnection, source: str) -> str:
    """The rows of all declared lists are in one table."""
    is_list = connection.execute("from ops.lists where source_name = ?", [source]).fetchall()
    return "raw.lists" if is_list else f"raw.{source}"


def _account(connection: duckdb.DuckDBPyConnection, run_id: str, source: str, rows: int, sentence: str) -> None:
    """Keep fetched = landed + rejected + repeated true after the move."""
    stage = connection.execute(
        "select losses, errors from ops.run_stages where run_id = ? and stage = 'ingest'", [run_id]
    ).fetchone()
    if stage:
        losses, errors = map(json.loads, stage)
        losses["rejected"] = losses.get("rejected", 0) + rows
        connection.execute(
            "update ops.run_stages set rows_out = rows_out - ?, losses = ?, errors = ? "
            "where run_id = ? and stage = 'ingest'",
            [rows, json.dumps(losses), json.dumps([*errors, sentence]), run_id],
        )
    for table in ("raw.answers", "raw.answer_uses"):
        connection.execute(
            f"update {table} set records = records - ? where run_id = ? and source = ?", [rows, run_id, source]
        )
