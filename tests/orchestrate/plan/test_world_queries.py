"""Queries about places all over the world: the area that each means, and why."""

from __future__ import annotations

import csv

import pytest

from orchestrate.plan.planner import load_source_catalogue, plan
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR

SEEDS = load_source_catalogue(SEEDS_DIR)
with (PROJECT_ROOT / "tests" / "data" / "world_queries.csv").open(newline="", encoding="utf-8") as file:
    QUERIES = list(csv.DictReader(file))


@pytest.mark.parametrize("row", [pytest.param(row, id=row["query"]) for row in QUERIES])
def test_a_query_means_its_area(row):
    features = plan(row["query"], SEEDS).features

    understood = {
        "area": features.area.name,
        "country": features.area.country,
        "name": features.asked_name or "",
        "unused": " ".join(features.not_understood),
    }
    assert understood == {key: row[key] for key in understood}
    assert features.area_choice.reason.startswith(row["why"])
    assert features.area.south < features.area.latitude < features.area.north


def test_the_queries_are_of_many_places():
    assert len({row["query"] for row in QUERIES}) >= 60
    assert len({row["area"] for row in QUERIES}) >= 20
    assert len({row["country"] for row in QUERIES}) >= 12
