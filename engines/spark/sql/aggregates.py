"""How the aggregates of DuckDB are written on Spark: with their order, with their nulls, and null for no rows."""

from __future__ import annotations

from typing import Any

from sqlglot import exp


def ordered(g: Any, keys: list[exp.Expr]) -> str:
    """The comparison of two structs `l` and `r` by `k0`, `k1` and so on."""
    tests = []
    for place, key in enumerate(keys):
        down = isinstance(key, exp.Ordered) and bool(key.args.get("desc"))
        less, more = (1, -1) if down else (-1, 1)
        tests += [
            f"when l.k{place} is null and r.k{place} is not null then 1",
            f"when r.k{place} is null and l.k{place} is not null then -1",
            f"when l.k{place} < r.k{place} then {less}",
            f"when l.k{place} > r.k{place} then {more}",
        ]
    return f"(l, r) -> case {' '.join(tests)} else 0 end"


def gathered(g: Any, call: exp.Anonymous, condition: str | None) -> str:
    """`list` with its order: nulls stay, and no rows give null."""
    item, keys = call.expressions[0], []
    is_distinct = isinstance(item, exp.Distinct)
    if isinstance(item, exp.Order):
        item, keys = item.this, item.expressions
        is_distinct = is_distinct or isinstance(item, exp.Distinct)
    if isinstance(item, exp.Distinct):
        item = item.expressions[0]
    fields = ", ".join(
        [f"{g.sql(key.this if isinstance(key, exp.Ordered) else key)} as k{n}" for n, key in enumerate(keys)]
    )
    struct = f"struct({g.sql(item)} as v{', ' + fields if fields else ''})"
    rows = f"{'collect_set' if is_distinct else 'collect_list'}({struct})" + (
        f" filter (where {condition})" if condition else ""
    )
    if keys:
        rows = f"array_sort({rows}, {ordered(g, keys)})"
    return f"transform(nullif({rows}, array()), one -> one.v)"


def joined(g: Any, call: exp.Anonymous, condition: str | None) -> str:
    item, last = call.expressions[0], call.expressions[-1]
    if isinstance(item, exp.Order) and isinstance(item.this, exp.Distinct):  # `string_agg(distinct a, ';' order by a)`
        value, separator = item.this.expressions
        item, last = exp.Distinct(expressions=[value]), exp.Order(this=separator, expressions=item.expressions)
    separator = g.sql(last.this if isinstance(last, exp.Order) else last)
    if isinstance(last, exp.Order):
        item = exp.Order(this=item, expressions=last.expressions)
    return f"array_join({gathered(g, exp.Anonymous(this='list', expressions=[item]), condition)}, {separator})"


def best(g: Any, call: exp.Anonymous, condition: str | None) -> str:
    """`max_by` and `min_by`: DuckDB leaves out rows without a value."""
    name = {"arg_max": "max_by", "arg_min": "min_by"}.get(call.name.lower(), call.name.lower())
    value, key = (g.sql(argument) for argument in call.expressions[:2])
    where = f"({value}) is not null" + (f" and ({condition})" if condition else "")
    return f"{name}({value}, {key}) filter (where {where})"


def first(g: Any, call: exp.Anonymous, condition: str | None) -> str:
    return f"try_element_at({gathered(g, call, condition)}, 1)"


AGGREGATES = {
    "list": gathered, "array_agg": gathered, "string_agg": joined, "max_by": best, "min_by": best, "arg_max": best,
    "arg_min": best, "first": first,
}  # fmt: skip


OF_ONE_NAME = {"count", "sum", "min", "max", "avg", "bool_and", "bool_or"}


def is_aggregate(call: exp.Expr) -> bool:
    return isinstance(call, exp.Anonymous) and call.name.lower() in (AGGREGATES.keys() | OF_ONE_NAME)


def filtered(g: Any, expression: exp.Filter) -> str:
    condition = g.sql(expression.expression.this)
    call = expression.this
    if isinstance(call, exp.Anonymous) and call.name.lower() in AGGREGATES:
        return AGGREGATES[call.name.lower()](g, call, condition)
    return f"{g.sql(call)} filter (where {condition})"


def plain(name: str) -> Any:
    return lambda g, a: AGGREGATES[name](g, exp.Anonymous(this=name, expressions=a), None)
