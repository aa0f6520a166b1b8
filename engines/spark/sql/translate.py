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
    _read_views(tree)
    return str(tree.sql(dialect=OnSpark, comments=False))


def view_of(relation: str) -> str:
    """The temporary view that stands for a table such as `marts.entities`: no catalog keeps it, and no other session
    of a server sees it."""
    return relation.replace(".", "__")


def _read_views(tree: exp.Expr) -> None:
    for table in list(tree.find_all(exp.Table)):
        if not table.db or not isinstance(table.this, exp.Identifier):
            continue
        if not table.alias:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name)))
        table.set("this", exp.to_identifier(view_of(f"{table.db}.{table.name}")))
        table.set("db", None)


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
