"""Reads what payloads say of phones, addresses, hours and the like, once for each version of a record.

Staging joins what is written here, so that a value in a payload and one in a text are read by the same code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from extract.opening_hours import find_week
from extract.phones import find_phone
from extract.reading import Reading
from extract.texts import find_texts
from extract.value_paths import Parts, ValuePath, Written, find_parts, read_paths

# Of the readers here; of the libraries and the seed by themselves. Another version reads every payload again.
READERS_VERSION = "readings-1"
LIBRARIES = ("opening-hours-py", "phonenumbers")
BATCH = 5_000  # payloads that are held at a time
READERS: dict[str, Callable[[Parts, str | None], Iterator[Reading]]] = {
    "text": find_texts,
    "phone": find_phone,
    "opening_hours": find_week,
}
ROW = pa.schema(
    [(n, pa.string()) for n in ("source_name", "source_record_id", "payload_hash", "field_name", "value")]
    + [("others", pa.list_(pa.string()))]
    + [(n, pa.string()) for n in ("reason", "written", "path", "reader_version")]
)
# The records of a CSV file have columns of their own instead of a payload.
RECORDS = "records"


class Payload(NamedTuple):
    source_name: str
    source_record_id: str
    payload_hash: str | None
    payload: str


def read_payloads(connection: duckdb.DuckDBPyConnection, seeds: Path) -> None:
    """Leave `extract.readings` with what this version reads in every payload that is held, and nothing else."""
    seed = seeds / "value_paths.csv"
    reader_version = _version(seed)
    with connection.cursor() as transaction:
        transaction.begin()
        for source, paths in read_paths(seed).items():
            transaction.execute(_forget(source), [reader_version])
            unread = transaction.execute(_unread(source)).fetchall()
            for start in range(0, len(unread), BATCH):
                rows = [
                    {**payload._asdict(), **reading.as_row(), "reader_version": reader_version}
                    for payload in map(Payload._make, unread[start : start + BATCH])
                    for reading in read_payload(payload.payload, paths)
                ]
                _insert(transaction, rows)
        transaction.commit()


def read_payload(payload: str, paths: dict[str, list[ValuePath]]) -> list[Reading]:
    """What each reader finds. The country comes first: by it the others know how numbers are written."""
    try:
        content = json.loads(payload)
    except (ValueError, RecursionError):
        return [Reading("country", None, reason="no_json")]
    country = _country(find_parts(paths.get("country", []), content).get("code", []))
    found = [Reading("country", country.value, country.written, country.reason)]
    for name, reader in READERS.items():
        if name in paths:
            found += reader(find_parts(paths[name], content), country.value)
    return found


def _country(codes: list[Written]) -> Reading:
    for code in codes:
        if code.text and len(code.text) == 2 and code.text.isalpha():
            return Reading("country", code.text.upper(), code)
    return Reading("country", None, codes[0] if codes else None, "no_country")


def _version(seed: Path) -> str:
    libraries = [f"{name}-{version(name)}" for name in LIBRARIES]
    return "+".join([READERS_VERSION, *libraries, hashlib.sha256(seed.read_bytes()).hexdigest()[:12]])


# ruff: noqa: S608 (sources are named by a seed of ours)
def _held(source: str) -> str:
    """Every version of a record that is held, with its content as it landed last."""
    if source == RECORDS:
        return (
            "select source_name, source_record_id, null::varchar as payload_hash, "
            "to_json(records)::varchar as payload from raw.records as records"
        )
    return (
        f"select '{source}' as source_name, source_record_id, payload_hash, "
        "arg_max(payload, (fetched_at, run_id, result_rank, payload)) as payload "
        f"from raw.{source} where purged_at is null and payload is not null group by source_record_id, payload_hash"
    )


SAME_VERSION = (
    "readings.source_name = held.source_name and readings.source_record_id = held.source_record_id "
    "and readings.payload_hash is not distinct from held.payload_hash"
)


def _forget(source: str) -> str:
    is_of_source = f"source_name = '{source}'" if source != RECORDS else "payload_hash is null"
    return (
        f"delete from extract.readings as readings where {is_of_source} and (reader_version != ? "
        f"or not exists (from ({_held(source)}) as held where {SAME_VERSION}))"
    )


def _unread(source: str) -> str:
    return (
        f"select held.* from ({_held(source)}) as held "
        f"where not exists (from extract.readings as readings where {SAME_VERSION}) "
        "order by source_name, source_record_id, payload_hash"
    )


def _insert(transaction: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> None:
    transaction.register("rows_read", pa.Table.from_pylist(rows, ROW))
    transaction.execute("insert into extract.readings by name select * from rows_read")
    transaction.unregister("rows_read")
