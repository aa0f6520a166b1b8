"""The steps of a query that run before it, because Spark would make them again and again.

Spark copies a step into each place that reads it, where DuckDB makes the rows once. So the plan of a query with a long
chain of steps grows without bound: planning one took 48 s for a thousand records. Such steps are written to files.

A join copies a step of one row into each row. With a list of 21,000 letters, that is 300 KB a row, and Spark writes
each row to the disk before a function of Python. So a list or map of such a step becomes a variable of the session.
"""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path
from typing import Any

from sqlglot import exp

from engines.spark.sql.aggregates import is_aggregate

MOST_COPIES = 16  # tables that a plan reads once more because a step is copied


def steps_to_write(tree: exp.Expr, recursive: exp.CTE | None = None) -> list[exp.CTE]:
    """The steps that the query calls `materialized`, and those whose copies would read many tables, in their order.

    What comes from the step `recursive` on is left out.
    """
    _move_out(tree)
    ctes = tree.ctes if isinstance(tree, exp.Query) else []
    places = Counter(table.name for table in tree.find_all(exp.Table) if not table.db)
    reads: dict[str, int] = {}
    found = []
    for step in itertools.takewhile(lambda one: one is not recursive, ctes):
        name = step.alias
        reads[name] = sum(reads.get(table.name, 1) if not table.db else 1 for table in step.this.find_all(exp.Table))
        if _is_written(step.args.get("materialized"), reads[name], places[name]):
            reads[name] = 1
            found.append(step)
    return found


def _move_out(tree: exp.Expr) -> None:
    """Put the `materialized` steps of a step before it."""
    names = Counter(step.alias for step in tree.find_all(exp.CTE))
    for step in tree.ctes if isinstance(tree, exp.Query) else []:
        inner = step.this.ctes if isinstance(step.this, exp.Query) else []
        if any(one.args.get("materialized") for one in inner) and all(names[one.alias] == 1 for one in inner):
            step.this.set("with_", None)
            steps = tree.args["with_"].expressions
            place = next(number for number, one in enumerate(steps) if one is step)
            tree.args["with_"].set("expressions", [*steps[:place], *inner, *steps[place:]])


def _is_written(materialized: bool | None, reads: int, places: int) -> bool:
    return bool(materialized) or reads * (places - 1) > MOST_COPIES


def with_steps_before(step: exp.CTE, tree: exp.Expr) -> exp.Query:
    """The query of the step, with the steps that it may read."""
    query: exp.Query = step.this.copy()
    before = itertools.takewhile(lambda one: one is not step, tree.ctes) if isinstance(tree, exp.Query) else ()
    own = query.ctes
    query.set("with_", exp.With(expressions=[*(one.copy() for one in before), *(one.copy() for one in own)]))
    return query


def read_instead(step: exp.CTE, view: str) -> None:
    """Have the step read a view, which has its columns."""
    step.set("this", exp.select("*").from_(exp.to_table(view)))
    step.args["alias"].set("columns", [])
    step.set("materialized", None)


def steps_of_one_row(tree: exp.Expr, recursive: exp.CTE | None = None) -> list[exp.CTE]:
    """The steps of aggregates without groups that `cross join` adds to rows."""
    joined = {
        join.this.name for join in tree.find_all(exp.Join) if join.kind == "CROSS" and not join.this.args.get("db")
    }
    ctes = tree.ctes if isinstance(tree, exp.Query) else []
    steps = itertools.takewhile(lambda one: one is not recursive, ctes)
    return [step for step in steps if step.alias in joined and _has_one_row(step.this)]


def _has_one_row(query: exp.Expr) -> bool:
    if not isinstance(query, exp.Select) or any(
        query.args.get(part) for part in ("group", "having", "limit", "qualify")
    ):
        return False
    return any(
        is_aggregate(call) and call.parent_select is query and not call.find_ancestor(exp.Window)
        for projection in query.expressions
        for call in projection.find_all(exp.Anonymous)
    )


def read_variables(tree: exp.Expr, step: exp.CTE, variables: dict[str, str]) -> None:
    """Have what is joined with the step read a variable in the place of each of these columns."""
    for join in list(tree.find_all(exp.Join)):
        if join.kind == "CROSS" and join.this.name == step.alias and join.parent:
            for column in list(join.parent.find_all(exp.Column)):
                if column.table == join.this.alias_or_name and column.name in variables:
                    column.replace(exp.column(variables[column.name]))


def through_files(session: Any, rows: Any, folder: Path) -> Any:
    """The same rows, read from files that are written first: what reads them has a plan of its own."""
    rows.write.mode("overwrite").parquet(str(folder))
    return session.read.schema(rows.schema).parquet(str(folder))
