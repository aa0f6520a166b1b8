"""Reads phones, addresses, hours and other values from payloads, once for each version of a record.

Staging joins these readings. So the same code reads a value in a payload and a value in a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa

from extract.geography.whereabouts import Asked
from extract.payloads.kinds import Readers, load_readers

# ruff: noqa: S608 (the names of sources and columns come from our seed)

BATCH = 20_000  # payloads in memory at a time
# The records of a CSV file have columns instead of a payload.
RECORDS = "records"
IDENTITY = ("source_name", "source_record_id", "payload_hash")
READING = pa.schema(
    [
        *((name, pa.string()) for name in ("payload", "asked_in", "field_name", "value", "reason", "written", "path")),
        ("others", pa.list_(pa.string())),
    ]
)
SAME_VERSION = (
    "readings.source_name = stored.source_name and readings.source_record_id = stored.source_record_id "
    "and readings.payload_hash is not distinct from stored.payload_hash "
    "and readings.asked_in is not distinct from stored.asked_in"
)
# The areas that a record's runs asked, one entry for each country with the box around its areas, the latest first.
ASKED_IN = """
select
    source_record_id,
    to_json(list(area order by landed_at desc, area.country))::varchar as asked_in
from (
    select
        landed.source_record_id,
        struct_pack(
            country := runs.area_country, south := min(runs.area_south), west := min(runs.area_west),
            north := max(runs.area_north), east := max(runs.area_east)
        ) as area,
        max(landed.fetched_at) as landed_at
    from raw.{source} as landed
    inner join ops.runs as runs on landed.run_id = runs.run_id and runs.area_south is not null
    group by landed.source_record_id, runs.area_country
)
group by source_record_id
"""


def read_payloads(connection: duckdb.DuckDBPyConnection, seeds: Path) -> None:
    """Make `extract.readings` hold exactly what this version reads in all stored payloads."""
    readers = load_readers(seeds)
    asked_of = lru_cache(lambda asked_in: Asked.of_json(asked_in, readers.countries))  # many records, few areas
    with connection.cursor() as cursor:
        for source in readers.paths:
            stored = _stored(source, readers)
            cursor.execute(_delete_stale(source, stored), [readers.version])
            cursor.execute(
                f"create or replace temp table unread as select stored.*, (dense_rank() over (order by payload) - 1) "
                f"// {BATCH} as batch from ({stored}) as stored "
                f"where not exists (from extract.readings as readings where {SAME_VERSION})"
            )
            for batch in range(_count_batches(cursor)):
                texts = cursor.execute(
                    "select distinct payload, asked_in from unread where batch = ? order by all", [batch]
                )
                rows = [
                    {"payload": payload, "asked_in": asked_in, **reading.as_row()}
                    for payload, asked_in in texts.fetchall()
                    for reading in readers.read(source, payload, asked_of(asked_in))
                ]
                _write(cursor, rows, batch, readers.version)
        cursor.execute("drop table if exists unread")


def _count_batches(cursor: duckdb.DuckDBPyConnection) -> int:
    return int(cursor.execute("select coalesce(max(batch) + 1, 0) from unread").fetchall()[0][0])


def _write(cursor: duckdb.DuckDBPyConnection, rows: list[dict[str, object]], batch: int, version: str) -> None:
    """Insert the readings of each payload for every record with exactly that payload."""
    cursor.register("rows_read", pa.Table.from_pylist(rows, READING))
    cursor.execute(
        f"insert into extract.readings by name select {', '.join(f'unread.{name}' for name in IDENTITY)}, "
        "unread.asked_in, rows_read.* exclude (payload, asked_in), ? as reader_version "
        "from unread inner join rows_read on unread.payload = rows_read.payload "
        "and unread.asked_in is not distinct from rows_read.asked_in "
        "where unread.batch = ?",
        [version, batch],
    )
    cursor.unregister("rows_read")


def _stored(source: str, readers: Readers) -> str:
    """A query for all stored record versions, each with the payload that landed last."""
    if source == RECORDS:
        columns = sorted(set(_columns(readers)))
        given = ", ".join(f"{name} := {name}" for name in columns)
        return (
            "select source_name, source_record_id, null::varchar as payload_hash, null::varchar as asked_in, "
            f"to_json(struct_pack({given}))::varchar as payload from raw.records"
        )
    return (
        f"select '{source}' as source_name, landed.source_record_id, landed.payload_hash, any_value(asked.asked_in) as "
        "asked_in, arg_max(landed.payload, (landed.fetched_at, landed.run_id, landed.result_rank, landed.payload)) as "
        f"payload from raw.{source} as landed left join ({ASKED_IN.format(source=source)}) as asked "
        "on landed.source_record_id = asked.source_record_id where landed.purged_at is null "
        "and landed.payload is not null group by landed.source_record_id, landed.payload_hash"
    )


def _columns(readers: Readers) -> Iterator[str]:
    """The columns of a CSV file that the seed names."""
    for paths in readers.paths[RECORDS].values():
        yield from {path.names[0][0] for path in paths if not path.constant}


def _delete_stale(source: str, stored: str) -> str:
    """A statement that deletes readings of other versions and of deleted payloads."""
    is_of_source = "payload_hash is null" if source == RECORDS else f"source_name = '{source}'"
    return (
        f"delete from extract.readings as readings where {is_of_source} and (reader_version != ? "
        f"or not exists (from ({stored}) as stored where {SAME_VERSION}))"
    )
