"""A plan shows fresh answers, which cost nothing. It neither waits nor writes."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.landing.reuse import ask_key
from orchestrate.plan.freshness import plan_with_fresh_answers
from orchestrate.plan.planner import load_source_catalogue, plan
from orchestrate.settings import SEEDS_DIR, Settings
from orchestrate.store.warehouse import Warehouse
from orchestrate.terminal import json_text
from tests.printed import printed

SEEDS = load_source_catalogue(SEEDS_DIR)
PLAN = plan("powerleague portobello", SEEDS)
NOW = datetime(2026, 1, 2, 12)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, mode="sandbox", data_dir=tmp_path / "data")


def answered(settings: Settings, source: str, hours_ago: float) -> None:
    settings.mode_dir.mkdir(parents=True, exist_ok=True)
    warehouse = Warehouse(settings.warehouse_path)
    call = next(call for call in PLAN.calls if call.source == source)
    warehouse.connection.execute(
        "insert into raw.answers values (?, ?, 'r1', ?, 7)",
        [ask_key(call, ""), source, NOW - timedelta(hours=hours_ago)],
    )
    warehouse.close()


def planned(settings: Settings, max_age_hours: float | None = None) -> dict[str, Any]:
    return printed(plan_with_fresh_answers(PLAN, SEEDS, settings, NOW, max_age_hours))


def costs(printed: dict[str, Any]) -> dict[str, tuple[float, Any]]:
    return {call["source"]: (call["expected_cost_usd"], call["fresh_answer"]) for call in printed["calls"]}


def test_only_a_stale_answer_costs_money(settings):
    answered(settings, "google_places", hours_ago=1)
    answered(settings, "openstreetmap", hours_ago=7)  # fresh for six, says the seed

    shown = planned(settings)

    assert costs(shown)["google_places"] == (
        0.0,
        {"run_id": "r1", "answered_at": f"{(NOW - timedelta(hours=1)).isoformat()}Z", "records": 7},
    )
    assert costs(shown)["openstreetmap"][1] is None
    assert costs(shown)["serper"] == (0.001, None)
    assert (shown["expected_cost_usd"], shown["freshness"]) == (0.001, "known")
    assert "2026-01-02" in json_text(shown)


def test_the_age_that_is_asked_for_goes_before_the_seed_s(settings):
    answered(settings, "google_places", hours_ago=1)

    assert costs(planned(settings, max_age_hours=0.5))["google_places"] == (0.035, None)


def test_where_no_run_has_been_nothing_is_made(settings):
    shown = planned(settings)

    assert (shown["freshness"], shown["expected_cost_usd"]) == ("none_yet", 0.036)
    assert not settings.data_dir.exists()


def test_an_unreadable_warehouse_does_not_fail_the_plan(settings):
    settings.mode_dir.mkdir(parents=True)
    settings.warehouse_path.write_text("Dear reader, " * 500)

    assert planned(settings)["freshness"] == "not_known"
