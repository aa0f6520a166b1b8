"""A build of what changed gives the marts of a whole build, after any change."""

from __future__ import annotations

import pytest

from bench.equality.sandbox import ChangingWorld, one_sequence
from tests.repeated_builds import land_world

pytestmark = pytest.mark.long

STEPS = 3  # `python -m bench.equality.sandbox` goes through many sequences of twenty


def test_a_build_of_what_changed_equals_a_whole_build(tmp_path, capsys):
    landed = land_world(tmp_path / "landed.duckdb")

    assert one_sequence(landed, tmp_path / "changing", seed=7, steps=STEPS) == 0

    said = capsys.readouterr().out
    assert said.count("0 differences") == STEPS


def test_after_a_build_that_was_killed_the_next_one_equals_a_whole_build(tmp_path):
    world = ChangingWorld(land_world(tmp_path / "landed.duckdb"), tmp_path / "changing", seed=7)
    world.build()
    world.step()

    world.kill_a_build(after=60)
    reason, _ = world.build()

    assert reason == "the build before did not end"
    assert world.differences() == []
