"""An answer that is fresh enough is used again, not asked for and paid for again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import duckdb

from ingest.addresses import take_apart
from ingest.calls import PlannedCall


@dataclass(frozen=True)
class EarlierAnswer:
    """A source's whole answer to the same question, landed by an earlier run."""

    source: str
    run_id: str
    answered_at: datetime
    records: int


def ask_key(call: PlannedCall, base_url: str) -> str:
    """The same for the same question, put to the same place, whoever logs in there."""
    question = json.dumps([call.source, take_apart(base_url).url, asdict(call.ask)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(question.encode()).hexdigest()


def find_answer(
    connection: duckdb.DuckDBPyConnection, source: str, key: str, now: datetime, max_age: timedelta
) -> EarlierAnswer | None:
    """The latest answer that is younger than `max_age`; None where there is none."""
    rows = connection.execute(
        "select run_id, answered_at, records from raw.answers "
        "where source = ? and ask_key = ? and answered_at > ? order by answered_at desc, run_id limit 1",
        [source, key, now - max_age],
    ).fetchall()
    return EarlierAnswer(source, *rows[0]) if rows else None


def take_over(connection: duckdb.DuckDBPyConnection, answer: EarlierAnswer, run_id: str) -> None:
    """Give the run the rows of the earlier answer. When and by which request they were fetched stays as it was."""
    connection.execute(
        f"insert into raw.{answer.source} by name "  # noqa: S608 (a source of the registry)
        f"select * replace (? as run_id) from raw.{answer.source} where run_id = ?",
        [run_id, answer.run_id],
    )
    connection.execute(
        "insert into raw.answer_uses values (?, ?, ?, ?, ?)",
        [run_id, answer.source, answer.run_id, answer.answered_at, answer.records],
    )


def remember(
    connection: duckdb.DuckDBPyConnection,
    calls: Collection[tuple[PlannedCall, str, int]],
    run_id: str,
    answered_at: datetime,
) -> None:
    """Write down which questions were answered whole: (call, its key, records landed)."""
    rows = [[key, call.source, run_id, answered_at, records] for call, key, records in calls]
    if rows:
        connection.executemany("insert into raw.answers values (?, ?, ?, ?, ?)", rows)
