"""The extraction stage: which texts need reading, rules first, then the model, and what came of it."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import duckdb

from extract import tables
from extract.folding import fold
from extract.judging import VERSION as JUDGING
from extract.judging import judge
from extract.llm.answer import Prompt, Question, RecordAnswer
from extract.llm.batches import Reading, read_texts
from extract.llm.client import LlmSettings, LoggedCall
from extract.schema import FIELDS, MANY_VALUED, Aboutness, Claim, Extraction, QueryContext, TextRecord
from extract.text.lexicon import Lexicon
from extract.text.page_kinds import NEWS
from extract.text.prompt_injection import believed
from extract.text.rules import VERSION as RULES
from extract.text.rules import asked_of, extract_by_rules, is_no_lead

__all__ = ["ExtractReport", "Extractor", "QueryContext"]

NO_PLACE: tuple[Aboutness, ...] = ("list_page", "unrelated")


@dataclass(frozen=True)
class ExtractReport:
    """rows_in = rows_out + losses: a row out is a text about one place."""

    rows_in: int
    rows_out: int
    losses: Mapping[str, int]
    reused: int
    cost_usd: float
    errors: tuple[str, ...]
    failed: int
    is_over_budget: bool


class Extractor:
    """Reads texts by one version: the rules alone, or the rules and a model."""

    def __init__(self, lexicon: Lexicon, llm: LlmSettings | None, budget_usd: float | None = None) -> None:
        self._lexicon = lexicon
        self._llm = llm
        self._budget_usd = budget_usd
        self._prompt = Prompt.load(lexicon) if llm else None
        self.version = f"{RULES}+{JUDGING}+{lexicon.version}" + (
            f"+{llm.model}+{self._prompt.version}" if llm and self._prompt else ""
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

        A text that was read before in the same way is not read again; one whose reading failed is.
        """
        records = [
            record
            for source in sorted(sources)
            for record in await asyncio.to_thread(tables.read_texts, connection, source, run_id, record_ids)
        ]
        keyed = {tables.extraction_id(record, query, self.version): record for record in records}
        known = await asyncio.to_thread(tables.good_extractions, connection, keyed)
        fresh = {key: record for key, record in keyed.items() if key not in known}
        extractions, cost, sentence = await self._read(connection, fresh, query, run_id, now)
        constants = {
            "extractor": "rules+llm" if self._llm else "rules",
            "extractor_version": self.version,
            "model": self._llm.model if self._llm else None,
            "prompt_version": self._prompt.version if self._prompt else None,
            "extracted_at": now,
        }
        await asyncio.to_thread(tables.write, connection, run_id, extractions, constants)
        if record_ids is None:
            await asyncio.to_thread(tables.write_uses, connection, run_id, keyed, known)
        about = {**known, **{key: e.aboutness or "failed" for key, e in extractions.items()}}
        return _report(len(records), [about[key] for key in keyed], len(known), extractions, cost, sentence)

    async def _read(
        self,
        connection: duckdb.DuckDBPyConnection,
        records: Mapping[str, TextRecord],
        query: QueryContext,
        run_id: str,
        now: datetime,
    ) -> tuple[dict[str, Extraction], float, str | None]:
        """The extractions by their ids, what was paid, and why the model was asked no more, if so."""
        texts = {key: _Text(record, query, self._lexicon) for key, record in records.items()}
        if self._llm is None or self._prompt is None:
            return {key: text.by_rules for key, text in texts.items()}, 0.0, None
        leads = {key: text for key, text in texts.items() if not is_no_lead(text.record, self._lexicon)}
        cost, sentence = await self._ask(self._llm, self._prompt, connection, leads, query, run_id, now)
        return {key: text.combined or text.by_rules for key, text in texts.items()}, cost, sentence

    async def _ask(
        self,
        llm: LlmSettings,
        prompt: Prompt,
        connection: duckdb.DuckDBPyConnection,
        texts: Mapping[str, _Text],
        query: QueryContext,
        run_id: str,
        now: datetime,
    ) -> tuple[float, str | None]:
        """Combine each text with its reading: one that was paid for earlier, or the model's."""
        alike: dict[str, list[_Text]] = defaultdict(list)  # with other labels in the payload, but the same text
        for text in texts.values():
            alike[tables.answer_key(text.record, query, llm.model, prompt.version)].append(text)
        stored = await asyncio.to_thread(tables.stored_answers, connection, alike)
        asked: dict[str, _Text] = {}
        for key, several in alike.items():
            for text in several:
                if key in stored and stored[key][0] >= set(text.wanted):
                    text.combine(replace(stored[key][1], cost_usd=0.0))
                else:
                    asked[key] = text
        if not asked:
            return 0.0, None
        store = tables.AnswerStore(
            connection,
            asked,
            outdated=asked.keys() & stored.keys(),
            run_id=run_id,
            model=llm.model,
            prompt_version=prompt.version,
            now=now,
        )

        async def keep(calls: Sequence[LoggedCall], answers: Mapping[str, Reading]) -> None:
            await store.keep(calls, answers)
            _combine(answers)  # now, while the answers to other texts are awaited

        def _combine(readings: Mapping[str, Reading]) -> None:
            for key, reading in readings.items():
                for text in alike[key]:
                    if text.combined is None:
                        text.combine(reading)

        told = await read_texts(llm, prompt, asked, query, budget_usd=self._budget_usd, run_id=run_id, keep=keep)
        _combine(told.readings)
        return sum(call.cost_usd for call in store.calls), told.sentence


