"""An answer that is fresh enough is used again, instead of asked for and paid for again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import duckdb

from ingest.addresses import local_file, take_apart
from ingest.calls import PlannedCall


@dataclass(frozen=True)
class EarlierAnswer:
    """A source's whole answer to the same query, landed by an earlier run."""

    source: str
    run_id: str
    answered_at: datetime
    records: int


def ask_key(call: PlannedCall, address: str) -> str:
    """The same for the same query to the same place, whatever key or login is used there."""
    question = json.dumps([call.source, _place(address), asdict(call.ask)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(question.encode()).hexdigest()


def _place(address: str) -> str:
    """A URL without its secrets. A file changes its place with its content: path, size and time of change."""
    path = local_file(address)
    if not path.is_file():
        return take_apart(address).url
    status = path.stat()
    return f"{path.absolute().as_uri()} {status.st_size} {status.st_mtime_ns}"


def fresh_answers(
    connection: duckdb.DuckDBPyConnection,
    calls: Sequence[PlannedCall],
    addresses: Mapping[str, str],
    max_ages: Mapping[str, timedelta],
    now: datetime,
) -> dict[str, EarlierAnswer]:
    """The answers that a run can use again, by source; so are `addresses` and `max_ages`."""
    found = {}
    for call in calls:
        key = ask_key(call, addresses[call.source])
        if answer := find_answer(connection, call.source, key, now, max_ages[call.source]):
            found[call.source] = answer
    return found


def find_answer(
    connection: duckdb.DuckDBPyConnection, source: str, key: str, now: datetime, max_age: timedelta
) -> EarlierAnswer | None:
    """The latest answer that is younger than `max_age`, if there is one."""
    rows = connection.execute(
        "select run_id, answered_at, records from raw.answers "
        "where source = ? and ask_key = ? and answered_at > ? order by answered_at desc, run_id limit 1",
        [source, key, now - max_age],
    ).fetchall()
    return EarlierAnswer(source, *rows[0]) if rows else None


def reuse_answers(connection: duckdb.DuckDBPyConnection, answers: Collection[EarlierAnswer], run_id: str) -> None:
    """Give the run the rows of the earlier answers. Their requests and times of fetching stay as they are."""
    for answer in answers:
        connection.execute(
            f"insert into raw.{answer.source} by name "  # noqa: S608 (the name of a connector)
            f"select * replace (? as run_id) from raw.{answer.source} where run_id = ?",
            [run_id, answer.run_id],
        )
        connection.execute(
            "insert into raw.answer_uses values (?, ?, ?, ?, ?)",
            [run_id, answer.source, answer.run_id, answer.answered_at, answer.records],
        )


def record_answers(
    connection: duckdb.DuckDBPyConnection,
    answers: Collection[tuple[PlannedCall, str, int]],
    run_id: str,
    answered_at: datetime,
) -> None:
    """Record which queries were answered whole: (call, its key, records landed)."""
    rows = [[key, call.source, run_id, answered_at, records] for call, key, records in answers]
    if rows:
        connection.executemany("insert into raw.answers values (?, ?, ?, ?, ?)", rows)
