"""One source being read: rows for its table, rejects, and counts."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa

from ingest.calls import PlannedCall
from ingest.clock import utc_now
from ingest.connector import Connector
from ingest.errors import SourceError
from ingest.fetch import Fetch
from ingest.landing.payloads import inspect, payload_hash, usable_id
from ingest.landing.tables import RECORDS
from ingest.records import SourceRecord
from ingest.wire import readable, verbatim, write

logger = logging.getLogger(__name__)

BATCH_ROWS = 2000


@dataclass(frozen=True)
class SourceOutcome:
    """What one source brought: fetched = landed + rejected + repeated."""

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
    unknown_fields: tuple[str, ...] = ()  # of the records that landed, as dotted paths; their payloads keep them


@dataclass(frozen=True)
class News:
    """How far the reading of a source is."""

    source: str
    requests: int
    records: int
    state: Literal["asking", "done", "failed"]
    sentence: str | None = None  # why it failed


OnNews = Callable[[News], object]


@dataclass
class Reading:
    """`batches` is for dlt; `rejects` and `outcome` are complete once dlt has read the last batch."""

    call: PlannedCall
    connector: Connector[Any]
    fetch: Fetch
    run_id: str
    on_news: OnNews = lambda _: None  # called for each answered request, and at the end
    rejects: list[dict[str, Any]] = field(default_factory=list)
    _fetched: int = 0
    _landed_ids: set[str] = field(default_factory=set)
    _unknown_fields: set[str] = field(default_factory=set)
    _repeated: int = 0
    _seconds: float = 0.0
    _error: SourceError | None = None
    _requests_told: int = 0

    def batches(self) -> Iterator[pa.Table]:
        """Arrow tables of raw.<source>. A source that fails ends its own rows and no other source's."""
        started = time.perf_counter()
        rows: list[dict[str, Any]] = []
        yield RECORDS.empty_table()  # so that dlt gets a table from a source that finds nothing
        records = self.connector.read(self.call.ask, self.fetch)
        self._tell("asking")
        while (record := self._next(records)) is not None:
            self._fetched += 1
            if len(self.fetch.calls) != self._requests_told:
                self._tell("asking")
            if row := self._row_or_reject(record):
                rows.append(row)
            if len(rows) >= BATCH_ROWS:
                yield pa.Table.from_pylist(rows, RECORDS)
                rows = []
        if rows:
            yield pa.Table.from_pylist(rows, RECORDS)
        self._seconds = time.perf_counter() - started
        self._tell("failed" if self._error else "done")

    def outcome(self) -> SourceOutcome:
        return SourceOutcome(
            source=self.call.source,
            fetched=self._fetched,
            landed=len(self._landed_ids),
            rejected=len(self.rejects),
            repeated=self._repeated,
            requests=len(self.fetch.calls),
            cost_usd=sum(call.cost_usd for call in self.fetch.calls),
            seconds=self._seconds,
            error_kind=self._error.kind if self._error else None,
            sentence=self._error.sentence if self._error else None,
            unknown_fields=tuple(sorted(self._unknown_fields)),
        )

    def _tell(self, state: Literal["asking", "done", "failed"]) -> None:
        self._requests_told = len(self.fetch.calls)
        sentence = self._error.sentence if self._error else None
        self.on_news(News(self.call.source, self._requests_told, self._fetched, state, sentence))

    def _next(self, records: Iterator[SourceRecord]) -> SourceRecord | None:
        try:
            return next(records, None)
        except SourceError as error:
            self._error = error
        except Exception as error:
            logger.debug("reading %s", self.call.source, exc_info=error)
            self._error = SourceError("malformed", f"The answer could not be read ({type(error).__name__}: {error}).")
        return None

    def _row_or_reject(self, record: SourceRecord) -> dict[str, Any] | None:
        """A record that we cannot read, even by a bug of ours, does no harm to the records beside it."""
        try:
            return self._row(record)
        except Exception as error:
            logger.debug("a record of %s", self.call.source, exc_info=error)
            self._reject(record, f"could not be read: {type(error).__name__}: {error}")
            return None

    def _row(self, record: SourceRecord) -> dict[str, Any] | None:
        written = write(record.payload)
        schema = self.connector.schema
        reason, unknown_fields = inspect(record.source_record_id, written, schema)
        self._unknown_fields.update(unknown_fields)
        if reason:
            self._reject(record, reason)
            return None
        if record.source_record_id in self._landed_ids:
            self._repeated += 1
            return None
        self._landed_ids.add(record.source_record_id or "")
        return {
            "run_id": self.run_id,
            "source_record_id": record.source_record_id,
            "payload": written.text,
            "payload_hash": payload_hash(written.value, schema.VOLATILE),
            "request_id": record.request_id,
            "fetched_at": utc_now(),
            "result_rank": record.result_rank,
        }

    def _reject(self, record: SourceRecord, reason: str) -> None:
        self.rejects.append(
            {
                "run_id": self.run_id,
                "source": self.call.source,
                "request_id": record.request_id,
                "source_record_id": usable_id(record.source_record_id),
                "reason": readable(reason),
                "payload": verbatim(record.payload),
                "rejected_at": utc_now(),
            }
        )
