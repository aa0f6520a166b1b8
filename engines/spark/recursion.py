"""Recursive queries step by step: `using key`, and `union` without repeated rows. Spark has neither."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from sqlglot import exp, parse_one

from engines.spark.sql.dialect import Written
from engines.spark.sql.errors import UntranslatableError
from engines.spark.sql.shapes import Columns
from engines.spark.sql.translate import translated, view_of
from engines.spark.steps import read_instead, through_files

MOST_STEPS = 1000


def is_recursive(sql: str) -> bool:
    return "with recursive" in sql.lower() and bool(recursive_queries(parse_one(sql, dialect=Written)))


def recursive_queries(tree: exp.Expr) -> list[exp.Query]:
    """The queries of a statement that have a recursive step of their own: it may be the statement itself."""
    return [query for query in tree.find_all(exp.Query) if recursive_step(query)]


def run(session: Any, tree: exp.Expr, columns: Columns, folder: Path) -> Any:
    """The rows of a query with one recursive step, as a data frame that reads files in `folder`.

    Each step reads what is known (`recurring.name`) and what the step before found (`name`). With a key, a row takes
    the place of the row with that key. It ends with a step that finds nothing new. Each step is written, because the
    plan of a step must not grow with those before; so is what every step reads and none changes.
    """
    cte = recursive_step(tree)
    if cte is None or not isinstance(tree, exp.Query):
        raise UntranslatableError("no recursive step")
    steps = _Steps(session, tree, cte, columns, folder)
    names, key = steps.begin(), [column.name for column in cte.args.get("key_expressions") or []]
    for number in range(1, MOST_STEPS + 1):
        step = steps.asked(_bare(cte.this.right), recurring=True).toDF(*names).distinct()
        found = steps.written(step.subtract(steps.known), f"found_{number}")
        if found.isEmpty():
            break
        rest = steps.known.join(found, key or names, "left_anti")
        steps.go_on(steps.written(rest.unionByName(found), f"known_{number}"), found)
    else:
        raise RuntimeError(f"{cte.alias}: no end after {MOST_STEPS} steps")
    return steps.end()


class _Steps:
    def __init__(self, session: Any, tree: exp.Query, cte: exp.CTE, columns: Columns, folder: Path) -> None:
        self._session = session
        self._tree = tree
        self._cte = cte
        self._columns = columns
        self._folder = folder
        self._views: dict[str, list[str]] = {}  # view -> its columns
        self.known: Any = None

    def begin(self) -> list[str]:
        """The first rows. Returns the names of their columns."""
        for one in self._before():
            if any(table.name == one.alias and not table.db for table in self._cte.this.right.find_all(exp.Table)):
                rows = self.asked(exp.select("*").from_(exp.to_table(one.alias)), recurring=False)
                self._show(self.written(rows, one.alias), one.alias)
                read_instead(one, self._name(one.alias))
        first = self.asked(self._cte.this.left, recurring=False)
        names = [column.name for column in self._cte.args["alias"].columns] or first.columns
        rows = self.written(first.toDF(*names).distinct(), "known_0")
        self.go_on(rows, rows)
        return list(names)

    def asked(self, query: exp.Expr, recurring: bool) -> Any:
        """`query` after the steps before the recursive one."""
        whole = query.copy()
        own = whole.ctes if isinstance(whole, exp.Query) else []
        whole.set(
            "with_", exp.With(expressions=[*(one.copy() for one in self._before()), *(one.copy() for one in own)])
        )
        if recurring:
            _renamed(whole, self._cte.alias, self._name("known"), self._name("found"))
        return self._session.sql(translated(whole, self._columns_of))

    def written(self, rows: Any, name: str) -> Any:
        return through_files(self._session, rows, self._folder / name)

    def go_on(self, known: Any, found: Any) -> None:
        self.known = known
        self._show(known, "known")
        self._show(found, "found")

    def end(self) -> Any:
        """The steps after the recursive one."""
        read_instead(self._cte, self._name("known"))
        self._cte.set("key_expressions", None)
        self._tree.args["with_"].set("recursive", False)
        return self._session.sql(translated(self._tree, self._columns_of))

    def _before(self) -> list[exp.CTE]:
        return list(itertools.takewhile(lambda one: one is not self._cte, self._tree.ctes))

    def _show(self, rows: Any, name: str) -> None:
        rows.createOrReplaceTempView(self._name(name))
        self._views[f".{self._name(name)}"] = rows.columns

    def _name(self, name: str) -> str:
        """Two models may run at once, so a view has the name of its folder in its own."""
        return f"{view_of(self._folder.name)}__{name}"

    def _columns_of(self, table: str) -> list[str]:
        return self._views.get(table) or self._columns(table)


def recursive_step(tree: exp.Expr) -> exp.CTE | None:
    """The first step of the query that reads itself."""
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
