"""Reads texts from `raw` and writes extractions and claims, in short blocking calls, as Arrow tables."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from extract.llm.answer import Question, RecordAnswer
from extract.llm.batches import Reading
from extract.llm.calls import LoggedCall
from extract.schema import Extraction, QueryContext, TextRecord
from extract.text_paths import TextPaths

CLAIMS = pa.schema(
    [(n, pa.string()) for n in ("extraction_id", "source_name", "source_record_id", "payload_hash")]
    + [("entity_index", pa.int32())]
    + [(n, pa.string()) for n in ("field_name", "value", "quote")]
    + [("char_start", pa.int32()), ("char_end", pa.int32())]
    + [(n, pa.string()) for n in ("verification", "null_reason", "extractor")]
    + [("confidence", pa.float64()), ("flag", pa.string())]
)


def read_texts(
    connection: duckdb.DuckDBPyConnection, paths: TextPaths, run_id: str, record_ids: Collection[str] | None = None
) -> list[TextRecord]:
    """The texts that a source landed in the run, in the order of its answer. `record_ids` limits them."""
    rows = connection.execute(
        f"select source_record_id, payload_hash, payload from raw.{paths.source} "  # noqa: S608 (a source of the seed)
        "where run_id = ? and not coalesce(regexp_matches(source_record_id, ?), false) and purged_at is null "
        "order by result_rank, source_record_id",
        [run_id, paths.structured_keys],
    ).fetchall()
    return [
        paths.read(record_id, payload_hash, json.loads(payload))
        for record_id, payload_hash, payload in rows
        if record_ids is None or record_id in record_ids
    ]


def answer_key(record: TextRecord, query: QueryContext, model: str, prompt_version: str) -> str:
    """The key of one text, one query, one prompt and one model. Its answer is never paid for twice."""
    asked = [query.text, query.name, query.locality, query.city]
    return _sha256([record.source_name, record.source_record_id, record.text, *asked, model, prompt_version])


def extraction_id(record: TextRecord, query: QueryContext, version: str) -> str:
    """The key of one text, one query and one version of the extractor. It is never read twice."""
    asked = [query.text, query.name, query.locality, query.city]
    return _sha256([record.source_name, record.source_record_id, record.payload_hash, record.text, *asked, version])


def _sha256(parts: list[str | None]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def good_extractions(connection: duckdb.DuckDBPyConnection, keys: Collection[str]) -> dict[str, str]:
    """extraction_id -> aboutness of the `keys` that succeeded. A failure is never reused."""
    return dict(
        connection.execute(
            "select extraction_id, aboutness from extract.extractions "
            "where status = 'ok' and extraction_id in (select unnest(?::varchar[]))",
            [list(keys)],
        ).fetchall()
    )


def stored_answers(connection: duckdb.DuckDBPyConnection, keys: Collection[str]) -> dict[str, tuple[set[str], Reading]]:
    """answer_key -> the fields that were wanted, and the stored answer of the model with its cost."""
    rows = connection.execute(
        "select answer_key, wanted, answer, tokens_in, tokens_out, cost_usd, attempts from extract.model_answers "
        "where answer_key in (select unnest(?::varchar[]))",
        [list(keys)],
    ).fetchall()
    return {
        key: (
            set(wanted),
            Reading(RecordAnswer.model_validate_json(answer), None, attempts, tokens_in, tokens_out, cost),
        )
        for key, wanted, answer, tokens_in, tokens_out, cost, attempts in rows
    }


class AnswerStore:
    """Writes calls and answers to disk as they arrive. Those that arrive together share a transaction."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        questions: Mapping[str, Question],
        *,
        outdated: Collection[str],
        run_id: str,
        model: str,
        prompt_version: str,
        now: datetime,
    ) -> None:
        """`outdated`: keys of stored answers that cover fewer fields. New answers replace them."""
        self._outdated = set(outdated)
        self.calls: list[LoggedCall] = []
        self._connection = connection
        self._questions = questions
        self._constants = {"model": model, "prompt_version": prompt_version, "run_id": run_id, "answered_at": now}
        self._waiting: list[tuple[list[dict[str, Any]], list[dict[str, Any]]]] = []
        self._turn = asyncio.Lock()

    async def keep(self, calls: Sequence[LoggedCall], answers: Mapping[str, Reading]) -> None:
        """Return when both are committed. A process killed after that has lost no paid answer."""
        self.calls += calls
        mine = ([call.as_row() for call in calls], [self._row(key, reading) for key, reading in answers.items()])
        self._waiting.append(mine)
        async with self._turn:
            if all(mine is not waiting for waiting in self._waiting):
                return  # the transaction of another task has written it
            together, self._waiting = self._waiting, []
            await asyncio.to_thread(
                self._write,
                [row for rows, _ in together for row in rows],
                [row for _, rows in together for row in rows],
            )

    def _row(self, key: str, reading: Reading) -> dict[str, Any]:
        question = self._questions[key]
        record = question.record
        return {
            "answer_key": key,
            "source_name": record.source_name,
            "source_record_id": record.source_record_id,
            "payload_hash": record.payload_hash,
            "wanted": list(question.wanted),
            "answer": reading.answer.model_dump_json() if reading.answer else None,
            "tokens_in": reading.tokens_in,
            "tokens_out": reading.tokens_out,
            "cost_usd": reading.cost_usd,
            "attempts": reading.attempts,
            **self._constants,
        }

    def _write(self, calls: list[dict[str, Any]], answers: list[dict[str, Any]]) -> None:
        with _transaction(self._connection) as transaction:
            _insert_few(transaction, "ops.llm_calls", calls)
            if replaced := self._outdated.intersection(row["answer_key"] for row in answers):
                _delete(transaction, "extract.model_answers", "answer_key", list(replaced))
            _insert_few(transaction, "extract.model_answers", answers)


