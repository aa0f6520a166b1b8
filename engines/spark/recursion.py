"""Recursive queries step by step: `using key`, and `union` without repeated rows. Spark has neither."""

from __future__ import annotations

import itertools
from typing import Any

from sqlglot import exp, parse_one

from engines.spark.sql.dialect import Written
from engines.spark.sql.errors import UntranslatableError
from engines.spark.sql.shapes import Columns
from engines.spark.sql.translate import translated

MOST_STEPS = 1000
_NUMBERS = itertools.count()


def is_recursive(sql: str) -> bool:
    return "with recursive" in sql.lower() and bool(recursive_queries(parse_one(sql, dialect=Written)))


def recursive_queries(tree: exp.Expr) -> list[exp.Query]:
    """The queries of a statement that have a recursive step of their own: it may be the statement itself."""
    return [query for query in tree.find_all(exp.Query) if _recursive(query)]


def run(session: Any, tree: exp.Expr, columns: Columns) -> Any:
    """The rows of a query with one recursive step, as a data frame.

    Each step reads what is known (`recurring.name`) and what the step before found (`name`). With a key, a row takes
    the place of the row with that key. It ends with a step that finds nothing new.
    """
    cte = _recursive(tree)
    if cte is None or not isinstance(tree, exp.Query):
        raise UntranslatableError("no recursive step")
    number = next(_NUMBERS)  # another thread may run a recursion of this name
    name, key = cte.alias, [column.name for column in cte.args.get("key_expressions") or []]
    known, found = f"_known_{name}_{number}", f"_found_{name}_{number}"
    names = [column.name for column in cte.args["alias"].columns]

    def asked(query: exp.Expr, recurring: bool) -> Any:
        """`query` after the steps before the recursive one, which are views by now."""
        whole = query.copy()
        before = list(itertools.takewhile(lambda one: one is not cte, tree.ctes))
        own = whole.ctes if isinstance(whole, exp.Query) else []
        whole.set("with_", exp.With(expressions=[*(one.copy() for one in before), *(one.copy() for one in own)]))
        if recurring:
            _renamed(whole, name, known, found)
        views = {f".{known}": names, f".{found}": names}
        return session.sql(translated(whole, lambda table: views.get(table) or columns(table)))

    state = asked(cte.this.left, recurring=False)
    names = names or state.columns
    state = state.toDF(*names).distinct().localCheckpoint()
    work = state
    for _ in range(MOST_STEPS):
        state.createOrReplaceTempView(known)
        work.createOrReplaceTempView(found)
        step = asked(_bare(cte.this.right), recurring=True).toDF(*names).distinct()
        work = step.subtract(state).localCheckpoint()
        if work.isEmpty():
            break
        state = state.join(work, key or names, "left_anti").unionByName(work).localCheckpoint()
    else:
        raise RuntimeError(f"{name}: no end after {MOST_STEPS} steps")
    state.createOrReplaceTempView(known)
    return _ending(session, tree, cte, known, names, columns)


def _ending(session: Any, tree: exp.Expr, cte: exp.CTE, known: str, names: list[str], columns: Columns) -> Any:
    """The steps after the recursive one."""
    cte.set("this", exp.select("*").from_(exp.to_table(known)))
    cte.set("key_expressions", None)
    cte.args["alias"].set("columns", [])
    tree.args["with_"].set("recursive", False)
    return session.sql(translated(tree, lambda table: names if table == f".{known}" else columns(table)))


def _recursive(tree: exp.Expr) -> exp.CTE | None:
    for cte in tree.ctes if isinstance(tree, exp.Query) else []:
        read = {table.name for table in cte.find_all(exp.Table) if table.db in ("", "recurring")}
        is_stepwise = cte.args.get("key_expressions") or cte.this.args.get("distinct")
        if isinstance(cte.this, exp.Union) and cte.alias in read and is_stepwise:
            return cte
    return None


def _bare(query: exp.Expr) -> exp.Expr:
    return query.this if isinstance(query, (exp.Subquery, exp.Paren)) else query


def _renamed(query: exp.Expr, name: str, known: str, found: str) -> None:
    for table in list(query.find_all(exp.Table)):
        if table.name != name:
            continue
        alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(name))
        new = exp.to_table(known if table.db == "recurring" else found)
        new.set("alias", alias)
        table.replace(new)
