"""Builds of what changed give the marts of whole builds, after any changes, and after a build that did not end."""

from __future__ import annotations

import duckdb
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


def test_a_slug_follows_those_that_want_it_no_more(built_twice: DbtProject) -> None:
    """Two wanted `bar` and two `cafe`. One of each is ranked again or gone, and one of a third name comes."""
    (entities,) = (node for node in plan_of_empty(built_twice).nodes if node.name == "entities")
    remember, *_, renew = entities.statements
    with duckdb.connect() as connection:
        connection.execute(f"attach ':memory:' as {built_twice.warehouse.stem}; use {built_twice.warehouse.stem}")
        connection.execute("""
            create schema marts; create schema intermediate;
            create table marts.entities as from (values
                ('tp_1aaaaaaa', 'bar-1aaaaa'), ('tp_2bbbbbbb', 'bar-2bbbbb'), ('tp_3ccccccc', 'cafe-3ccccc'),
                ('tp_4ddddddd', 'cafe-4ddddd'), ('tp_5eeeeeee', 'gym'), ('tp_6fffffff', 'inn')) as t (entity_id, slug);
            create table intermediate.int_entity_moments as from (values
                ('tp_1aaaaaaa', 'changed'), ('tp_3ccccccc', 'gone'), ('tp_7aaaaaaa', 'new'), ('tp_6fffffff', null)
            ) as t (entity_id, ranked_because);
            create table intermediate.int_entity_names as from (values
                ('tp_1aaaaaaa', 'pub'), ('tp_2bbbbbbb', 'bar'), ('tp_4ddddddd', 'cafe'), ('tp_5eeeeeee', 'gym'),
                ('tp_6fffffff', 'inn'), ('tp_7aaaaaaa', 'gym')) as t (entity_id, wanted_slug);
            create table intermediate.int_entity_slugs as from (values
                ('tp_1aaaaaaa', 'pub'), ('tp_5eeeeeee', 'gym-5eeeee'), ('tp_7aaaaaaa', 'gym-7aaaaa')
            ) as t (entity_id, slug)
        """)
        connection.execute(remember)
        connection.execute("""
            delete from marts.entities where entity_id in ('tp_1aaaaaaa', 'tp_3ccccccc');
            insert into marts.entities values ('tp_1aaaaaaa', 'pub'), ('tp_7aaaaaaa', 'gym-7aaaaa')
        """)
        connection.execute(renew)
        slugs = dict(connection.execute("from marts.entities").fetchall())
    assert slugs == {
        "tp_1aaaaaaa": "pub", "tp_2bbbbbbb": "bar", "tp_4ddddddd": "cafe", "tp_5eeeeeee": "gym-5eeeee",
        "tp_6fffffff": "inn", "tp_7aaaaaaa": "gym-7aaaaa",
    }  # fmt: skip
