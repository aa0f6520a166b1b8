"""A statement of DuckDB as a statement of Spark."""

from __future__ import annotations

from sqlglot import exp, parse_one

from engines.spark.sql.dialect import OnSpark, Written
from engines.spark.sql.errors import UntranslatableError
from engines.spark.sql.shapes import Columns, Shapes


def to_spark(sql: str, columns: Columns) -> str:
    """`columns` gives the columns of a table. Raises UntranslatableError at what has no known translation."""
    return translated(parse_one(sql, dialect=Written), columns)


def translated(tree: exp.Expr, columns: Columns) -> str:
    Shapes(columns).rewrite(tree, {})
    _enum_order(tree)
    return str(tree.sql(dialect=OnSpark, comments=False))


def _enum_order(tree: exp.Expr) -> None:
    """An enum is a text on Spark. Where its order matters, its place in the list counts."""
    for call in list(tree.find_all(exp.Anonymous)):
        if call.name.lower() == "enum_code":
            call.replace(_place(call.expressions[0]))
    for test in list(tree.find_all(exp.LT, exp.LTE, exp.GT, exp.GTE)):
        if _is_enum(test.this) and _is_enum(test.expression):
            test.set("this", _place(test.this))
            test.set("expression", _place(test.expression))


def _is_enum(node: exp.Expr) -> bool:
    return isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.ENUM


def _place(node: exp.Expr) -> exp.Expr:
    if not _is_enum(node):
        raise UntranslatableError("the place of what is no cast to an enum")
    words = exp.Array(expressions=[word.copy() for word in node.args["to"].expressions])
    place = exp.Anonymous(this="list_position", expressions=[words, node.this])
    return exp.Paren(this=exp.Sub(this=place, expression=exp.Literal.number(1)))