class _Text(Question):
    """A text on its way. The rules read it when it is asked about, so that answers to others are awaited meanwhile."""

    def __init__(self, record: TextRecord, query: QueryContext, lexicon: Lexicon) -> None:
        self.record = record
        self.combined: Extraction | None = None
        self._query = query
        self._lexicon = lexicon

    @cached_property
    def by_rules(self) -> Extraction:
        return extract_by_rules(self.record, self._query, self._lexicon)

    @cached_property
    def wanted(self) -> tuple[str, ...]:
        return _wanted(self.by_rules)

    def combine(self, reading: Reading) -> None:
        self.combined = _combined(self.by_rules, reading, self._query, self._lexicon)


def _wanted(rules: Extraction) -> tuple[str, ...]:
    """What the rules could not give: all but the single values that they verified."""
    given = {c.field_name for c in rules.claims if c.verification == "verified"} - MANY_VALUED
    return tuple(field for field in FIELDS if field not in given)


def _combined(rules: Extraction, reading: Reading, query: QueryContext, lexicon: Lexicon) -> Extraction:
    """Both extractors' claims side by side; merging ranks them. A null stands only where neither has a value."""
    spent = {
        "tokens_in": reading.tokens_in,
        "tokens_out": reading.tokens_out,
        "cost_usd": reading.cost_usd,
        "attempts": reading.attempts,
    }
    if reading.answer is None:
        unread = ("not_attempted", "not_mentioned")
        absent = [
            replace(claim, null_reason=reading.failure) if claim.null_reason in unread else claim
            for claim in rules.claims
        ]
        return replace(rules, claims=tuple(absent), status="failed", error=reading.failure, **spent)
    aboutness, reason = _about(rules, reading.answer.aboutness)
    asked = asked_of(believed(rules.record, lexicon.injection_phrases), query, lexicon, aboutness)
    offered = list(judged(rules.record, reading.answer, asked, lexicon))
    kept = {claim.field_name for claim in (*rules.claims, *offered) if claim.is_kept and not claim.entity_index}
    told = {claim.field_name for claim in offered if not claim.entity_index}
    absent = [
        replace(claim, null_reason="not_mentioned") if claim.null_reason == "not_attempted" else claim
        for claim in rules.claims
        if not claim.is_kept and claim.value is None and claim.field_name not in kept | told
    ]
    agreed, disagreed = _compared(rules.claims, offered)
    claims = [claim for claim in rules.claims if claim.value is not None] + offered + absent
    return replace(
        rules, aboutness=aboutness, aboutness_reason=reason, claims=tuple(claims), agreed=agreed, disagreed=disagreed,
        **spent,
    )  # fmt: skip


def judged(record: TextRecord, answer: RecordAnswer, query: QueryContext, lexicon: Lexicon) -> Iterator[Claim]:
    """What the model's answer comes to, its entities numbered from 0, the one that was asked for.

    A value that is offered with several quotes counts once, by the first that bears it out.
    """
    for index, entity in enumerate(answer.entities):
        claims: dict[tuple[str, str], Claim] = {}
        for finding in entity.findings:
            said = (finding.field, finding.value)
            if said in claims and claims[said].is_kept:
                continue
            claim = judge(*said, finding.quote, record, query, lexicon)
            if claim and (claim.is_kept or said not in claims):
                claims[said] = replace(claim, entity_index=index)
        yield from dict.fromkeys(claims.values())


def _about(rules: Extraction, model: Aboutness) -> tuple[Aboutness, str]:
    """The more sceptical of the two: a page that only one of them takes for a place of its own is a poor lead."""
    if rules.aboutness in (None, "same") or rules.aboutness_reason == NEWS:
        return (
            model,
            rules.aboutness_reason if model == rules.aboutness else f"so says the model; the rules: {rules.aboutness}",
        )
    agreement = "the model agrees" if model == rules.aboutness else f"the model: {model}"
    return rules.aboutness, f"{rules.aboutness_reason}; {agreement}"


def _compared(rules: Sequence[Claim], model: Sequence[Claim]) -> tuple[int, int]:
    """In how many fields of the first entity the two say the same, and in how many not; where both say something."""
    ours, theirs = _said(rules), _said(model)
    both = ours.keys() & theirs.keys()
    agreed = sum(not ours[field].isdisjoint(theirs[field]) for field in both)
    return agreed, len(both) - agreed


def _said(claims: Sequence[Claim]) -> dict[str, set[tuple[str, ...]]]:
    """Each field's values, as folded words."""
    said: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for claim in claims:
        if claim.value and not claim.entity_index:
            said[claim.field_name].add(tuple(fold(claim.value)))
    return said


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
            "them alone. Run again with a higher --max-cost: what was paid for is not paid for again."
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
