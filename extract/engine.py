"""The extraction stage: finds the texts to read, reads them by rules, then by the model, and reports the result."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from extract import tables
from extract.combining import Text
from extract.judging import VERSION as JUDGING
from extract.llm.answer import Prompt
from extract.llm.batches import Reading, read_texts
from extract.llm.calls import LoggedCall
from extract.llm.client import LlmSettings
from extract.payloads.long_texts import first_piece, with_later_pieces
from extract.schema import NO_PLACE, Extraction, QueryContext, TextRecord
from extract.text.lexicon import Lexicon
from extract.text.rules import VERSION as RULES
from extract.text.rules import is_no_lead

__all__ = ["ExtractReport", "Extractor", "QueryContext"]


@dataclass(frozen=True)
class ExtractReport:
    """rows_in = rows_out + losses. A row out is a text about one place."""

    rows_in: int
    rows_out: int
    losses: Mapping[str, int]
    reused: int
    cost_usd: float
    errors: tuple[str, ...]
    failed: int
    is_over_budget: bool


@dataclass(frozen=True)
class _Model:
    """The language model and its prompt."""

    settings: LlmSettings
    prompt: Prompt


@dataclass(frozen=True)
class _Run:
    """The values that are the same for every text of a run."""

    connection: duckdb.DuckDBPyConnection
    query: QueryContext
    run_id: str
    now: datetime


class Extractor:
    """Reads texts with one version: the rules alone, or the rules and a model."""

    def __init__(self, lexicon: Lexicon, llm: LlmSettings | None, budget_usd: float | None = None) -> None:
        self._lexicon = lexicon
        self._model = _Model(llm, Prompt.load(lexicon)) if llm else None
        self._budget_usd = budget_usd
        self.version = f"{RULES}+{JUDGING}+{lexicon.version}" + (
            f"+{self._model.settings.model}+{self._model.prompt.version}" if self._model else ""
        )

    async def extract_run(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        run_id: str,
        query: QueryContext,
        sources: Collection[str],
        now: datetime,
        record_ids: Collection[str] | None = None,
    ) -> ExtractReport:
        """Read every text that the unstructured `sources` landed in the run, or those of `record_ids` only.

        A text that was read before in the same way is not read again, unless that reading failed.
        """
        records = [
            record
            for source in sorted(sources)
            for record in await asyncio.to_thread(
                tables.read_texts, connection, self._lexicon.texts[source], run_id, record_ids
            )
        ]
        keyed = {tables.extraction_id(record, query, self.version): record for record in records}
        known = await asyncio.to_thread(tables.good_extractions, connection, keyed)
        fresh = {key: record for key, record in keyed.items() if key not in known}
        extractions, cost, sentence = await self._read(_Run(connection, query, run_id, now), fresh)
        await asyncio.to_thread(tables.write, connection, run_id, extractions, self._constants(now))
        if record_ids is None:
            await asyncio.to_thread(tables.write_uses, connection, run_id, keyed, known)
        about = {**known, **{key: e.aboutness or "failed" for key, e in extractions.items()}}
        return _report(len(records), [about[key] for key in keyed], len(known), extractions, cost, sentence)

    def _constants(self, now: datetime) -> dict[str, object]:
        """The values that are the same in every written row."""
        return {
            "extractor": "rules+llm" if self._model else "rules",
            "extractor_version": self.version,
            "model": self._model.settings.model if self._model else None,
            "prompt_version": self._model.prompt.version if self._model else None,
            "extracted_at": now,
        }

    async def _read(
        self, run: _Run, records: Mapping[str, TextRecord]
    ) -> tuple[dict[str, Extraction], float, str | None]:
        """The extractions by id, the cost, and a sentence if asking the model ended early."""
        lexicon = self._lexicon.for_query(run.query)
        texts = {key: Text(first_piece(record), run.query, lexicon) for key, record in records.items()}
        cost, sentence = 0.0, None
        if self._model is not None:
            leads = [text for text in texts.values() if not is_no_lead(text.record, self._lexicon)]
            cost, sentence = await self._ask(self._model, run, leads)
        read = {key: text.combined or text.by_rules for key, text in texts.items()}
        whole = {key: with_later_pieces(read[key], record, run.query, lexicon) for key, record in records.items()}
        return whole, cost, sentence

    async def _ask(self, model: _Model, run: _Run, texts: Sequence[Text]) -> tuple[float, str | None]:
        """Combine each text with its reading: a stored answer, or a new answer of the model."""
        alike = _by_answer(model, run.query, texts)
        stored = await asyncio.to_thread(tables.stored_answers, run.connection, alike)
        asked = _combine_stored(alike, stored)
        if not asked:
            return 0.0, None
        store = tables.AnswerStore(
            run.connection,
            asked,
            outdated=asked.keys() & stored.keys(),
            run_id=run.run_id,
            model=model.settings.model,
            prompt_version=model.prompt.version,
            now=run.now,
        )
        answers = _Answers(store, alike)
        asking = await read_texts(
            model.settings,
            model.prompt,
            asked,
            run.query,
            budget_usd=self._budget_usd,
            run_id=run.run_id,
            keep=answers.keep,
        )
        answers.combine(asking.readings)  # readings without an answer carry a reason
        return sum(call.cost_usd for call in store.calls), asking.sentence


TextsByAnswer = Mapping[str, Sequence[Text]]  # key: the answer that the texts share


def _by_answer(model: _Model, query: QueryContext, texts: Iterable[Text]) -> TextsByAnswer:
    """Texts grouped by answer: two payloads with different labels may hold the same text."""
    alike: dict[str, list[Text]] = defaultdict(list)
    for text in texts:
        alike[tables.answer_key(text.record, query, model.settings.model, model.prompt.version)].append(text)
    return alike


def _combine_stored(alike: TextsByAnswer, stored: Mapping[str, tuple[set[str], Reading]]) -> dict[str, Text]:
    """Combine the texts whose stored answer covers every wanted field. Return the others by the key of their answer."""
    asked: dict[str, Text] = {}
    for key, texts in alike.items():
        for text in texts:
            if key in stored and stored[key][0] >= set(text.wanted):
                text.combine(replace(stored[key][1], cost_usd=0.0))
            else:
                asked[key] = text
    return asked


class _Answers:
    """Stores each answer on disk when it arrives and then combines it, while other calls are open."""

    def __init__(self, store: tables.AnswerStore, alike: TextsByAnswer) -> None:
        self._store = store
        self._alike = alike

    async def keep(self, calls: Sequence[LoggedCall], readings: Mapping[str, Reading]) -> None:
        await self._store.keep(calls, readings)
        self.combine(readings)

    def combine(self, readings: Mapping[str, Reading]) -> None:
        for key, reading in readings.items():
            for text in self._alike[key]:
                if text.combined is None:
                    text.combine(reading)


def _report(
    rows_in: int,
    about: Sequence[str],
    reused: int,
    extractions: Mapping[str, Extraction],
    cost_usd: float,
    sentence: str | None,
) -> ExtractReport:
    counts = Counter(about)
    losses = {name: counts[name] for name in (*NO_PLACE, "failed")}
    why = Counter(e.error for e in extractions.values() if e.status == "failed")
    skipped = why.pop("budget_skipped", 0)
    errors = [sentence] if sentence else []
    if skipped:
        errors.append(
            f"The budget ended before {skipped} of {rows_in} texts could be read by the language model; the rules read "
            "them alone. Run again with a higher --max-cost: stored answers are reused at no cost."
        )
    if why and not sentence:
        causes = ", ".join(f"{count} {reason}" for reason, count in sorted(why.items()))
        errors.append(
            f"{why.total()} of {rows_in} texts could not be read by the language model ({causes}); the rules read them "
            "alone. trigpoint rejects lists them, trigpoint replay asks again."
        )
    return ExtractReport(
        rows_in=rows_in,
        rows_out=rows_in - sum(losses.values()),
        losses=losses,
        reused=reused,
        cost_usd=cost_usd,
        errors=tuple(errors),
        failed=why.total() + skipped,
        is_over_budget=bool(skipped),
    )
