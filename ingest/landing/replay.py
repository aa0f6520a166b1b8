"""Lands rejects that have no fault any more: after a schema was corrected, say."""

from __future__ import annotations

from datetime import datetime

import duckdb

from ingest.connectors import CONNECTORS
from ingest.landing.payloads import inspect, payload_hash
from ingest.wire import parse, write


def replay_rejects(connection: duckdb.DuckDBPyConnection, now: datetime) -> list[tuple[str, str]]:
    """Land every reject without a fault, as of the run that fetched it; (source, record id) of each.

    A record that has landed in that run anyway is marked, and not landed twice. A reject without an id stays: the
    next answer of its source will bring the record again.
    """
    rejects = connection.execute(
        "select rowid, source, run_id, source_record_id, payload, request_id, rejected_at from raw.rejects "
        "where replayed_at is null and payload is not null order by rowid"
    ).fetchall()
    landed = []
    for row_number, source, run_id, record_id, text, request_id, rejected_at in rejects:
        if source not in CONNECTORS:
            continue  # of a declared list: it lands with its corrected file
        schema = CONNECTORS[source].schema
        written = write(parse(text))
        fault, _ = inspect(record_id, written, schema)
        if fault:
            continue
        fingerprint = payload_hash(written.value, schema.VOLATILE)
        connection.execute(
            f"insert into raw.{source} by name select "
            "? as run_id, ? as source_record_id, ? as payload, ? as payload_hash, ? as request_id, ? as fetched_at "
            f"where not exists (from raw.{source} where run_id = ? and source_record_id = ?)",
            [run_id, record_id, written.text, fingerprint, request_id, rejected_at, run_id, record_id],
        )
        connection.execute("update raw.rejects set replayed_at = ? where rowid = ?", [now, row_number])
        landed.append((source, record_id))
    return landed
