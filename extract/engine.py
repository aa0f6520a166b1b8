"""The extraction stage: which texts need reading, rules first, then the model, and what came of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from extract import tables
from extract.lexicon import Lexicon
from extract.llm import LlmExtractor, LlmSettings
from extract.rules import VERSION, extract_by_rules
from extract.schema import Claim, Extraction, QueryContext, TextRecord

__all__ = ["ExtractReport", "QueryContext", "extract_run", "needs_extraction"]


@dataclass(frozen=True)
class ExtractReport:
    """rows_in = rows_out + losses: a row out is a text about one place."""

    rows_in: int
    rows_out: int
    losses: Mapping[str, int]
    reused: int
    cost_usd: float
    errors: tuple[str, ...]


def needs_extraction(source: str, unstructured_sources: Collection[str]) -> bool:
    """Structured sources skip this stage: their mapping is SQL in staging."""
    return source in unstructured_sources


async def extract_run(
    connection: duckdb.DuckDBPyConnection,
    *,
    run_id: str,
    query: QueryContext,
    sources: Collection[str],
    unstructured_sources: Collection[str],
    lexicon: Lexicon,
    llm: LlmSettings | None,
    extracted_at: datetime,
) -> ExtractReport:
    """Read every text this run landed; one that was read before in the same way is not read again."""
    records = [
        record
        for source in sorted(sources)
        if needs_extraction(source, unstructured_sources)
        for record in await asyncio.to_thread(tables.read_texts, connection, run_id, source)
    ]
    model = LlmExtractor(llm) if llm else None
    version = f"{VERSION}+{model.version}" if model else VERSION
    keyed = {tables.extraction_id(record, query, version): record for record in records}
    known = await asyncio.to_thread(tables.existing_ids, connection)
    fresh = {key: record for key, record in keyed.items() if key not in known}
    extractions = await _read(list(fresh.values()), query, lexicon, model)
    await asyncio.to_thread(
        tables.write,
        connection,
        run_id,
        list(zip(fresh, extractions, strict=True)),
        "rules+llm" if model else "rules",
        version,
        llm.model if llm else None,
        extracted_at,
    )
    about = {key: known[key] for key in keyed if key in known}
    about |= {key: e.aboutness or "failed" for key, e in zip(fresh, extractions, strict=True)}
    return _report(records, about, extractions)


async def _read(
    records: list[TextRecord], query: QueryContext, lexicon: Lexicon, model: LlmExtractor | None
) -> list[Extraction]:
    by_rules = [extract_by_rules(record, query, lexicon) for record in records]
    if model is None or not records:
        return by_rules
    by_model = await model.extract_all(records, query)
    return [_combined(rules, llm) for rules, llm in zip(by_rules, by_model, strict=True)]


def _combined(rules: Extraction, llm: Extraction) -> Extraction:
    """Both extractors' claims side by side; merging ranks them. A null stands only where neither has a value.

    The rules' judgement of what the text is about stays where the model failed.
    """
    valued = {c.field_name for c in (*rules.claims, *llm.claims) if c.value is not None}
    nulls: dict[str, Claim] = {}
    for claim in (*rules.claims, *llm.claims):
        if claim.value is None and claim.field_name not in valued:
            nulls.setdefault(claim.field_name, claim)
    claims = [c for c in (*rules.claims, *llm.claims) if c.value is not None] + list(nulls.values())
    failed = llm.status == "failed"
    return replace(
        llm,
        aboutness=rules.aboutness if failed else llm.aboutness,
        aboutness_reason=rules.aboutness_reason if failed else llm.aboutness_reason,
        claims=tuple(claims),
    )


def _report(records: list[TextRecord], about: Mapping[str, str], extractions: list[Extraction]) -> ExtractReport:
    counts = Counter(about.values())
    losses = {name: counts[name] for name in ("list_page", "unrelated", "failed")}
    failed = sum(e.status == "failed" for e in extractions)
    errors = (f"{failed} of {len(extractions)} texts could not be read by the language model",) if failed else ()
    return ExtractReport(
        rows_in=len(records),
        rows_out=len(records) - sum(losses.values()),
        losses=losses,
        reused=len(records) - len(extractions),
        cost_usd=sum(e.cost_usd for e in extractions),
        errors=errors,
    )
