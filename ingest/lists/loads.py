"""The loads of lists so far: which one counts, whether its content is still the same, and what a newer one lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from ingest.lists.declaration.contract import MADE, ListContract
from ingest.lists.mapping import BATCH_ROWS, Mapping
from ingest.lists.readers import ListFile

NAMED_LOST = 20  # names of lost records in a report
# A row that is the same lands again after these days, because the age of a value counts from its landing. An entity is
# ranked again for its age a day later (`rank_again_after_days`), so that one build does both.
LANDS_AGAIN_AFTER = timedelta(days=6)
HELD = """
with loads as (
    select run_id, fetched_at, is_whole from raw.list_loads where source_name = $source
),

newest as (
    select
        source_record_id,
        max(landed.fetched_at) as landed_at,
        max_by({'hash': if(purged_at is null, payload_hash, null)}, (landed.fetched_at, run_id)).hash as payload_hash
    from raw.lists as landed
    inner join loads using (run_id)
    where source_name = $source
    group by source_record_id
)

select source_record_id, case when landed_at > $same_since then payload_hash end as payload_hash
from newest
where
    landed_at >= (select max(fetched_at) from loads where is_whole)
    and not exists (
        from raw.list_departures as departures
        where
            departures.source_name = $source
            and departures.source_record_id = newest.source_record_id
            and departures.fetched_at > landed_at
    )
"""


@dataclass(frozen=True)
class ListOutcome:
    """What became of one list: fetched = landed + rejected + repeated.

    A row that landed before and is the same counts as landed.
    """

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
    """The newest load of a list. If it is whole, its rows in `raw.lists` are all rows of the list."""

    run_id: str
    sha256: str
    files: list[dict[str, Any]]
    read_as: str
    columns: tuple[str, ...]
    records: int
    fetched_at: datetime
    checked_at: datetime
    is_whole: bool


def newest_load(connection: duckdb.DuckDBPyConnection, source: str) -> Load | None:
    rows = connection.execute(
        "select run_id, sha256, files, read_as, columns, rows_landed, fetched_at, checked_at, "
        "is_whole from raw.list_loads "
        "where source_name = ? order by fetched_at desc, run_id desc limit 1",
        [source],
    ).fetchall()
    if not rows:
        return None
    run_id, sha256, files, read, columns, *rest = rows[0]
    return Load(run_id, sha256, json.loads(files), read, tuple(columns), *rest)


def held_rows(connection: duckdb.DuckDBPyConnection, contract: ListContract, now: datetime) -> pa.RecordBatchReader:
    """The id of each record that the list had in its newest load, with the hash of its row.

    Without a hash, the row has to land again: it was purged, it is old, or the list has a limit of retention.
    """
    same_since = now if contract.retention_days is not None else now - LANDS_AGAIN_AFTER
    held = connection.sql(HELD, params={"source": contract.source, "same_since": same_since})
    return held.to_arrow_reader(BATCH_ROWS)


def record_load(connection: duckdb.DuckDBPyConnection, contract: ListContract, load: Load, gone: pa.Table) -> None:
    """From here on the rows of the load count. `gone` has the `source_record_id` of each record that left the list."""
    with connection.cursor() as cursor:
        cursor.register("gone", gone)
        cursor.execute("begin")
        cursor.execute(
            "insert into raw.list_departures by name select ? as source_name, source_record_id, ? as run_id, "
            "?::timestamp as fetched_at from gone",
            [contract.source, load.run_id, load.fetched_at],
        )
        cursor.execute(
            "insert into raw.list_loads values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [contract.source, load.run_id, contract.location, load.sha256, json.dumps(load.files), load.read_as,
             list(load.columns), load.records, load.fetched_at, load.checked_at, load.is_whole],
        )  # fmt: skip
        cursor.execute("commit")


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


def lost_in(connection: duckdb.DuckDBPyConnection, source: str, run_id: str) -> tuple[int, list[str]]:
    """The records that the load does not have any more: how many, and the first names."""
    rows = connection.execute(
        "select coalesce(max_by(fields.entity_name[1], landed.fetched_at), source_record_id) as name "
        "from raw.list_departures as departures left join raw.lists as landed using (source_name, source_record_id) "
        "left join raw.list_fields as fields using (source_name, source_record_id, payload_hash) "
        "where source_name = ? and departures.run_id = ? group by source_record_id order by name",
        [source, run_id],
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
