"""Reports of runs of any size, made of what a plan really says and of invented counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from orchestrate.contracts.plan import PlannedCall
from orchestrate.contracts.run import (
    ExtractionCounts,
    FoundEntity,
    OverrideReview,
    ReusedAnswer,
    RunReport,
    Stage,
    SurvivorshipCounts,
    Touched,
    UnknownField,
)
from orchestrate.plan.planner import load_source_catalogue, plan
from orchestrate.settings import SEEDS_DIR

THEN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
LOSSES = {"duplicate": 3071, "trust": 148, "tie": 12, "less_complete_text": 5, "other_address": 4, "closed": 1}
STAGES = ("plan", "ingest", "extract", "fetch_pages", "extract_pages", "stage", "match", "survivorship", "publish")


@dataclass(frozen=True)
class Size:
    """How much of each thing a report has."""

    entities: int = 1
    more_sources: int = 0
    errors: int = 0
    new_fields: int = 0
    reviews: int = 0
    reused: int = 0
    pages: bool = False
    model: str | None = None
    name: str = "Leith Club"
    query: str = "padel courts edinburgh"


def report_of(size: Size, **changed: Any) -> RunReport:
    planned = plan(size.query[:80], load_source_catalogue(SEEDS_DIR)).printed()
    more = tuple(_call(planned.calls[0], number) for number in range(size.more_sources))
    held = {
        "run_id": "20260102T030400-abcdef12",
        "query": size.query,
        "mode": "sandbox",
        "ingestion_mode": planned.ingestion_mode,
        "status": "completed",
        "area_name": "Edinburgh",
        "plan": planned.model_copy(update={"calls": (*planned.calls, *more)}),
        "entities_published": 123,
        "cost_usd": 0.036,
        "seconds": 6.4,
        "dbt_seconds": 1.0,
        "other_seconds": 0.5,
        "sources": (),
        "reused": tuple(
            ReusedAnswer(source=call.source, answered_at=THEN, records=12) for call in planned.calls[: size.reused]
        ),
        "unknown_fields": tuple(UnknownField(source=f"s{n}", field="f" * 90) for n in range(size.new_fields)),
        "stages": tuple(
            _stage(name, size.errors if name == "ingest" else 0) for name in STAGES if size.pages or "pages" not in name
        ),
        "extraction": ExtractionCounts(
            **{**_NOTHING, "texts": 10, "verified": 52, "inferred": 88, "rejected": 3, "model": size.model}
        ),
        "entities": tuple(_entity(size.name, number) for number in range(size.entities)),
        "survivorship": SurvivorshipCounts(
            entities_touched=33, claims=1956, won=726, contested=5, entities_published=123
        ),
        "touched": Touched(
            records_new=12_000,
            records_changed=340,
            records_gone=5,
            pairs_compared=65_000,
            entities={"its records": 1200, "a correction": 3, "gone": 2},
            entities_left=98_765,
            ranks_all_because="source_trust.csv, match_weights.csv, the models and the declared lists changed",
        ),
        "override_reviews": tuple(_review(number) for number in range(size.reviews)),
        "published": "data/trigpoint.duckdb",
    }
    return RunReport(**{**held, **changed})


_NOTHING: dict[str, Any] = {
    **dict.fromkeys(("texts", "agreed", "disagreed", "reused", "verified", "inferred", "rejected"), 0),
    **dict.fromkeys(("suspicious", "calls", "failed_calls"), 0),
    **{"model": None, "avoided_usd": 0.0, "paid_usd": 0.0, "response_mode": None, "nulls": {"not_mentioned": 126}},
}


def _call(like: PlannedCall, number: int) -> PlannedCall:
    return like.model_copy(update={"source": f"source_{number}", "reason": "a reason of many words " * 5})


def _stage(name: str, errors: int) -> Stage:
    losses = LOSSES if name == "survivorship" else {}
    failures = tuple(f"source_{n}: the service is down, and says so at great length. " * 3 for n in range(errors))
    return Stage(name=name, rows_in=6285, rows_out=3042, losses=losses, seconds=3.1, cost_usd=0.036, errors=failures)


def _entity(name: str, number: int) -> FoundEntity:
    held: dict[str, Any] = dict.fromkeys(FoundEntity.model_fields)
    return FoundEntity(
        **{
            **held,
            **{"entity_id": f"tp_{number}", "slug": f"club-{number}", "entity_name": f"{name} {number}"},
            **{"entity_class": "place", "completeness": 0.95, "contested": number % 3},
            "sources": ("google_places", "openstreetmap", "serper", "sport_scotland"),
            **{"street_address": "1 Shore", "locality": "Leith", "postcode": "EH6 6QU"},
        }
    )


def _review(number: int) -> OverrideReview:
    held: dict[str, Any] = dict.fromkeys(OverrideReview.model_fields)
    return OverrideReview(
        **{**held, "override_id": f"correction-{number}", "review_because": "nothing_to_correct", "unknown_key": "tp_9"}
    )


def sized(**changed: Any) -> Size:
    return replace(Size(), **changed)
