"""How casts, indexes and divisions of DuckDB are written on Spark."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from engines.spark.sql.literals import quoted, text


def bracket(g: Any, expression: exp.Bracket) -> str:
    """An item of a list or a map, or a part of a text."""
    whole, index = g.sql(expression.this), expression.expressions[0]
    if not isinstance(index, exp.Slice):
        return f"try_element_at({whole}, {g.sql(index)})"
    start = g.sql(index.this) if index.this else "1"
    caller = expression.parent
    is_list = isinstance(caller, exp.Anonymous) and caller.name.lower() == "array_to_string"
    if is_list or (
        isinstance(expression.this, exp.Anonymous)
        and expression.this.name.lower().startswith(("list_", "string_split"))
    ):
        end = g.sql(index.expression) if index.expression else f"size({whole})"
        return f"slice({whole}, {start}, greatest(({end}) - ({start}) + 1, 0))"
    if index.expression is None:
        return f"substring({whole}, {start})"
    return f"substring({whole}, {start}, greatest(({g.sql(index.expression)}) - ({start}) + 1, 0))"


def division(g: Any, expression: exp.Div) -> str:
    """A division of doubles, also by zero, where Spark's own fails.

    `power(0, -1)` is infinity, and `power(-0.0, -1)` is minus infinity. A null stays null.
    """
    dividend, divisor = g.sql(expression.this), g.sql(expression.expression)
    if _is_never_zero(expression.expression):
        return f"(cast({dividend} as double) / {divisor})"
    return f"coalesce(try_divide(cast({dividend} as double), {divisor}), {dividend} * power({divisor}, -1))"


def _is_never_zero(node: exp.Expr) -> bool:
    """A number, or a call that makes it one: `nullif(..., 0)`, or `greatest` with a positive number."""
    if isinstance(node, exp.Anonymous):
        numbers = [_number(argument) for argument in node.expressions]
        return {"nullif": 0 in numbers[1:], "greatest": any(numbers)}.get(node.name.lower(), False)
    return bool(_number(node))


def _number(node: exp.Expr) -> float | None:
    return float(node.name) if isinstance(node, exp.Literal) and not node.is_string else None


def cast(g: Any, expression: exp.Cast) -> str | None:
    """Casts that Spark does not have: hexadecimal numbers, enums, wide numbers."""
    inner, target = expression.this, expression.to
    if isinstance(inner, exp.Paren):
        inner = inner.this
    if isinstance(inner, exp.DPipe) and text(inner.this) == "0x":
        return f"cast(conv({g.sql(inner.expression)}, 16, 10) as bigint)"
    if target.this == exp.DataType.Type.JSON:
        return str(g.sql(inner))
    kind = "try_cast" if isinstance(expression, exp.TryCast) else "cast"
    is_wide = target.this in (exp.DataType.Type.INT128, exp.DataType.Type.UINT128)
    whole = "decimal(38, 0)" if is_wide else g.sql(target)
    if target.this in exp.DataType.INTEGER_TYPES and _is_fraction(inner):  # DuckDB rounds, Spark cuts off
        return f"{kind}(rint({g.sql(inner)}) as {whole})"
    if is_wide:
        return f"{kind}({g.sql(inner)} as {whole})"
    if target.this == exp.DataType.Type.MAP:
        return f"from_json({g.sql(inner)}, {quoted(g.sql(target))})"
    if target.this == exp.DataType.Type.ENUM:
        return f"cast({g.sql(inner)} as string)"
    if target.this in exp.DataType.TEXT_TYPES and _may_be_double(inner):
        return _as_text(g.sql(inner), kind)
    return None


def _may_be_double(node: exp.Expr) -> bool:
    """A column, a rounded number or a sum of them. Other expressions that models make a text have no fraction."""
    if isinstance(node, exp.Add):
        return _may_be_double(node.this)
    return isinstance(node, exp.Column) or (isinstance(node, exp.Anonymous) and node.name.lower() == "round")


def _as_text(value: str, kind: str) -> str:
    """Spark writes a double below 0.001 or from 1e7 on with an exponent; DuckDB below 0.0001 or from 1e16 on.

    The exponent of DuckDB has a sign and two digits or more, and its number no `.0`: Java's `8.0E-5` is `8e-05`.
    """
    written = f"{kind}({value} as string)"
    plain = f"regexp_replace(cast(cast({written} as decimal(38, 22)) as string), '(\\\\.\\\\d+?)0+$', '$1')"
    exponent = written
    for pattern, replacement in ((r"(\.0)?E", "e"), (r"e(\d)", "e+$1"), (r"(e.)(\d)$", "$10$2")):
        exponent = f"regexp_replace({exponent}, {quoted(pattern)}, {quoted(replacement)})"
    number = f"abs(try_cast({written} as double))"
    text_of_double = f"case when {number} >= 0.0001D and {number} < 1e16D then {plain} else {exponent} end"
    return f"case when typeof({value}) = 'double' then {text_of_double} else {written} end"


def _is_fraction(node: exp.Expr) -> bool:
    fractions = {"ln", "exp", "sqrt", "round", "floor", "pow", "isfinite"}
    return any(
        isinstance(one, exp.Div)
        or (isinstance(one, exp.Literal) and not one.is_string and "." in one.name)
        or (isinstance(one, exp.Anonymous) and one.name.lower() in fractions)
        for one in node.walk()
    )
