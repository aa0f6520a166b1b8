"""Finds the answers of earlier runs that are fresh enough to reuse. A run reuses them, and `plan` shows them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import duckdb

from ingest.landing.reuse import EarlierAnswer, fresh_answers
from orchestrate.contracts.lists import ListNow
from orchestrate.contracts.plan import FreshAnswer, PlannedCall, PlannedCallNow, PlanReport
from orchestrate.errors import WarehouseError
from orchestrate.plan.planner import Plan, SourceCatalogue
from orchestrate.settings import Settings
from orchestrate.store.lists import declared_lists
from orchestrate.store.warehouse import connect

Freshness = Literal["known", "none_yet", "not_known"]


def configured_addresses(plan: Plan, settings: Settings) -> dict[str, str]:
    """The configured address of each source, or an empty text for the default."""
    return {call.source: settings.source_url(call.source) or "" for call in plan.calls}


def max_ages(plan: Plan, seeds: SourceCatalogue, max_age_hours: float | None) -> dict[str, timedelta]:
    """The maximum age of a reused answer, by source. If `max_age_hours` is None, the seed has the limits."""

    def hours(source: str) -> float:
        return seeds.fresh_hours.get(source, 0.0) if max_age_hours is None else max_age_hours

    return {call.source: timedelta(hours=hours(call.source)) for call in plan.calls}


def plan_with_fresh_answers(
    plan: Plan, seeds: SourceCatalogue, settings: Settings, now: datetime, max_age_hours: float | None
) -> PlanReport:
    """The plan, in which a reused answer costs nothing. It only reads, and waits for no lock."""
    planned = plan.printed()
    fresh, freshness = _look(plan, seeds, settings, now, max_age_hours)
    calls = tuple(_call_now(call, fresh.get(call.source)) for call in planned.calls)
    return PlanReport(
        query=planned.query,
        ingestion_mode=planned.ingestion_mode,
        expected_hits=planned.expected_hits,
        features=planned.features,
        expected_cost_usd=round(sum(call.expected_cost_usd for call in calls), 6),
        calls=calls,
        skipped=planned.skipped,
        lists=lists_now(settings, now),
        freshness=freshness,
    )


def lists_now(settings: Settings, now: datetime) -> tuple[ListNow, ...]:
    """The declared lists, by size and time of their files: `plan` reads none."""
    contracts = declared_lists(settings)
    if not contracts:
        return ()
    from ingest.lists.landing import look_at

    if not settings.warehouse_path.is_file():
        return tuple(
            ListNow.model_validate(look_at(contract, settings.sources_dir, None, now)) for contract in contracts
        )
    try:
        with connect(settings.warehouse_path, read_only=True) as connection:
            looks = [look_at(contract, settings.sources_dir, connection, now) for contract in contracts]
    except (WarehouseError, duckdb.Error):
        return ()
    return tuple(ListNow.model_validate(look) for look in looks)


def _call_now(call: PlannedCall, answer: EarlierAnswer | None) -> PlannedCallNow:
    return PlannedCallNow(
        source=call.source,
        ask=call.ask,
        reason=call.reason,
        expected_requests=call.expected_requests,
        expected_cost_usd=0.0 if answer else call.expected_cost_usd,
        fresh_answer=FreshAnswer.model_validate(answer) if answer else None,
    )


def _look(
    plan: Plan, seeds: SourceCatalogue, settings: Settings, now: datetime, max_age_hours: float | None
) -> tuple[dict[str, EarlierAnswer], Freshness]:
    """The fresh answers, and whether the warehouse could be read: known, none_yet or not_known."""
    warehouse: Path = settings.warehouse_path
    if not warehouse.is_file():
        return {}, "none_yet"
    try:
        with connect(warehouse, read_only=True) as connection:
            addresses, ages = configured_addresses(plan, settings), max_ages(plan, seeds, max_age_hours)
            return fresh_answers(connection, plan.calls, addresses, ages, now), "known"
    except (WarehouseError, duckdb.Error):  # for example: a run holds it, or ended before it made the tables
        return {}, "not_known"
