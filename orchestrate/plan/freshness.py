"""Which answers of earlier runs are fresh enough to be used again: a run goes by it, and `plan` shows it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from ingest.reuse import EarlierAnswer, ask_key, find_answer
from orchestrate.errors import WarehouseError
from orchestrate.plan.planner import Plan, PlannerSeeds
from orchestrate.settings import Settings
from orchestrate.store.warehouse import connect


def ask_keys(plan: Plan, settings: Settings) -> dict[str, str]:
    """What each question is known by, by source."""
    return {call.source: ask_key(call, settings.source_url(call.source) or "") for call in plan.calls}


def fresh_answers(
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    seeds: PlannerSeeds,
    settings: Settings,
    now: datetime,
    max_age_hours: float | None,
) -> dict[str, EarlierAnswer]:
    """By source. None for `max_age_hours`: as the seed says, by source."""
    found: dict[str, EarlierAnswer] = {}
    for source, key in ask_keys(plan, settings).items():
        hours = seeds.fresh_hours.get(source, 0.0) if max_age_hours is None else max_age_hours
        if answer := find_answer(connection, source, key, now, timedelta(hours=hours)):
            found[source] = answer
    return found


def plan_with_fresh_answers(
    plan: Plan, seeds: PlannerSeeds, settings: Settings, now: datetime, max_age_hours: float | None
) -> dict[str, Any]:
    """The plan as JSON, where an answer that would be used again costs nothing. Looks only, and waits for nobody."""
    report = plan.as_json()
    fresh, report["freshness"] = _look(plan, seeds, settings, now, max_age_hours)
    for call in report["calls"]:
        answer = fresh.get(call["source"])
        call["fresh_answer"] = answer and {
            "run_id": answer.run_id,
            "answered_at": answer.answered_at,
            "records": answer.records,
        }
        if answer:
            call["expected_cost_usd"] = 0.0
    report["expected_cost_usd"] = round(sum(call["expected_cost_usd"] for call in report["calls"]), 6)
    return report


def _look(
    plan: Plan, seeds: PlannerSeeds, settings: Settings, now: datetime, max_age_hours: float | None
) -> tuple[dict[str, EarlierAnswer], str]:
    """The fresh answers, and whether they could be looked for: known, none_yet or not_known."""
    warehouse: Path = settings.warehouse_path
    if not warehouse.is_file():
        return {}, "none_yet"
    try:
        with connect(warehouse, read_only=True) as connection:
            return fresh_answers(connection, plan, seeds, settings, now, max_age_hours), "known"
    except (WarehouseError, duckdb.Error):  # a run holds it, say, or left it before it had a table
        return {}, "not_known"
