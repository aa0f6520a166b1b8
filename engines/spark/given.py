"""The rows that a unit test of dbt gives. They are literals in the forms of DuckDB, such as a list in a text."""

from __future__ import annotations

from typing import Any

import duckdb
from sqlglot import exp

from engines.spark.warehouse import for_spark

NAMES = ("__dbt__cte__", "dbt_internal_unit_test_expected")  # of dbt's steps


def given_steps(tree: exp.Expr) -> list[exp.CTE]:
    """The steps of a query that have the rows of a unit test: they read no table. Those with an engine's own hash stay
    as they are, because only Spark knows its hash."""
    steps = (step for step in tree.find_all(exp.CTE) if step.alias.startswith(NAMES))
    return [step for step in steps if not step.find(exp.Table) and not _hashes(step)]


def _hashes(step: exp.CTE) -> bool:
    return any(call.name.lower() == "hash" for call in step.find_all(exp.Anonymous))


def rows_of(step: exp.CTE) -> Any:
    """The rows as a table of Arrow, with types that Spark has."""
    with duckdb.connect() as connection:
        rows = connection.sql(for_spark(connection, step.this.sql(dialect="duckdb"))).to_arrow_table()
    return rows if rows.num_rows else rows.schema.empty_table()  # PySpark wants a part, if an empty one
