"""Builds of what changed give the marts of whole builds, after any changes, and after a build that did not end."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import integers, lists

from bench.equality.sequences import Chances, one_batch, plan_of_empty
from orchestrate.store.dbt_project import DbtProject

SEQUENCES = 20  # `make bench-equality` goes through hundreds
SEEDS = lists(integers(0, 2**32 - 1), min_size=SEQUENCES, max_size=SEQUENCES, unique=True)
ONE_BATCH = settings(
    max_examples=1, phases=[Phase.generate], deadline=None, database=None, suppress_health_check=[*HealthCheck]
)


def test_twenty_short_sequences_equal_whole_builds(built_twice: DbtProject) -> None:
    plan = plan_of_empty(built_twice)

    @ONE_BATCH
    @given(SEEDS)
    def are_equal(seeds: list[int]) -> None:
        tally = one_batch(plan, built_twice.warehouse, seeds, 2, Chances(killed=0, begins_again=0.5, nothing_changes=0))
        assert tally.steps == 2

    are_equal()


@pytest.mark.long
def test_twenty_sequences_of_twenty_steps_equal_whole_builds(built_twice: DbtProject) -> None:
    plan = plan_of_empty(built_twice)

    @ONE_BATCH
    @given(SEEDS)
    def are_equal(seeds: list[int]) -> None:
        tally = one_batch(plan, built_twice.warehouse, seeds, 20)
        assert tally.killed
        assert tally.unchanged

    are_equal()
