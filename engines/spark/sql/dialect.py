"""DuckDB's dialect with every function as it was written, and Spark's dialect with the functions of DuckDB."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.spark import Spark

from engines.spark.sql import aggregates, casts, forms
from engines.spark.sql.errors import UntranslatableError


class Written(DuckDB):
    """DuckDB as it was written: sqlglot's own knowledge of functions is left out, and indexes stay as they are."""

    INDEX_OFFSET = 0

    class Parser(DuckDB.Parser):  # type: ignore[misc,valid-type]
        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            name: parse
            for name, parse in DuckDB.Parser.FUNCTION_PARSERS.items()
            if name in {"CAST", "TRY_CAST", "EXTRACT"}
        }
        NO_PAREN_FUNCTION_PARSERS = DuckDB.Parser.NO_PAREN_FUNCTION_PARSERS


class OnSpark(Spark):
    """Spark's SQL out of trees of `Written`."""

    class Generator(Spark.Generator):  # type: ignore[misc,valid-type]
        TRANSFORMS: ClassVar[dict[Any, Any]] = {
            kind: how for kind, how in Spark.Generator.TRANSFORMS.items() if kind is not exp.If
        }

        def anonymous_sql(self, expression: exp.Anonymous) -> str:
            return forms.function(self, expression)

        def bracket_sql(self, expression: exp.Bracket) -> str:
            return casts.bracket(self, expression)

        def cast_sql(self, expression: exp.Cast, safe_prefix: str | None = None) -> str:
            special = casts.cast(self, expression)
            return special if special is not None else str(super().cast_sql(expression, safe_prefix=safe_prefix))

        def trycast_sql(self, expression: exp.TryCast) -> str:
            special = casts.cast(self, expression)
            return special if special is not None else str(super().trycast_sql(expression))

        def literal_sql(self, expression: exp.Literal) -> str:
            if not expression.is_string and re.fullmatch(r"\d*\.\d+(e-?\d+)?|\d+e-?\d+", expression.name.lower()):
                return f"{expression.name}D"  # DuckDB divides decimals as doubles
            return str(super().literal_sql(expression))

        def div_sql(self, expression: exp.Div) -> str:
            return casts.division(self, expression)

        def intdiv_sql(self, expression: exp.IntDiv) -> str:
            return f"({self.sql(expression.this)} div {self.sql(expression.expression)})"

        def if_sql(self, expression: exp.If) -> str:
            parts = [expression.this, expression.args["true"], expression.args.get("false") or exp.null()]
            return f"if({', '.join(self.sql(part) for part in parts)})"

        def filter_sql(self, expression: exp.Filter) -> str:
            return aggregates.filtered(self, expression)

        def unsupported(self, message: str) -> None:
            raise UntranslatableError(message)
