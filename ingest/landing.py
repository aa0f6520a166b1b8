"""Lands what the sources answer in `raw`, with dlt: one resource per source, side by side, one load for all."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingest.calls import PlannedCall, SourceEndpoint, SourceError, SourceRecord
from ingest.connectors import CONNECTORS
from ingest.http import HttpPolicy, SourceClient
from ingest.shapes import Shape, read_shape
from ingest.wire import Written, canonical, readable, verbatim, write

os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
os.environ.setdefault("RUNTIME__LOG_LEVEL", "ERROR")
# Or every answer stays on disk a second time, out of reach of the purge.
os.environ.setdefault("LOAD__DELETE_COMPLETED_JOBS", "true")

import dlt

logger = logging.getLogger(__name__)

BATCH_ROWS = 2000
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
RECORDS = pa.schema(
    [
        ("run_id", pa.string()),
        ("source_record_id", pa.string()),
        ("payload", pa.string()),
        ("payload_hash", pa.string()),
        ("request_id", pa.string()),
        ("fetched_at", pa.timestamp("us")),
        ("result_rank", pa.int64()),
    ]
)
CALLS = pa.schema(
    [(name, pa.string()) for name in ("request_id", "run_id", "source", "method", "url", "request_body")]
    + [(name, pa.int64()) for name in ("page", "status", "attempts", "records", "bytes")]
    + [(name, pa.float64()) for name in ("ms", "cost_usd")]
    + [(name, pa.string()) for name in ("error_kind", "error_text")]
    + [("started_at", pa.timestamp("us"))]
)
REJECTS = pa.schema(
    [(n, pa.string()) for n in ("run_id", "source", "request_id", "source_record_id", "reason", "payload")]
    + [("rejected_at", pa.timestamp("us"))]
)


@dataclass(frozen=True)
class SourceOutcome:
    """What came of asking one source: fetched = landed + rejected + repeated."""

    source: str
    fetched: int
    landed: int
    rejected: int
    repeated: int  # the same record again in this run
    requests: int
    cost_usd: float
    seconds: float
    error_kind: str | None
    sentence: str | None
    unknown_fields: tuple[str, ...] = ()  # of the records that landed, as dotted paths; kept in their payloads


@dataclass(frozen=True)
class LandingReport:
    outcomes: tuple[SourceOutcome, ...]


@dataclass
class _Reading:
    """One source being read: what dlt is given, and what is counted on the way."""

    call: PlannedCall
    client: SourceClient
    run_id: str
    fetched: int = 0
    seen: set[str] = field(default_factory=set)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    unknown_fields: set[str] = field(default_factory=set)
    repeated: int = 0
    seconds: float = 0.0
    error: SourceError | None = None

    def batches(self) -> Iterator[pa.Table]:
        """Arrow tables of raw.<source>; a source that fails ends its own rows and nobody else's."""
        started = time.perf_counter()
        rows: list[dict[str, Any]] = []
        yield RECORDS.empty_table()  # so that a source that finds nothing is still a table to dlt
        records = CONNECTORS[self.call.source].read(self.call.ask, self.client)
        while (record := self._next(records)) is not None:
            self.fetched += 1
            if row := self._row_or_reject(record):
                rows.append(row)
            if len(rows) >= BATCH_ROWS:
                yield pa.Table.from_pylist(rows, RECORDS)
                rows = []
        if rows:
            yield pa.Table.from_pylist(rows, RECORDS)
        self.seconds = time.perf_counter() - started

    def _next(self, records: Iterator[SourceRecord]) -> SourceRecord | None:
        try:
            return next(records, None)
        except SourceError as error:
            self.error = error
        except Exception as error:
            logger.debug("reading %s", self.call.source, exc_info=error)
            self.error = SourceError(
                "malformed", f"The answer of {self.call.source} could not be read ({type(error).__name__}: {error})."
            )
        return None

    def _row_or_reject(self, record: SourceRecord) -> dict[str, Any] | None:
        """Whatever is wrong with a record, or with our reading of it, is no fault of those beside it."""
        try:
            return self._row(record)
        except Exception as error:
            logger.debug("a record of %s", self.call.source, exc_info=error)
            self._reject(record, f"could not be read: {type(error).__name__}: {error}")
            return None

    def _row(self, record: SourceRecord) -> dict[str, Any] | None:
        written = write(record.payload)
        shape = CONNECTORS[self.call.source].shape
        reason, unknown_fields = inspect(record, written, shape)
        self.unknown_fields.update(unknown_fields)
        if reason:
            self._reject(record, reason)
            return None
        if record.source_record_id in self.seen:
            self.repeated += 1
            return None
        self.seen.add(record.source_record_id or "")
        return {
            "run_id": self.run_id,
            "source_record_id": record.source_record_id,
            "payload": written.text,
            "payload_hash": payload_hash(written.value, shape.VOLATILE),
            "request_id": self.client.request_id,
            "fetched_at": _now(),
            "result_rank": record.result_rank,
        }

    def _reject(self, record: SourceRecord, reason: str) -> None:
        self.rejects.append(
            {
                "run_id": self.run_id,
                "source": self.call.source,
                "request_id": self.client.request_id,
                "source_record_id": _id_if_it_is_one(record),
                "reason": readable(reason),
                "payload": verbatim(record.payload),
                "rejected_at": _now(),
            }
        )

    def outcome(self) -> SourceOutcome:
        return SourceOutcome(
            source=self.call.source,
            fetched=self.fetched,
            landed=len(self.seen),
            rejected=len(self.rejects),
            repeated=self.repeated,
            requests=len(self.client.calls),
            cost_usd=sum(call.cost_usd for call in self.client.calls),
            seconds=self.seconds,
            error_kind=self.error.kind if self.error else None,
            sentence=self.error.sentence if self.error else None,
            unknown_fields=tuple(sorted(self.unknown_fields)),
        )


