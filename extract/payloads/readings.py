"""Reads phones, addresses, hours and other values from payloads, once for each version of a record.

Staging joins these readings. So the same code reads a value in a payload and a value in a text.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa

from extract.geography.whereabouts import Asked
from extract.payloads.kinds import Readers, load_readers
from extract.values.latin_letters import write_latin_letters

# ruff: noqa: S608 (the names of sources and columns come from our seed)

BATCH = 20_000  # payloads in memory at a time
IDENTITY = ("source_name", "source_record_id", "payload_hash")
# One point of a list: a geometry, or two columns.
GEOMETRY = """
coalesce(
    try_cast(geometry[1] as json),
    case when latitude is not null then json_object('lat', latitude[1], 'lon', longitude[1]) end,
    case when easting is not null then json_object('x', easting[1], 'y', northing[1]) end
)
"""
CRS = "case when crs is not null then json_object('properties', json_object('name', crs[1])) end"
MADE = {"geometry": GEOMETRY, "crs": CRS}
READING = pa.schema(
    [
        ("text_no", pa.int64()),
        *((name, pa.string()) for name in ("field_name", "value", "reason", "written", "path")),
        ("others", pa.list_(pa.string())),
    ]
)
SAME_VERSION = (
    "readings.source_name = stored.source_name and readings.source_record_id = stored.source_record_id "
    "and readings.payload_hash is not distinct from stored.payload_hash "
    "and readings.asked_in is not distinct from stored.asked_in "
    "and readings.reader_version = stored.reader_version"
)
# The areas that a record's runs asked, one entry for each country with the box around its areas, the latest first.
# Areas across the antimeridian, with west greater than east, have a box of their own.
ASKED_IN = """
select
    source_record_id,
    to_json(list(area order by landed_at desc, area.country, area.west))::varchar as asked_in
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
    group by landed.source_record_id, runs.area_country, runs.area_west > runs.area_east
)
group by source_record_id
"""


def read_payloads(connection: duckdb.DuckDBPyConnection, seeds: Path) -> None:
    """Make `extract.readings` hold exactly what this version reads in all stored payloads."""
    with connection.cursor() as cursor:
        write_latin_letters(cursor)
        lists = dict(cursor.execute(LIST_NAMES).fetchall())
        readers = load_readers(seeds, lists)
        for source in readers.paths:
            if source in lists:
                _read_list(cursor, source, readers)
            else:
                _read(cursor, source, _stored(source, readers), readers)
        for table in ("readings", "lists_read"):
            cursor.execute(
                f"delete from extract.{table} where source_name not in (select unnest(?))", [[*readers.paths]]
            )
        cursor.execute("drop table if exists unread")


# Every list that has rows, with the coverage of its contract.
LIST_NAMES = """
select
    fields.source_name,
    any_value(lists.coverage)
