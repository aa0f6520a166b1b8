"""Reads texts from `raw` and writes extractions and claims, in short blocking calls."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import duckdb

from extract.schema import Extraction, QueryContext, TextRecord


def read_texts(connection: duckdb.DuckDBPyConnection, run_id: str, source: str) -> list[TextRecord]:
    """The texts that `source` landed in this run, in the order of its answer.

    A record that is structured already (a place with an address and coordinates) is left to staging.
    """
    rows = connection.execute(
        f"select source_record_id, payload_hash, payload from raw.{source} "  # noqa: S608 (a source of the seed)
        "where run_id = ? and not starts_with(source_record_id, 'cid:') order by result_rank, source_record_id",
        [run_id],
    ).fetchall()
    return [_as_text(source, record_id, payload_hash, json.loads(payload)) for record_id, payload_hash, payload in rows]


def _as_text(source: str, record_id: str, payload_hash: str, payload: dict[str, Any]) -> TextRecord:
    labels = payload.get("attributes") if isinstance(payload.get("attributes"), dict) else {}
    snippet = " ".join(
        [str(payload.get("snippet") or payload.get("description") or "")]
        + [f"{label}: {value}." for label, value in (labels or {}).items()]
    ).strip()
    url = str(payload.get("link") or payload.get("website") or "")
    return TextRecord(source, record_id, payload_hash, str(payload.get("title") or ""), snippet, url)


def extraction_id(record: TextRecord, query: QueryContext, version: str) -> str:
    """One text, asked about in one way, read by one version: never read twice."""
    key = [record.source_record_id, record.payload_hash, record.text, query.name, query.locality, query.city, version]
    return hashlib.sha256(json.dumps(key, ensure_ascii=False).encode()).hexdigest()


def existing_ids(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """extraction_id -> aboutness of every extraction that succeeded; a failure is never served as an answer."""
    return dict(
        connection.execute("select extraction_id, aboutness from extract.extractions where status = 'ok'").fetchall()
    )


def write(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    extractions: Sequence[tuple[str, Extraction]],
    extractor: str,
    version: str,
    model: str | None,
    extracted_at: datetime,
) -> None:
    """Write extractions and their claims in one transaction; a failed one of an earlier run is replaced."""
    if not extractions:
        return
    connection.execute("begin")
    try:
        ids = [[key] for key, _ in extractions]
        connection.executemany("delete from extract.claims where extraction_id = ?", ids)
        connection.executemany("delete from extract.extractions where extraction_id = ?", ids)
        for key, extraction in extractions:
            record = extraction.record
            connection.execute(
                "insert into extract.extractions values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                [
                    key, run_id, record.source_name, record.source_record_id, record.payload_hash, record.text,
                    record.url, extractor, version, model, None, extraction.status, extraction.aboutness,
                    extraction.aboutness_reason, extraction.tokens_in, extraction.tokens_out, extraction.cost_usd,
                    extraction.attempts, extraction.error, extracted_at,
                ],
            )  # fmt: skip
        rows = [
            [
                key, e.record.source_name, e.record.source_record_id, e.record.payload_hash, 0, claim.field_name,
                claim.value, claim.quote, claim.start, claim.end, claim.verification, claim.null_reason,
                claim.extractor, claim.confidence,
            ]
            for key, e in extractions
            for claim in e.claims
        ]  # fmt: skip
        connection.executemany("insert into extract.claims values (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", rows)
        connection.execute("commit")
    except duckdb.Error:
        connection.execute("rollback")
        raise
