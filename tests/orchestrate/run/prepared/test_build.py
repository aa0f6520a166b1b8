"""A prepared build that needs more memory than a build of what changed gets it, and does not fall back to dbt."""

from __future__ import annotations

import duckdb
import pytest

from orchestrate.run.prepared.build import execute_in
from orchestrate.run.prepared.plan import Node, Plan
from orchestrate.run.progress.events import Step, Steps

LITTLE, ENOUGH = "20MB", "2GB"
A_LIST = "create or replace table numbers as select list(range) as numbers from range(5_000_000)"  # is never spilled


def execute(statement: str, *memories: str) -> tuple[list[str] | None, list[Step]]:
    seen: list[Step] = []
    node = Node("numbers", "numbers", "model", "models/x.sql", (), (statement,), "main.numbers", "table")
    with duckdb.connect() as connection:
        executed = execute_in(memories, connection, Plan("f", {}, 2, (node,)), (), Steps(seen.append))
    return (None if executed is None else [one.node.name for one in executed]), seen


def test_a_build_with_too_little_memory_begins_again_with_more():
    executed, seen = execute(A_LIST, LITTLE, ENOUGH)

    assert executed == ["numbers"]
    assert seen[-1] == Step(1, 1, "numbers", ())
    assert len(seen) == 3  # begun, begun again, finished


@pytest.mark.parametrize(
    ("statement", "memories"),
    [
        pytest.param(A_LIST, [LITTLE], id="no_memory_is_enough"),
        pytest.param("from nowhere", [LITTLE, ENOUGH], id="more_memory_does_not_help"),
    ],
)
def test_a_build_that_fails_is_left_to_dbt(statement, memories):
    executed, seen = execute(statement, *memories)

    assert executed is None
    assert len(seen) == 1
