"""Lands the answers of the sources in `raw`, with dlt: one resource per source, side by side, one load for all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingest.calls import PlannedCall, SourceEndpoint
from ingest.connector import Connector
from ingest.connectors import CONNECTORS
from ingest.fetch import FetchPolicy
from ingest.landing.reading import OnNews, Reading, SourceOutcome
from ingest.landing.tables import CALLS, REJECTS
from ingest.wire import readable

os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
os.environ.setdefault("RUNTIME__LOG_LEVEL", "ERROR")
# Without this, every answer stays on disk a second time, where the purge does not find it.
os.environ.setdefault("LOAD__DELETE_COMPLETED_JOBS", "true")

import dlt


def land(
    calls: Sequence[PlannedCall],
    endpoints: Mapping[str, SourceEndpoint],
    *,
    run_id: str,
    connection: duckdb.DuckDBPyConnection,
    working_dir: Path,
    policies: Mapping[str, FetchPolicy],
    connectors: Mapping[str, Connector[Any]] = CONNECTORS,
    on_news: OnNews = lambda _: None,
) -> tuple[SourceOutcome, ...]:
    """Ask every source of `calls`; land the answers, the call log and the rejects.

    The mappings are by source. The tables of `raw` exist already. The failure of a source is in its outcome and
    never an exception.
    """
    readings = []
    for call in calls:
        source, connector = call.source, connectors[call.source]
        fetch = connector.open(source, endpoints[source], policies[source], run_id)
        readings.append(Reading(call, connector, fetch, run_id, on_news))
    if readings:
        _load(readings, connection, working_dir)
    return tuple(reading.outcome() for reading in readings)


def _load(readings: Sequence[Reading], connection: duckdb.DuckDBPyConnection, working_dir: Path) -> None:
    """Rows first, then what was counted while they were read; one load for all of it."""
    pipeline = dlt.pipeline(
        "trigpoint",
        pipelines_dir=str(working_dir),
        destination=dlt.destinations.duckdb(connection),
        dataset_name="raw",
    )
    pipeline.extract(_source([(r.call.source, r.batches()) for r in readings]), loader_file_format="parquet")
    log = pa.Table.from_pylist([c.as_row() for r in readings for c in r.fetch.calls], CALLS)
    rejects = pa.Table.from_pylist([row for r in readings for row in r.rejects], REJECTS)
    counted = [("connector_calls", (t for t in [log])), ("rejects", (t for t in [rejects]))]
    pipeline.extract(_source(counted), loader_file_format="parquet")
    pipeline.normalize()
    pipeline.load()


def _source(tables: Sequence[tuple[str, Iterator[pa.Table]]]) -> Any:
    @dlt.source(name="raw", max_table_nesting=0)
    def raw() -> list[Any]:
        return [
            dlt.resource(batches, name=name, write_disposition="append", parallelized=True) for name, batches in tables
        ]

    return raw()


def record_unknown_fields(
    connection: duckdb.DuckDBPyConnection, outcomes: Sequence[SourceOutcome], run_id: str, now: datetime
) -> None:
    """Record the fields that a source has begun to send. A field that is recorded already stays as it is."""
    rows = [[outcome.source, readable(name), run_id, now] for outcome in outcomes for name in outcome.unknown_fields]
    if rows:
        connection.executemany("insert or ignore into raw.unknown_fields values (?, ?, ?, ?)", rows)
