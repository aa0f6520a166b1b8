"""The loads of lists so far: which one counts, whether its content is still the same, and what a newer one lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from ingest.lists.declaration.contract import MADE, ListContract
from ingest.lists.mapping import Mapping
from ingest.lists.readers import ListFile

NAMED_LOST = 20  # names of lost records in a report


@dataclass(frozen=True)
class ListOutcome:
    """What became of one list: fetched = landed + rejected + repeated."""

    source: str
    state: str  # landed, unchanged or failed
    records: int  # of the load that counts now
    since: datetime | None  # when that load landed; None: there is none
    fetched: int = 0
    landed: int = 0
    rejected: int = 0
    repeated: int = 0
    lost: int = 0
    lost_names: tuple[str, ...] = ()
    new_columns: tuple[str, ...] = ()
    gone_columns: tuple[str, ...] = ()
    seconds: float = 0.0
    sentence: str | None = None  # why it failed


@dataclass(frozen=True)
class Load:
    """The newest load of a list."""

    run_id: str
    sha256: str
    files: list[dict[str, Any]]
    read_as: str
    columns: tuple[str, ...]
    records: int
    fetched_at: datetime
    checked_at: datetime


def newest_load(connection: duckdb.DuckDBPyConnection, source: str) -> Load | None:
    rows = connection.execute(
        "select run_id, sha256, files, read_as, columns, rows_landed, fetched_at, checked_at from raw.list_loads "
        "where source_name = ? order by fetched_at desc, run_id desc limit 1",
        [source],
    ).fetchall()
    if not rows:
        return None
    run_id, sha256, files, read, columns, records, fetched_at, checked_at = rows[0]
    return Load(run_id, sha256, json.loads(files), read, tuple(columns), records, fetched_at, checked_at)


def record_load(connection: duckdb.DuckDBPyConnection, contract: ListContract, load: Load) -> None:
    """From here on the rows of the load count."""
    connection.execute(
        "insert into raw.list_loads values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [contract.source, load.run_id, contract.location, load.sha256, json.dumps(load.files), load.read_as,
         list(load.columns), load.records, load.fetched_at, load.checked_at],
    )  # fmt: skip


def check_off(connection: duckdb.DuckDBPyConnection, source: str, files: list[dict[str, Any]], now: datetime) -> None:
    """Remember that the content of the newest load was found again at `now`."""
    connection.execute(
        "update raw.list_loads set checked_at = ?, files = ? where source_name = ? and fetched_at = "
        "(select max(fetched_at) from raw.list_loads where source_name = ?)",
        [now, json.dumps(files), source, source],
    )


def drop_half_loads(connection: duckdb.DuckDBPyConnection) -> None:
    """Delete the rows of loads that broke off."""
    connection.execute(
        "delete from raw.lists as landed where not exists (from raw.list_loads as loads "
        "where loads.source_name = landed.source_name and loads.run_id = landed.run_id)"
    )


def lost_since(connection: duckdb.DuckDBPyConnection, source: str, before: str, after: str) -> tuple[int, list[str]]:
    """The records of the load `before` that the load `after` does not have: how many, and the first names."""
    rows = connection.execute(
        "select coalesce(any_value(fields.entity_name[1]), old.source_record_id) as name "
        "from raw.lists as old left join raw.list_fields as fields using (source_name, source_record_id, payload_hash) "
        "where old.source_name = $1 and old.run_id = $2 and old.source_record_id not in "
        "(select source_record_id from raw.lists where source_name = $1 and run_id = $3) "
        "group by old.source_record_id order by name",
        [source, before, after],
    ).fetchall()
    return len(rows), [name for (name,) in rows[:NAMED_LOST]]


def read_as(contract: ListContract) -> str:
    """Hash of what the contract says about reading. A made id depends on the mapping too."""
    keys = {"location", "format", "options", "id"}
    said = contract.model_dump(mode="json", include=keys)
    mapping = Mapping(contract).version if contract.id == MADE else None
    return hashlib.sha256(json.dumps([said, mapping], sort_keys=True).encode()).hexdigest()[:16]


def state_of(file: ListFile) -> dict[str, Any]:
    """What changes when the file changes, as far as one can see without reading it."""
    status = file.path.stat()
    changed_at = datetime.fromtimestamp(status.st_mtime, UTC).isoformat(timespec="microseconds")
    return {"name": file.name, "table": file.table, "bytes": status.st_size, "modified": changed_at}


def content_hash(files: Sequence[ListFile]) -> str:
    """One hash for the content of all files."""
    whole = hashlib.sha256()
    for file in files:
        with file.path.open("rb") as content:
            whole.update(f"{file.name}#{file.table}:".encode() + hashlib.file_digest(content, "sha256").digest())
    return whole.hexdigest()
