"""Wall time by stage, of nodes that dbt builds side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate.run.stage_seconds import Span, added_up, spans_of, stage_of, wall_seconds
from orchestrate.run.stage_seconds import test_seconds as seconds_of_tests

NOON = datetime(2026, 1, 1, 12)


def span(stage: str, start: float, end: float) -> Span:
    return Span(stage, NOON + timedelta(seconds=start), NOON + timedelta(seconds=end))


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param([], {}, id="nothing ran"),
        pytest.param([("stage", 0, 2), ("match", 2, 5)], {"stage": 2, "match": 3}, id="one after the other"),
        pytest.param([("stage", 0, 1), ("match", 4, 5)], {"stage": 1, "match": 1}, id="a gap counts for no stage"),
        pytest.param([("stage", 0, 4), ("stage", 0, 4)], {"stage": 4}, id="side by side in one stage"),
        pytest.param(
            [("match", 0, 4), ("survivorship", 1, 3)], {"match": 3, "survivorship": 1}, id="side by side in two stages"
        ),
        pytest.param([("a", 0, 3), ("a", 0, 3), ("b", 0, 3)], {"a": 2, "b": 1}, id="shared by the node"),
        pytest.param([("stage", 1, 1), ("match", 1, 2)], {"match": 1}, id="no time at all"),
    ],
)
def test_time_is_shared_by_what_runs_at_once(spans, expected):
    assert wall_seconds(span(*each) for each in spans) == expected


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 20), st.integers(0, 20)), max_size=12))
def test_the_stages_add_up_to_the_time_in_which_anything_ran(drawn):
    spans = [(stage, min(one, other), max(one, other)) for stage, one, other in drawn]
    busy = {second for _, start, end in spans for second in range(start, end)}

    assert sum(wall_seconds(span(*each) for each in spans).values()) == pytest.approx(len(busy))


@pytest.mark.parametrize(
    ("path", "stage"),
    [
        ("dbt_project/seeds/areas.csv", "stage"),
        ("models/staging/serper/stg_serper__places.sql", "stage"),
        ("models/intermediate/records/int_records.yml", "stage"),
        ("models/intermediate/matching/int_clusters.sql", "match"),
        ("models/intermediate/survivorship/int_claims.sql", "survivorship"),
        ("models/marts/entities.sql", "publish"),
        ("dbt_project/tests/rows_add_up_at_every_stage.sql", "publish"),
    ],
)
def test_a_folder_has_a_stage(path, stage):
    assert stage_of(path) == stage


def test_a_skipped_node_took_no_time():
    def outcome(*parts: tuple[datetime | None, datetime | None]) -> SimpleNamespace:
        timing = [SimpleNamespace(started_at=start, completed_at=end) for start, end in parts]
        node = SimpleNamespace(original_file_path="models/marts/x.sql", resource_type="model")
        return SimpleNamespace(node=node, timing=timing)

    later = NOON + timedelta(seconds=2)
    compiled_and_executed = outcome((NOON, NOON + timedelta(seconds=1)), (NOON + timedelta(seconds=1), later))

    spans = spans_of([outcome(), outcome((NOON, None)), compiled_and_executed])

    assert spans == [Span("publish", NOON, later)]


def test_the_seconds_of_data_tests_are_those_that_they_do_not_share_with_models():
    model, test = span("match", 0, 4), replace(span("publish", 2, 5), is_test=True)

    assert seconds_of_tests([model, test]) == pytest.approx(1 + 1)


def test_two_builds_of_one_run_add_up():
    assert added_up({"stage": 1.0, "match": 2.0}, {"stage": 0.5, "survivorship": 3.0}) == {
        "stage": 1.5,
        "match": 2.0,
        "survivorship": 3.0,
    }
