"""Lands lists in `raw.lists`, each whole or not at all.

A list with the same content lands nothing. With different content, only its new and changed rows land.
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingest.errors import SourceError
from ingest.fetch import LoggedCall
from ingest.landing.tables import CALLS, REJECTS
from ingest.lists.columns import check_columns, new_columns
from ingest.lists.declaration.contract import ListContract
from ingest.lists.loads import (
    ListOutcome,
    Load,
    check_off,
    content_hash,
    drop_half_loads,
    held_rows,
    lost_in,
    newest_load,
    read_as,
    record_load,
    state_of,
)
from ingest.lists.mapping import map_lists
from ingest.lists.memory import bounded_memory
from ingest.lists.opening import files_of, is_remote, open_contract
from ingest.lists.readers import ListFile, OpenList
from ingest.lists.rows import ListRows
from ingest.wire import readable

Opener = Callable[[ListContract, Path], AbstractContextManager[OpenList]]


@dataclass(frozen=True)
class ListLanding:
    """Where lists are landed from and to, in which run and at which moment."""

    connection: duckdb.DuckDBPyConnection
    base: Path  # the directory of the contracts
    working_dir: Path
    run_id: str
    now: datetime
    opener: Opener = open_contract

    def land(self, contracts: Sequence[ListContract]) -> tuple[ListOutcome, ...]:
        """Land what changed. The failure of a list is in its outcome; its older rows stay."""
        with bounded_memory(self.connection):
            drop_half_loads(self.connection)
            return tuple(self._land(contract) for contract in contracts)

    def _land(self, contract: ListContract) -> ListOutcome:
        started = time.perf_counter()
        last = newest_load(self.connection, contract.source)
        try:
            outcome = self._look(contract, last)
        except SourceError as error:
            drop_half_loads(self.connection)
            self._log_failure(contract, error)
            since, records = (last.fetched_at, last.records) if last else (None, 0)
            return ListOutcome(contract.source, "failed", records, since, sentence=error.sentence)
        return replace(outcome, seconds=time.perf_counter() - started)

    def _look(self, contract: ListContract, last: Load | None) -> ListOutcome:
        """Read no more of the list than it takes to know that it is the same. Raises SourceError."""
        same = last if last and last.read_as == read_as(contract) else None
        if same and is_fresh(contract, self.base, same, self.now):
            return ListOutcome(contract.source, "unchanged", same.records, same.fetched_at)
        with self.opener(contract, self.base) as opened:
            states = [state_of(file) for file in opened.files]
            content = content_hash(opened.files)
            if same and same.sha256 == content:
                check_off(self.connection, contract.source, states, self.now)
                return ListOutcome(contract.source, "unchanged", same.records, same.fetched_at)
            read, columns, now = read_as(contract), opened.columns, self.now
            load = Load(self.run_id, content, states, read, columns, 0, now, now, is_whole=last is None)
            return self._load(contract, opened, last, load)

    def _load(self, contract: ListContract, opened: OpenList, last: Load | None, load: Load) -> ListOutcome:
        gone = check_columns(contract, opened, last.columns if last else None)
        calls = [self._call(contract, file, load) for file in opened.files]
        request_ids = {file.name: call.request_id for file, call in zip(opened.files, calls, strict=True)}
        held = held_rows(self.connection.cursor(), contract, self.now)
        rows = ListRows(contract, opened, self.run_id, self.now, request_ids, held)
        _through_dlt(self.connection, self.working_dir / "lists", rows, calls)
        map_lists(self.connection, [contract])  # before the load counts: a mapping may fail on these rows
        record_load(self.connection, contract, replace(load, records=rows.landed), rows.gone)
        lost, names = 0, list[str]()
        if contract.rows == "replace":
            lost, names = lost_in(self.connection, contract.source, self.run_id)
        return ListOutcome(
            source=contract.source,
            state="landed",
            records=rows.landed,
            since=self.now,
            fetched=rows.fetched,
            landed=rows.landed,
            rejected=len(rows.rejects),
            repeated=rows.repeated,
            lost=lost,
            lost_names=tuple(names),
            new_columns=self._record_new(contract, opened, last),
            gone_columns=gone,
        )

    def _record_new(self, contract: ListContract, opened: OpenList, last: Load | None) -> tuple[str, ...]:
        new = new_columns(contract, opened, last.columns if last else None)
        for name in new:
            self.connection.execute(
                "insert or ignore into raw.unknown_fields values (?, ?, ?, ?)",
                [contract.source, readable(name), self.run_id, self.now],
            )
        return new

    def _call(self, contract: ListContract, file: ListFile, load: Load) -> LoggedCall:
        state = next(state for state in load.files if state["name"] == file.name)
        return LoggedCall(
            request_id=uuid.uuid4().hex,
            run_id=self.run_id,
            source=contract.source,
            method="GET" if is_remote(contract) else "READ",
            url=file.name if is_remote(contract) else file.path.absolute().as_uri(),
            request_body=f'{{"sha256": "{content_hash([file])}", "modified": "{state["modified"]}"}}',
            page=1,
            attempts=1,
            bytes=state["bytes"],
        )

    def _log_failure(self, contract: ListContract, error: SourceError) -> None:
        self.connection.execute(
            "insert into raw.connector_calls (request_id, run_id, source, method, url, page, attempts, records, bytes, "
            "ms, cost_usd, error_kind, error_text, started_at) values (?, ?, ?, 'READ', ?, 1, 1, 0, 0, 0, 0, ?, ?, ?)",
            [uuid.uuid4().hex, self.run_id, contract.source, contract.location, error.kind, error.sentence, self.now],
        )


@dataclass(frozen=True)
class Look:
    """What is known of a list without reading it: `unchanged`, `to_read` or `failed`."""

    source: str
    state: str
    records: int
    since: datetime | None
    sentence: str | None


def look_at(contract: ListContract, base: Path, connection: duckdb.DuckDBPyConnection | None, now: datetime) -> Look:
    """Whether the next run will read the list, by the size and time of its files."""
    last = newest_load(connection, contract.source) if connection else None
    state, sentence = "to_read", None
    try:
        if last and last.read_as == read_as(contract) and is_fresh(contract, base, last, now):
            state = "unchanged"
        elif not is_remote(contract):
            files_of(contract, base)
    except SourceError as error:
        state, sentence = "failed", error.sentence
    return Look(contract.source, state, last.records if last else 0, last.fetched_at if last else None, sentence)


def is_fresh(contract: ListContract, base: Path, last: Load, now: datetime) -> bool:
    """Whether the list was looked at lately and, if it is a local file, has the same size and time of change."""
    if now - last.checked_at >= timedelta(hours=contract.fresh_hours):
        return False
    return is_remote(contract) or [state_of(file) for file in files_of(contract, base)] == last.files


def _through_dlt(
    connection: duckdb.DuckDBPyConnection, working_dir: Path, rows: ListRows, calls: Sequence[LoggedCall]
) -> None:
    """One load, in a directory of its own: what a load that breaks off leaves behind, no later load finds."""
    import dlt

    import ingest.landing.land  # noqa: F401 (the settings of dlt)

    shutil.rmtree(working_dir, ignore_errors=True)
    pipeline = dlt.pipeline(
        "trigpoint_lists",
        pipelines_dir=str(working_dir),
        destination=dlt.destinations.duckdb(connection),
        dataset_name="raw",
    )
    started = time.perf_counter()
    try:
        pipeline.extract(_source("lists", rows.tables()), loader_file_format="parquet")
    except Exception:
        if rows.error:
            raise rows.error from None
        raise
    if not rows.landed:
        raise SourceError("malformed", f"{rows.contract.location}: none of {rows.fetched} rows can land{_why(rows)}.")
    for call, records in zip(calls, rows.records.values(), strict=False):
        call.records, call.ms = records, (time.perf_counter() - started) * 1000 / len(calls)
    log = pa.Table.from_pylist([call.as_row() for call in calls], CALLS)
    rejects = pa.Table.from_pylist(rows.rejects, REJECTS)
    pipeline.extract(_source("connector_calls", iter([log])), loader_file_format="parquet")
    pipeline.extract(_source("rejects", iter([rejects])), loader_file_format="parquet")
    pipeline.normalize()
    pipeline.load()
    shutil.rmtree(working_dir, ignore_errors=True)


def _source(name: str, tables: Iterator[pa.Table]) -> Any:
    import dlt

    @dlt.source(name="raw", max_table_nesting=0)
    def raw() -> list[Any]:
        return [dlt.resource(tables, name=name, write_disposition="append")]

    return raw()


def _why(rows: ListRows) -> str:
    return f" ({rows.rejects[0]['reason']})" if rows.rejects else ""
