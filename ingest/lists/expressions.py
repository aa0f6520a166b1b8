"""The SQL of a mapping: one DuckDB expression over the columns of a row, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import duckdb

# What an expression is made of, by the classes of DuckDB's parser. Subqueries, windows and `*` are not among them.
ALLOWED = frozenset(
    {"FUNCTION", "COLUMN_REF", "CONSTANT", "CAST", "OPERATOR", "COMPARISON", "CONJUNCTION", "CASE", "BETWEEN",
     "LAMBDA", "TYPE"}
)  # fmt: skip
ONE_EXPRESSION = 'one expression over the columns of the row, such as "Street" || \' \' || "No"'


class ExpressionError(ValueError):
    """Why an expression cannot be used, in one sentence."""


def closed_connection() -> duckdb.DuckDBPyConnection:
    """A database in memory that reaches no file, no network and no other setting."""
    connection = duckdb.connect(
        config={
            "enable_external_access": "false",
            "autoload_known_extensions": "false",
            "autoinstall_known_extensions": "false",
            "python_enable_replacements": "false",
        }
    )
    connection.execute("set lock_configuration = true")
    return connection


def columns_in(expression: str) -> frozenset[str]:
    """The columns that an expression names. Raises ExpressionError for anything but an expression over a row."""
    with closed_connection() as connection:
        (answer,) = connection.execute("select json_serialize_sql(?)", [f"select {expression}\n"]).fetchall()[0]
    parsed = json.loads(answer)
    if parsed["error"]:
        raise ExpressionError(f"is no SQL: {' '.join(parsed['error_message'].split())[:200]}")
    nodes = [statement["node"] for statement in parsed["statements"]]
    if len(nodes) != 1 or nodes[0]["type"] != "SELECT_NODE" or not _is_bare(nodes[0]):
        raise ExpressionError(f"must be {ONE_EXPRESSION}")
    parts = list(_parts(nodes[0]["select_list"]))
    for part in parts:
        _check(part)
    arguments = {name for part in parts if part["class"] == "LAMBDA" for name in _named(_parts(part["lhs"]))}
    return frozenset(_named(parts)) - arguments


def _named(parts: Iterable[dict[str, Any]]) -> Iterator[str]:
    return (part["column_names"][0] for part in parts if part["class"] == "COLUMN_REF")


def _is_bare(node: dict[str, Any]) -> bool:
    """A select of one item, from nothing and with nothing after it."""
    has_more = node["where_clause"] or node["having"] or node["qualify"] or node["group_expressions"]
    has_more = has_more or node["modifiers"] or node["cte_map"]["map"]
    is_one = len(node["select_list"]) == 1 and not node["select_list"][0]["alias"]
    return is_one and node["from_table"]["type"] == "EMPTY" and not has_more


def _parts(content: Any) -> Iterator[dict[str, Any]]:
    if isinstance(content, dict):
        if "class" in content:
            yield content
        for inner in content.values():
            yield from _parts(inner)
    elif isinstance(content, list):
        for inner in content:
            yield from _parts(inner)


def _check(part: dict[str, Any]) -> None:
    if part["class"] not in ALLOWED:
        raise ExpressionError(f"must be {ONE_EXPRESSION}; it has a {part['class'].lower()}")
    names = part["column_names"][:1] if part["class"] == "COLUMN_REF" else []
    if part["class"] == "FUNCTION":
        if part["function_name"].lower() not in _functions():
            raise ExpressionError(f"uses `{part['function_name']}`, which is no function of the values in a row")
    elif names and names[0].lower() in _changing():
        raise ExpressionError(f"uses `{names[0]}`, which is no value of the row")


@cache
def _functions() -> frozenset[str]:
    """The functions whose result follows from their arguments alone."""
    with closed_connection() as connection:
        return frozenset(
            name
            for (name,) in connection.execute(
                "select lower(function_name) from duckdb_functions() where function_type in ('scalar', 'macro') "
                "and schema_name = 'main' group by 1 "
                "having bool_and(function_type = 'macro' or stability = 'CONSISTENT')"
            ).fetchall()
        ) - {"getenv"}


@cache
def _changing() -> frozenset[str]:
    """The words that DuckDB takes for functions of the moment, though they look like columns."""
    with closed_connection() as connection:
        found = connection.execute(
            "select distinct lower(function_name) from duckdb_functions() where stability != 'CONSISTENT'"
        ).fetchall()
    return frozenset(name for (name,) in found) | {"current_timestamp", "current_time", "localtime", "localtimestamp"}
