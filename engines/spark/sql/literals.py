"""Texts in a statement."""

from __future__ import annotations

from sqlglot import exp


def text(argument: exp.Expr) -> str | None:
    return argument.name if isinstance(argument, exp.Literal) and argument.is_string else None


def quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