def write(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    extractions: Mapping[str, Extraction],
    constants: Mapping[str, Any],
) -> None:
    """Write extractions and their claims in one transaction. They replace earlier failed ones with the same id."""
    if not extractions:
        return
    with _transaction(connection) as transaction:
        for table in ("extract.claims", "extract.extractions"):
            _delete(transaction, table, "extraction_id", list(extractions))
        _insert(
            transaction,
            "extract.extractions",
            pa.Table.from_pylist([_extraction_row(k, run_id, e, constants) for k, e in extractions.items()]),
        )
        _insert(transaction, "extract.claims", pa.Table.from_pylist(list(_claim_rows(extractions)), CLAIMS))


def write_uses(connection: duckdb.DuckDBPyConnection, run_id: str, ids: Iterable[str], reused: Collection[str]) -> None:
    """Record which extractions a run uses, and which of them existed before the run."""
    rows = [{"run_id": run_id, "extraction_id": key, "is_reused": key in reused} for key in ids]
    if rows:
        with _transaction(connection) as transaction:
            transaction.execute("delete from extract.uses where run_id = ?", [run_id])
            _insert(transaction, "extract.uses", pa.Table.from_pylist(rows))


def _extraction_row(key: str, run_id: str, extraction: Extraction, constants: Mapping[str, Any]) -> dict[str, Any]:
    record = extraction.record
    return {
        "extraction_id": key,
        "run_id": run_id,
        "source_name": record.source_name,
        "source_record_id": record.source_record_id,
        "payload_hash": record.payload_hash,
        "text": record.text,
        "url": record.url,
        "status": extraction.status,
        "aboutness": extraction.aboutness,
        "aboutness_reason": extraction.aboutness_reason,
        "tokens_in": extraction.tokens_in,
        "tokens_out": extraction.tokens_out,
        "cost_usd": extraction.cost_usd,
        "attempts": extraction.attempts,
        "error": extraction.error,
        "agreed": extraction.agreed,
        "disagreed": extraction.disagreed,
        **constants,
    }


def _claim_rows(extractions: Mapping[str, Extraction]) -> Iterable[dict[str, Any]]:
    for key, extraction in extractions.items():
        record = extraction.record
        for claim in extraction.claims:
            yield {
                "extraction_id": key,
                "source_name": record.source_name,
                "source_record_id": record.source_record_id,
                "payload_hash": record.payload_hash,
                "entity_index": claim.entity_index,
                "field_name": claim.field_name,
                "value": claim.value,
                "quote": claim.quote,
                "char_start": claim.start,
                "char_end": claim.end,
                "verification": claim.verification,
                "null_reason": claim.null_reason,
                "extractor": claim.extractor,
                "confidence": claim.confidence,
                "flag": claim.flag,
            }


class _transaction:  # noqa: N801 (a context manager, read as one)
    """A separate cursor. It commits at the end of the block and rolls back on any error."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._cursor = connection.cursor()

    def __enter__(self) -> duckdb.DuckDBPyConnection:
        return self._cursor.begin()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._cursor.commit()
        else:
            self._cursor.rollback()
        self._cursor.close()


def _insert(transaction: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    transaction.register("rows_to_insert", rows)
    transaction.execute(f"insert into {table} by name select * from rows_to_insert")  # noqa: S608 (our tables)
    transaction.unregister("rows_to_insert")


def _insert_few(transaction: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """One statement with a list for each column: 1 or 100 rows take 2 ms. An Arrow table takes twice as long."""
    if rows:
        columns = list(rows[0])
        transaction.execute(
            f"insert into {table} ({', '.join(columns)}) select {', '.join(['unnest(?)'] * len(columns))}",
            [[row[column] for row in rows] for column in columns],
        )


def _delete(transaction: duckdb.DuckDBPyConnection, table: str, column: str, keys: list[str]) -> None:
    transaction.execute(f"delete from {table} where {column} in (select unnest(?::varchar[]))", [keys])  # noqa: S608
