"""Texts in a statement."""

from __future__ import annotations

from sqlglot import exp


def text(argument: exp.Expr) -> str | None:
    return argument.name if isinstance(argument, exp.Literal) and argument.is_string else None


def quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def plain_numbers(json: str) -> str:
    """Spark writes 0.0001 as 1.0E-4 in JSON. Numbers there have four digits at most, so no other is so small."""
    for digits, written in ((r"(\d)\.0", "$10.000$2"), (r"(\d)\.(\d+)", "$10.000$2$3")):
        pattern = r"(?<=[:,\[])(-?)" + digits + r"E-4(?=[,\]}])"
        json = f"regexp_replace({json}, {quoted(pattern)}, {quoted(written)})"
    return json
