"""Texts in a statement."""

from __future__ import annotations

from sqlglot import exp


def text(argument: exp.Expr) -> str | None:
    """A text that is written out, in one part or several that are joined. None for any other expression."""
    if isinstance(argument, exp.Literal) and argument.is_string:
        return argument.name
    if isinstance(argument, (exp.DPipe, exp.Concat)):
        parts = [text(part) for part in (argument.expressions or (argument.this, argument.expression))]
        return None if None in parts else "".join(part for part in parts if part is not None)
    return None


def quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def plain_numbers(json: str) -> str:
    """Spark writes 0.0001 as 1.0E-4 in JSON. Numbers there have four digits at most, so no other is so small."""
    for digits, written in ((r"(\d)\.0", "$10.000$2"), (r"(\d)\.(\d+)", "$10.000$2$3")):
        pattern = r"(?<=[:,\[])(-?)" + digits + r"E-4(?=[,\]}])"
        json = f"regexp_replace({json}, {quoted(pattern)}, {quoted(written)})"
    return json
