"""Plans a query under the present settings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from ingest.calls import SkippedSource
from orchestrate.plan.areas.pins import Pin
from orchestrate.plan.coverage import CoveredPlace, read_places
from orchestrate.plan.planner import Plan, QueryError, SourceCatalogue, load_source_catalogue, plan
from orchestrate.settings import SANDBOX_COVERAGE, SEEDS_DIR, Settings


def plan_query(
    query: str,
    settings: Settings,
    sources: Collection[str] | None = None,
    max_cost_usd: float | None = None,
    pin: Pin | None = None,
    pages: int = 0,
) -> tuple[Plan, SourceCatalogue]:
    """Plan `query` without asking any source. Raises QueryError if the query makes no sense or cannot be answered."""
    seeds = load_source_catalogue(SEEDS_DIR)
    unavailable = _unavailable(seeds, settings)
    planned = plan(query, seeds, unavailable=unavailable, only=sources, max_cost_usd=max_cost_usd, pin=pin, pages=pages)
    if settings.mode == "sandbox":
        planned = _as_answered_by_stand_ins(planned, settings, read_places(SANDBOX_COVERAGE))
    return planned, seeds


def _unavailable(seeds: SourceCatalogue, settings: Settings) -> dict[str, str]:
    """The sources without a key in live mode, with the reason. The sandbox needs no keys."""
    if settings.mode == "sandbox":
        return {}
    return {
        source: f"{key_setting} is not set; put it in .env to ask {source}"
        for source, key_setting in seeds.key_settings.items()
        if key_setting and not settings.source_key(key_setting)
    }


def _as_answered_by_stand_ins(planned: Plan, settings: Settings, covered: Sequence[CoveredPlace]) -> Plan:
    """The plan without stand-ins that know nothing of the area. A source with its own address has no stand-in."""
    features = planned.features
    if any(place.covers(features.area, features.region) for place in covered):
        return planned
    asked = tuple(call for call in planned.calls if settings.source_url(call.source))
    only = " and ".join(place.place for place in covered)
    if planned.calls and not asked:
        raise QueryError(
            f"{features.area_choice.label} is outside the sandbox, which has only {only}. No source was asked. "
            "Use --live to ask the real services."
        )
    skipped = tuple(
        SkippedSource(call.source, f"its stand-in in the sandbox has only {only}")
        for call in planned.calls
        if call not in asked
    )
    return replace(planned, calls=asked, skipped=planned.skipped + skipped)