from (select distinct source_name from raw.list_fields) as fields
left join ops.lists as lists on fields.source_name = lists.source_name
group by fields.source_name
order by fields.source_name
"""


def _read_list(cursor: duckdb.DuckDBPyConnection, source: str, readers: Readers) -> None:
    """Read a declared list, unless all its rows were read before by this version."""
    version = _version_of_list(source, readers)
    if cursor.execute(
        "from extract.lists_read where source_name = ? and reader_version = ? and digest = ?",
        [source, version, _digest(cursor, source)],
    ).fetchall():
        return
    _read(cursor, source, _fields_of_list(cursor, source, readers), readers)
    cursor.execute("delete from extract.lists_read where source_name = ?", [source])
    cursor.execute("insert into extract.lists_read values (?, ?, ?)", [source, version, _digest(cursor, source)])


def _digest(cursor: duckdb.DuckDBPyConnection, source: str) -> str:
    """It changes when fields of the list come or go, or when readings of them go."""
    ((digest,),) = cursor.execute(
        "select concat_ws(' ', count(*), sum(hash(source_record_id, payload_hash, mapping_version)::hugeint), "
        "(select count(*) from extract.readings where source_name = $1)) "
        "from raw.list_fields where source_name = $1",
        [source],
    ).fetchall()
    return str(digest)


def _read(cursor: duckdb.DuckDBPyConnection, source: str, stored: str, readers: Readers) -> None:
    """Read the payloads of one source that have no readings of this version, and delete the other readings."""
    asked_of = lru_cache(lambda asked_in: Asked.of_json(asked_in, readers.countries))  # many records, few areas
    cursor.execute(
        "delete from extract.readings as readings where readings.source_name = ? "
        f"and not exists (from ({stored}) as stored where {SAME_VERSION})",
        [source],
    )
    cursor.execute(
        "create or replace temp table unread as select stored.*, "
        f"dense_rank() over (order by payload, asked_in) - 1 as text_no, text_no // {BATCH} as batch "
        f"from ({stored}) as stored where not exists (from extract.readings as readings "
        f"where readings.source_name = '{source}' and {SAME_VERSION})"
    )
    for batch in range(_count_batches(cursor)):
        texts = cursor.execute(
            "select distinct text_no, payload, asked_in from unread where batch = ? order by text_no", [batch]
        )
        with _without_collector():
            rows = [
                {"text_no": text_no, **reading.as_row()}
                for text_no, payload, asked_in in texts.fetchall()
                for reading in readers.read(source, payload, asked_of(asked_in))
            ]
        _write(cursor, rows, batch)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Readings refer to nothing in a circle. Looking for circles among those of a batch takes a seventh of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _count_batches(cursor: duckdb.DuckDBPyConnection) -> int:
    return int(cursor.execute("select coalesce(max(batch) + 1, 0) from unread").fetchall()[0][0])


def _write(cursor: duckdb.DuckDBPyConnection, rows: list[dict[str, object]], batch: int) -> None:
    """Insert the readings of each payload for every record with exactly that payload."""
    cursor.register("rows_read", pa.Table.from_pylist(rows, READING))
    cursor.execute(
        f"insert into extract.readings by name select {', '.join(f'unread.{name}' for name in IDENTITY)}, "
        "unread.asked_in, rows_read.* exclude (text_no), unread.reader_version "
        "from unread inner join rows_read on unread.text_no = rows_read.text_no where unread.batch = ?",
        [batch],
    )
    cursor.unregister("rows_read")


def _stored(source: str, readers: Readers) -> str:
    """A query for all stored record versions, each with the payload that landed last."""
    return (
        f"select '{source}' as source_name, landed.source_record_id, landed.payload_hash, any_value(asked.asked_in) as "
        "asked_in, arg_max(landed.payload, (landed.fetched_at, landed.run_id, landed.result_rank, landed.payload)) as "
        f"payload, '{readers.version}' as reader_version "
        f"from raw.{source} as landed left join ({ASKED_IN.format(source=source)}) as asked "
        "on landed.source_record_id = asked.source_record_id where landed.purged_at is null "
        "and landed.payload is not null group by landed.source_record_id, landed.payload_hash"
    )


def _fields_of_list(cursor: duckdb.DuckDBPyConnection, source: str, readers: Readers) -> str:
    """The same for a declared list. Its payloads are its fields as JSON, but for fields that it never fills."""
    given = {path.names[0][0] for paths in readers.paths[source].values() for path in paths}
    names = sorted(given)
    counts = ", ".join(f"count({MADE.get(name, name)})" for name in names)
    ((as_is, *filled),) = cursor.execute(
        f"select coalesce(any_value(as_is), []), {counts} from raw.list_fields where source_name = ?", [source]
    ).fetchall()
    unread = {*as_is, *(("geometry",) if "latitude" in as_is else ())}
    parts = [
        f"'{name}', {MADE.get(name, name)}"
        for name, count in zip(names, filled, strict=True)
        if count and name not in unread
    ]
    return (
        f"select {', '.join(IDENTITY)}, null::varchar as asked_in, "
        f"json_object({', '.join(parts)})::varchar as payload, "
        f"'{_version_of_list(source, readers)}' || mapping_version as reader_version "
        f"from raw.list_fields where source_name = '{source}'"
    )


def _version_of_list(source: str, readers: Readers) -> str:
    """The version of the readers and of what they know of the list, without that of its mapping."""
    covered = hashlib.sha256(repr(readers.coverage[source]).encode()).hexdigest()[:8]
    return f"{readers.version}+{covered}+"
