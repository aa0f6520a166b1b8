"""Each node of a plan is executed once, after what it waits for. What fails leaves no half of itself."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from orchestrate.run.prepared.execution import CheckFailedError, execute, relations_of, views_of
from orchestrate.run.prepared.plan import Node, Plan
from orchestrate.run.progress.events import Step, Steps


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def model(name: str, *statements: str, after: tuple[str, ...] = ()) -> Node:
    return Node(name, name, "model", "models/marts/x.sql", after, statements, f"main.{name}", "table")


def check(name: str, statement: str, after: tuple[str, ...]) -> Node:
    return Node(name, name, "test", "models/marts/_x.yml", after, (statement,))


def run(warehouse: duckdb.DuckDBPyConnection, *nodes: Node, left_out: tuple[str, ...] = ()) -> list[str]:
    seen: list[Step] = []
    plan = Plan("f", {}, 4, nodes)
    executed = execute(warehouse, plan, {"memory_limit": "1GB"}, left_out, Steps(seen.append))
    done = [step.name for step in seen if step.name]
    assert [one.node.name for one in executed] == done
    assert all(step.name not in step.running for step in seen)
    assert seen[-1].running == ()
    assert all(one.started_at <= one.ended_at for one in executed)
    return done


def test_a_node_is_executed_after_what_it_waits_for(warehouse: duckdb.DuckDBPyConnection) -> None:
    done = run(
        warehouse,
        model("c", "create table c as select one + 1 as two from b", after=("b", "few")),
        model("a", "create table a as select 1 as one"),
        check("few", "select count(*) as failures, false, count(*) != 1 from a", ("a",)),
        model("b", "create table b as from a", "insert into b select 5", after=("a",)),
    )

    assert sorted(done) == ["a", "b", "c", "few"]
    assert warehouse.execute("from c order by two").fetchall() == [(2,), (6,)]
    assert relations_of(warehouse) == dict.fromkeys(["main.a", "main.b", "main.c"], "table")


def test_what_is_left_out_is_not_executed_and_nothing_waits_for_it(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("create table a as select 7 as one")

    done = run(
        warehouse,
        model("a", "create or replace table a as select 1 as one"),
        model("b", "create table b as from a", after=("a",)),
        left_out=("a",),
    )

    assert done == ["b"]
    assert warehouse.execute("from b").fetchall() == [(7,)]


def test_a_node_that_fails_leaves_what_was_there_and_stops_what_waits(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("create table a as select 7 as one")

    with pytest.raises(duckdb.Error):
        run(
            warehouse,
            model("a", "create or replace table a as select 1 as one", "insert into a select 'no number'"),
            model("b", "create table b as from a", after=("a",)),
        )

    assert warehouse.execute("from a").fetchall() == [(7,)]
    assert "main.b" not in relations_of(warehouse)


@pytest.mark.parametrize("answer", ["3, true, false", "3, false, true"])
def test_a_test_that_finds_rows_stops_what_waits_for_it(warehouse: duckdb.DuckDBPyConnection, answer: str) -> None:
    with pytest.raises(CheckFailedError, match="few"):
        run(
            warehouse,
            model("a", "create table a as select 1 as one"),
            check("few", f"select {answer}", ("a",)),
            model("b", "create table b as from a", after=("few",)),
        )

    assert list(relations_of(warehouse)) == ["main.a"]


def test_a_view_has_one_definition_in_whatever_order_it_excludes(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("create table t as select 1 as a, 2 as b, 3 as c, 4 as d, 5 as e")

    definitions = set()
    for order in ("a, b, c, d", "d, c, b, a", "b, d, a, c"):
        warehouse.execute(f"create or replace view v as select * exclude ({order}) from t")
        definitions.add(views_of(warehouse)["main.v"])
    assert len(definitions) == 1

    warehouse.execute("create or replace view v as select * exclude (a, b, c, e) from t")
    assert views_of(warehouse)["main.v"] not in definitions
