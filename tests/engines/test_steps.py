from __future__ import annotations

from sqlglot import exp, parse_one

from engines.spark.recursion import recursive_step
from engines.spark.sql.dialect import Written
from engines.spark.steps import read_variables, steps_of_one_row, steps_to_write, with_steps_before


def written(sql: str) -> list[str]:
    tree = parse_one(sql, dialect=Written)
    return [step.alias for step in steps_to_write(tree, recursive_step(tree))]


def chain(length: int) -> str:
    """Each step reads the one before twice, so a plan of copies reads the first table 2 ** `length` times."""
    steps = [
        f"step_{number} as (select one.a from {before} as one inner join {before} as other on one.a = other.a)"
        for number, before in enumerate(["s.t", *(f"step_{number}" for number in range(length - 1))])
    ]
    return f"with {', '.join(steps)} select a from step_{length - 1}"


def copies(sql: str) -> int:
    """The tables that the plan of the query reads, if each step that is not written is copied to where it is read."""
    tree = parse_one(sql, dialect=Written)
    assert isinstance(tree, exp.Query)
    names = {step.alias for step in steps_to_write(tree)}
    reads: dict[str, int] = {}
    for step in tree.ctes:
        counted = sum(reads.get(table.name, 1) for table in step.this.find_all(exp.Table))
        reads[step.alias] = 1 if step.alias in names else counted
    return max(reads.values())


def test_a_step_that_the_query_calls_materialized_is_written():
    assert written("with a as materialized (select 1 as x from s.t), b as (select x from a) select x from b") == ["a"]


def test_a_small_step_is_copied():
    assert written("with a as (select x from s.t) select one.x from a as one, a as other") == []


def test_the_plan_of_a_long_chain_stays_small():
    assert written(chain(12))
    assert copies(chain(12)) <= 32


def test_a_step_after_a_recursion_is_left_to_it():
    sql = """
        with recursive given as materialized (select x from s.t),
        found (x) as (select x from given union select found.x + 1 from found where found.x < 9),
        after as materialized (select x from found)
        select x from after
    """
    assert written(sql) == ["given"]


def test_a_step_has_those_before_it():
    tree = parse_one(
        "with a as (select x from s.t), b as materialized (select x from a) select x from b", dialect=Written
    )
    (step,) = steps_to_write(tree)
    assert with_steps_before(step, tree).sql(dialect="duckdb") == "WITH a AS (SELECT x FROM s.t) SELECT x FROM a"


ONE_ROW = """
    with letters as (select list(letter) as all_letters from s.letters),
    groups as (select a, count(*) as rows from s.t group by a),
    numbers as (select {columns} from s.t as t cross join letters cross join groups)
    select x from numbers
"""


def read(columns: str) -> str:
    tree = parse_one(ONE_ROW.format(columns=columns), dialect=Written)
    (step,) = steps_of_one_row(tree)
    assert step.alias == "letters"
    read_variables(tree, step, {"all_letters": "_value_0"})
    return tree.sql(dialect=Written)


def test_a_list_of_a_step_of_one_row_is_read_as_a_variable():
    sql = read("list_transform(t.x, lambda one: letters.all_letters[one]) as x, groups.rows")
    assert "_value_0[one]" in sql
    assert "letters.all_letters" not in sql
    assert "groups.rows" in sql


def test_the_materialized_steps_of_a_step_are_written_before_it():
    sql = "with a as (with b as materialized (select x from s.t) select x from b) select x from a"
    assert written(sql) == ["b"]
    twice = f"{sql}, (with b as (select 1 as x) select x from b) as c"
    assert written(twice) == []  # two steps have the name