def land(
    calls: Sequence[PlannedCall],
    endpoints: Mapping[str, SourceEndpoint],
    *,
    run_id: str,
    connection: duckdb.DuckDBPyConnection,
    working_dir: Path,
    policies: Mapping[str, HttpPolicy],
) -> LandingReport:
    """Ask every source of `calls` and land the answers, the call log and the rejects.

    `endpoints` and `policies` are by source. The tables of `raw` exist already. A source's failure is in its
    outcome and never an exception.
    """
    readings = [
        _Reading(
            call,
            SourceClient(
                call.source, endpoints[call.source], CONNECTORS[call.source].judge, policies[call.source], run_id
            ),
            run_id,
        )
        for call in calls
    ]
    pipeline = dlt.pipeline(
        "trigpoint",
        pipelines_dir=str(working_dir),
        destination=dlt.destinations.duckdb(connection),
        dataset_name="raw",
    )
    if readings:
        # Rows first, then what was counted while they were read; one load for all of it.
        pipeline.extract(_source([(r.call.source, r.batches()) for r in readings]), loader_file_format="parquet")
        log = pa.Table.from_pylist([c.as_row() for r in readings for c in r.client.calls], CALLS)
        rejects = pa.Table.from_pylist([row for r in readings for row in r.rejects], REJECTS)
        pipeline.extract(
            _source([("connector_calls", (t for t in [log])), ("rejects", (t for t in [rejects]))]),
            loader_file_format="parquet",
        )
        pipeline.normalize()
        pipeline.load()
    return LandingReport(tuple(reading.outcome() for reading in readings))


def note_unknown_fields(
    connection: duckdb.DuckDBPyConnection, outcomes: Sequence[SourceOutcome], run_id: str, now: datetime
) -> None:
    """Write down which fields a source has begun to send; those that are written down already stay as they are."""
    rows = [[outcome.source, readable(name), run_id, now] for outcome in outcomes for name in outcome.unknown_fields]
    if rows:
        connection.executemany("insert or ignore into raw.unknown_fields values (?, ?, ?, ?)", rows)


def _source(tables: Sequence[tuple[str, Iterator[pa.Table]]]) -> Any:
    @dlt.source(name="raw", max_table_nesting=0)
    def raw() -> list[Any]:
        return [
            dlt.resource(batches, name=name, write_disposition="append", parallelized=True) for name, batches in tables
        ]

    return raw()


def inspect(record: SourceRecord, written: Written, shape: type[Shape]) -> tuple[str | None, list[str]]:
    """Why the record cannot land, if it cannot; and which of its fields are new to us. `written` is its payload."""
    if written.fault:
        return written.fault, []
    if not isinstance(written.value, dict):
        return "not an object", []
    if not _id_if_it_is_one(record):
        return "no id by which it could be told apart", []
    return read_shape(shape, written.value)


def _id_if_it_is_one(record: SourceRecord) -> str | None:
    """None for what is no text, is blank or holds what no file and no terminal shows."""
    record_id = record.source_record_id
    is_one = isinstance(record_id, str) and record_id.strip() and not UNPRINTABLE.search(record_id)
    return record_id if is_one else None


def payload_hash(payload: Any, volatile: Collection[str] = ()) -> str:
    """sha256 of the payload as canonical JSON, without the fields that change while the place does not."""
    stable = _without(payload, volatile) if volatile else payload
    return hashlib.sha256(canonical(stable)).hexdigest()


def _without(value: Any, names: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(inner, names) for name, inner in value.items() if name not in names}
    return [_without(inner, names) for inner in value] if isinstance(value, list) else value


def compact_json(value: Any) -> str:
    return write(value).text


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
