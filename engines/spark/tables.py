"""Tables of Parquet files that Spark makes and reads under the names that DuckDB has for them."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp, parse_one

from engines.spark import recursion
from engines.spark.given import given_steps, rows_of
from engines.spark.sql.dialect import Written
from engines.spark.sql.translate import translated, view_of
from engines.spark.steps import (
    read_instead,
    read_variables,
    steps_of_one_row,
    steps_to_write,
    through_files,
    with_steps_before,
)
from engines.spark.types import duckdb_type
from engines.spark.warehouse import Warehouse, write_parquet

STEPS = "steps"  # of recursions: beside the tables, until the table is made or another process begins


class TableError(Exception):
    """A table is not there, or has other columns than its contract."""


class Tables:
    """Writes each table to a folder of its own, `<folder>/<schema>.<name>`.

    What was not made there is copied from the warehouse when a statement first reads it. A view of a session has no
    schema: its name here is `.<name>`. Threads may share one object.
    """

    def __init__(self, session: Any, folder: Path, warehouse: Warehouse) -> None:
        self._session = session
        self._folder = folder
        self._steps = folder.with_name(STEPS)
        shutil.rmtree(self._steps, ignore_errors=True)
        self._warehouse = warehouse
        self._columns: dict[str, list[str]] = {}
        self._numbers = itertools.count()
        self._lock = threading.RLock()

    def query(self, sql: str, steps: Path | None = None) -> Any:
        """The rows of a query of DuckDB, as a data frame. Raises UntranslatableError, TableError or an error of Spark.

        Rows that a unit test gives are read by DuckDB. A recursion is run before the query that reads it, and so are
        steps whose copies would make the plan large. They are written to the folder `steps`, and read from there.
        """
        tree, folder = parse_one(sql, dialect=Written), steps or self._steps
        for step in given_steps(tree):
            step.set("this", self._shown(self._session.createDataFrame(rows_of(step))))
        for inner in recursion.recursive_queries(tree):
            if inner is not tree:
                inner.replace(self._shown(self._recursion(inner.copy(), folder)))
        recursive = recursion.recursive_step(tree)
        for step in steps_of_one_row(tree, recursive):
            read_variables(tree, step, self._variables(self._step(step, tree)))
        for step in steps_to_write(tree, recursive):
            rows, names = self._step(step, tree), [column.name for column in step.args["alias"].columns]
            path = folder / f"step_{next(self._numbers)}"
            rows = through_files(self._session, rows.toDF(*names) if names else rows, path)
            read_instead(step, self._view_of(rows))
        if recursive:
            return self._recursion(tree, folder)
        return self._session.sql(translated(tree, self.columns_of))

    def _step(self, step: exp.CTE, tree: exp.Expr) -> Any:
        return self._session.sql(translated(with_steps_before(step, tree), self.columns_of))

    def _variables(self, row: Any) -> dict[str, str]:
        """Set a variable of the session to each list or map of the one row. Returns their names by column."""
        found = {}
        for field in row.schema:
            if (kind := field.dataType.simpleString()).startswith(("array", "map")):
                found[field.name] = variable = f"_value_{next(self._numbers)}"
                self._session.sql(f"declare or replace variable {variable} {kind}")
                value = self._view_of(row.select(field.name))
                self._session.sql(f"set variable {variable} = (table {value})")
        return found

    def _recursion(self, tree: exp.Expr, folder: Path) -> Any:
        return recursion.run(self._session, tree, self.columns_of, folder / f"recursion_{next(self._numbers)}")

    def make(self, relation: str, sql: str, contract: Sequence[str] | None = None, *, appends: bool = False) -> None:
        """Make a table of the rows of a query. `contract` names its columns; with `appends`, it keeps its rows."""
        steps = self._steps / relation
        rows = self.query(sql, steps)
        if contract is not None and (other := set(rows.columns) ^ set(contract)):
            raise TableError(f"its contract has other columns: {', '.join(sorted(other))}")
        if appends:
            self.columns_of(relation)
            rows = self._session.table(view_of(relation)).unionByName(rows)
        new, folder = self._folder / f".{relation}", self._folder / relation
        rows.write.mode("overwrite").parquet(str(new))  # beside the one before, which it may read
        for old in (folder, steps):
            shutil.rmtree(old, ignore_errors=True)
        self._register(relation, new.rename(folder), rows.schema)

    def show(self, name: str, sql: str) -> None:
        """Make a view of a query, for this session."""
        self._name(name, self.query(sql))

    def load(self, relation: str, path: Path, types: Mapping[str, str]) -> None:
        """Make a table of a CSV file, whose columns have these types of DuckDB."""
        folder = self._folder / relation
        with duckdb.connect() as connection:
            options: dict[str, Any] = {"header": True, "sep": ",", "quotechar": '"', "escapechar": '"'}
            rows = connection.read_csv(str(path), dtype=dict(types), **options)
            write_parquet(connection, rows.sql_query(), folder)
        self._register(relation, folder)

    def columns_of(self, relation: str) -> list[str]:
        with self._lock:
            if relation not in self._columns:
                made = self._folder / relation
                folder = made if made.is_dir() else self._warehouse.copied(relation)
                if folder is None:
                    raise TableError(f"there is no table {relation}")
                self._register(relation, folder)
            return self._columns[relation]

    def types_of(self, relation: str) -> dict[str, str]:
        """DuckDB's types of the columns of a table; of one that is not there, none."""
        if relation not in self._columns and not (self._folder / relation).is_dir():
            return self._warehouse.types_of(relation)
        self.columns_of(relation)
        schema = self._session.table(_view(relation)).schema.jsonValue()
        return {field["name"]: duckdb_type(field["type"]) for field in schema["fields"]}

    def drop(self, relation: str) -> None:
        self._columns.pop(relation, None)
        self._session.catalog.dropTempView(_view(relation))
        shutil.rmtree(self._folder / relation, ignore_errors=True)

    def _shown(self, rows: Any) -> exp.Select:
        return exp.select("*").from_(exp.to_table(self._view_of(rows)))

    def _view_of(self, rows: Any) -> str:
        name = f"_rows_{next(self._numbers)}"
        self._name(name, rows)
        return name

    def _name(self, name: str, rows: Any) -> None:
        rows.createOrReplaceTempView(name)
        self._columns[f".{name}"] = rows.columns

    def _register(self, relation: str, folder: Path, schema: Any = None) -> None:
        """With its schema, Spark need not open a file to learn it, which is a job for each table."""
        read = self._session.read if schema is None else self._session.read.schema(schema)
        rows = read.parquet(str(folder))
        rows.createOrReplaceTempView(view_of(relation))
        self._columns[relation] = rows.columns


def _view(relation: str) -> str:
    return relation.removeprefix(".") if relation.startswith(".") else view_of(relation)
