"""Reads what payloads say of phones, addresses, hours and the like, once for each version of a record.

Staging joins what is written here, so that a value in a payload and one in a text are read by the same code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from extract.addresses import address_reader
from extract.emails import find_email
from extract.opening_hours import find_week
from extract.phones import find_phone
from extract.points import find_point
from extract.postcodes import find_postcode
from extract.reading import Reading
from extract.texts import find_texts
from extract.value_paths import Parts, ValuePath, Written, find_parts, read_paths
from extract.websites import website_reader

# Of the readers here; of the libraries and the seed by themselves. Another version reads every payload again.
READERS_VERSION = "readings-2"
LIBRARIES = ("opening-hours-py", "phonenumbers", "pyproj")
SEEDS = ("value_paths", "web_domains", "areas")
BATCH = 5_000  # payloads that are held at a time
Reader = Callable[[Parts, str | None], Iterator[Reading]]
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


@dataclass(frozen=True)
class Readers:
    """A reader of each kind of value, where each source keeps what it reads, and the version of all that."""

    kinds: dict[str, Reader]
    paths: dict[str, dict[str, list[ValuePath]]]
    version: str

    def read(self, source: str, payload: str) -> list[Reading]:
        """What the source says in it. The country comes first: by it the others know how numbers are written."""
        try:
            content = json.loads(payload)
        except (ValueError, RecursionError):
            return [Reading("country", None, reason="no_json")]
        paths = self.paths[source]
        country = _country(find_parts(paths.get("country", []), content).get("code", []))
        found = [country]
        for kind, reader in self.kinds.items():
            if kind in paths:
                found += reader(find_parts(paths[kind], content), country.value)
        return found


def load_readers(seeds: Path) -> Readers:
    """The readers with what they know of the project's seeds."""
    kinds: dict[str, Reader] = {
        "text": find_texts,
        "phone": find_phone,
        "email": find_email,
        "web": website_reader(seeds / "web_domains.csv"),
        "postcode": find_postcode,
        "address": address_reader(seeds / "areas.csv"),
        "point": find_point,
        "opening_hours": find_week,
    }
    return Readers(kinds, read_paths(seeds / "value_paths.csv"), _version(seeds))


def read_payloads(connection: duckdb.DuckDBPyConnection, seeds: Path) -> None:
    """Leave `extract.readings` with what this version reads in every payload that is held, and nothing else."""
    readers = load_readers(seeds)
    with connection.cursor() as transaction:
        transaction.begin()
        for source in readers.paths:
            transaction.execute(_forget(source), [readers.version])
            unread = transaction.execute(_unread(source)).fetchall()
            for start in range(0, len(unread), BATCH):
                rows = [
                    {**payload._asdict(), **reading.as_row(), "reader_version": readers.version}
                    for payload in map(Payload._make, unread[start : start + BATCH])
                    for reading in readers.read(source, payload.payload)
                ]
                _insert(transaction, rows)
        transaction.commit()


def _country(codes: list[Written]) -> Reading:
    for code in codes:
        if code.text and len(code.text) == 2 and code.text.isalpha():
            return Reading("country", code.text.upper(), code)
    return Reading("country", None, codes[0] if codes else None, "no_country")


def _version(seeds: Path) -> str:
    libraries = [f"{name}-{version(name)}" for name in LIBRARIES]
    words = b"".join((seeds / f"{name}.csv").read_bytes() for name in SEEDS)
    return "+".join([READERS_VERSION, *libraries, hashlib.sha256(words).hexdigest()[:12]])


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
