"""What a reviewer is shown about a pair adds up to its score, for every pair that the build of the world scored."""

from __future__ import annotations

import math

import duckdb

from orchestrate.review.pairs import read_pairs


def test_the_steps_of_every_pair_add_up_to_its_score(world):
    with duckdb.connect(str(world.warehouse), read_only=True) as warehouse:
        ((scored,),) = warehouse.execute("select count(*) from intermediate.int_predictions").fetchall()
        opinions = [pair.opinion for pair in read_pairs(warehouse, most=scored)]

    sums = [math.fsum(step["weight"] or 0 for step in one.steps) - one.penalty for one in opinions]
    assert len(opinions) == scored > 500
    assert [one for one, total in zip(opinions, sums, strict=True) if abs(total - one.match_weight) > 1e-9] == []
