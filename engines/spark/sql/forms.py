"""How the functions of DuckDB are written on Spark."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from engines.spark.sql.accents import ACCENTED, PLAIN
from engines.spark.sql.aggregates import AGGREGATES, plain
from engines.spark.sql.errors import UntranslatableError
from engines.spark.sql.functions import FORMS, REGISTERED, SAME
from engines.spark.sql.literals import plain_numbers, quoted, text
from engines.spark.sql.patterns import java_pattern, java_replacement

_SLOT = re.compile(r"\{(\d+|all)(?:\|([^}]*))?\}")


def function(generator: Any, call: exp.Anonymous) -> str:
    name = call.name.lower()
    if name in ARGUED:
        return str(ARGUED[name](generator, call.expressions))
    arguments = [generator.sql(argument) for argument in call.expressions]
    if name in FORMS:
        return filled(FORMS[name], arguments)
    if name in SAME or name in REGISTERED:
        return f"{name}({', '.join(arguments)})"
    raise UntranslatableError(f"no function of Spark is known for `{name}`")


def filled(form: str, arguments: list[str]) -> str:
    def slot(match: re.Match[str]) -> str:
        if match[1] == "all":
            return ", ".join(arguments)
        place = int(match[1])
        if place < len(arguments):
            return arguments[place]
        if match[2] is None:
            raise UntranslatableError(f"too few arguments for {form}")
        return "' '" if match[2] == " " else match[2]

    return _SLOT.sub(slot, form)


def pattern_of(argument: exp.Expr) -> str | None:
    found = text(argument)
    return None if found is None else java_pattern(found)


def pattern_sql(g: Any, argument: exp.Expr) -> str:
    """A literal is changed here; a pattern that is data is changed by a registered function."""
    found = text(argument)
    return f"java_pattern({g.sql(argument)})" if found is None else quoted(java_pattern(found))


def regexp_matches(g: Any, a: list[exp.Expr]) -> str:
    return f"({g.sql(a[0])} rlike {pattern_sql(g, a[1])})"


def regexp_full_match(g: Any, a: list[exp.Expr]) -> str:
    pattern = r"(?d)\A(?:" + (pattern_of(a[1]) or "").removeprefix("(?d)") + r")\z"
    return f"({g.sql(a[0])} rlike {quoted(pattern)})"


def regexp_replace(g: Any, a: list[exp.Expr]) -> str:
    """Of DuckDB's without `g`, only the first match is replaced."""
    pattern, replacement = pattern_of(a[1]), text(a[2])
    if replacement is None:
        raise UntranslatableError("a replacement that is no literal")
    if len(a) > 3 and text(a[3]) == "g":
        return f"regexp_replace({g.sql(a[0])}, {pattern_sql(g, a[1])}, {quoted(java_replacement(replacement))})"
    if pattern is None:
        raise UntranslatableError("the first match of a pattern that is no literal")
    first = f"(?s)\\A(.*?)(?-s:{pattern.removeprefix('(?d)')})"
    return f"regexp_replace({g.sql(a[0])}, {quoted('(?d)' + first)}, {quoted('$1' + java_replacement(replacement, 1))})"


def regexp_extract(g: Any, a: list[exp.Expr]) -> str:
    group = g.sql(a[2]) if len(a) > 2 else "0"
    if not group.isdigit():
        raise UntranslatableError("regexp_extract with names of groups")
    return f"regexp_extract({g.sql(a[0])}, {pattern_sql(g, a[1])}, {group})"


def regexp_extract_all(g: Any, a: list[exp.Expr]) -> str:
    group = g.sql(a[2]) if len(a) > 2 else "0"
    return f"regexp_extract_all({g.sql(a[0])}, {pattern_sql(g, a[1])}, {group})"


def string_split_regex(g: Any, a: list[exp.Expr]) -> str:
    return f"split({g.sql(a[0])}, {pattern_sql(g, a[1])}, -1)"


def string_split(g: Any, a: list[exp.Expr]) -> str:
    """DuckDB splits at an empty text into letters."""
    separator = text(a[1])
    if separator is None:
        raise UntranslatableError("a separator that is no literal")
    if separator == "":
        return f"regexp_extract_all({g.sql(a[0])}, '(?s).', 0)"
    pattern = re.escape(separator)
    return f"split({g.sql(a[0])}, {quoted(pattern)}, -1)"


def edge(g: Any, a: list[exp.Expr], side: str) -> str:
    """`left` and `right`. A negative number leaves so many letters out."""
    whole, count = g.sql(a[0]), g.sql(a[1])
    if isinstance(a[1], exp.Literal):
        return f"{side}({whole}, {count})"
    letters = f"(case when ({count}) < 0 then greatest(length({whole}) + ({count}), 0) else {count} end)"
    return f"{side}({whole}, cast({letters} as int))"


def whole_range(g: Any, a: list[exp.Expr]) -> str:
    """DuckDB's `range` excludes its end, and Spark's `sequence` would count backwards."""
    start, end = (g.sql(a[0]), g.sql(a[1])) if len(a) > 1 else ("0", g.sql(a[0]))
    return f"(case when ({end}) > ({start}) then sequence({start}, ({end}) - 1) else array() end)"


def list_sum(g: Any, a: list[exp.Expr]) -> str:
    items = g.sql(a[0])
    wide = "decimal(38, 0)"
    summed = f"aggregate({items}, cast(0 as {wide}), (total, item) -> cast(total + coalesce(item, 0) as {wide}))"
    return f"(case when size({items}) > 0 then {summed} end)"


def list_concat(g: Any, a: list[exp.Expr]) -> str:
    return f"concat({', '.join(f'coalesce({g.sql(item)}, array())' for item in a)})"


def list_reduce(g: Any, a: list[exp.Expr]) -> str:
    items, start = g.sql(a[0]), g.sql(a[2]) if len(a) > 2 else None
    body = a[1].this if isinstance(a[1], exp.Lambda) else None
    body = body.this if isinstance(body, exp.Cast) else body
    if isinstance(body, exp.Anonymous) and body.name.lower() == "json_merge_patch":
        return f"json_merge_all(concat(array({start}), {items}))" if start else f"json_merge_all({items})"
    if start is None:
        raise UntranslatableError("list_reduce without a start")
    return f"aggregate({items}, {start}, {g.sql(a[1])})"


def json_text(g: Any, a: list[exp.Expr]) -> str:
    """A path, or a pointer that is data. The items of a list that was read are texts already."""
    path, whole = text(a[1]), g.sql(a[0])
    if path is None:
        return f"try_element_at(from_json({whole}, 'map<string,string>'), {g.sql(_key(a[1]))})"
    if path == "$":
        return str(whole)
    path = re.sub(r'\."([^"]*)"', r"['\1']", path)
    head, star, tail = path.partition("[*]")
    if star:
        items = f"from_json(get_json_object({whole}, {quoted(head)}), 'array<string>')"
        return f"transform({items}, one -> get_json_object(one, {quoted('$' + tail)}))" if tail else items
    return f"get_json_object({whole}, {quoted(path)})"


def _key(path: exp.Expr) -> exp.Expr:
    """The key in a pointer (`'/' || key`, escaped) or a path (`'$."' || key || '"'`) that is data."""
    parts = list(path.flatten()) if isinstance(path, exp.DPipe) else []
    if len(parts) == 2 and text(parts[0]) == "/":
        inner = parts[1]
        while isinstance(inner, exp.Anonymous) and inner.name.lower() == "replace":
            inner = inner.expressions[0]
        return inner
    if len(parts) == 3 and text(parts[0]) == '$."':
        return parts[1]
    raise UntranslatableError(f"a path of JSON that is no literal: {path.sql()}")


def strip_accents(g: Any, a: list[exp.Expr]) -> str:
    return f"translate({g.sql(a[0])}, {quoted(ACCENTED)}, {quoted(PLAIN)})"


def letter_of(g: Any, a: list[exp.Expr]) -> str:
    """Spark's `chr` knows 256 letters."""
    code = g.sql(a[0])
    if code.isdigit() and int(code) < 128:
        return f"chr({code})"
    return f"get_json_object(concat('[\"\\\\u', lpad(hex({code}), 4, '0'), '\"]'), '$[0]')"


def list_slice(g: Any, a: list[exp.Expr]) -> str:
    whole, start, end = (g.sql(one) for one in a)
    return (
        f"slice({whole}, cast({start} as int), cast(greatest(least({end}, size({whole})) - ({start}) + 1, 0) as int))"
    )


def list_transform(g: Any, a: list[exp.Expr]) -> str:
    """Spark runs no Python inside a lambda, so the texts of a list are normalised before it."""
    items, body = g.sql(a[0]), a[1]
    calls = [call for call in body.find_all(exp.Anonymous) if call.name.lower() == "nfc_normalize"]
    for call in calls:
        call.replace(call.expressions[0])
    return f"transform({f'nfc_normalize_all({items})' if calls else items}, {g.sql(body)})"


def list_sort(g: Any, a: list[exp.Expr]) -> str:
    down = len(a) > 1 and (text(a[1]) or "").lower() == "desc"
    return f"sort_array({g.sql(a[0])}, false)" if down else f"array_sort({g.sql(a[0])})"


def struct_pack(g: Any, a: list[exp.Expr]) -> str:
    return "struct(" + ", ".join(f"{g.sql(field.expression)} as {field.this.name}" for field in a) + ")"


def json_object(g: Any, a: list[exp.Expr]) -> str:
    """A null is a field of the object, too."""
    items = [g.sql(item) for item in a]
    made = "named_struct" if all(isinstance(key, exp.Literal) for key in a[::2]) else "map"
    return plain_numbers(f"to_json({made}({', '.join(items)}), map('ignoreNullFields', 'false'))")


ARGUED: dict[str, Any] = {
    "chr": letter_of, "json_extract": json_text, "json_extract_string": json_text, "json_object": json_object,
    "left": lambda g, a: edge(g, a, "left"), "list_concat": list_concat, "list_reduce": list_reduce,
    "list_slice": list_slice, "list_sort": list_sort, "list_sum": list_sum, "list_transform": list_transform,
    "range": whole_range, "regexp_extract": regexp_extract, "regexp_extract_all": regexp_extract_all,
    "regexp_full_match": regexp_full_match, "regexp_matches": regexp_matches, "regexp_replace": regexp_replace,
    "right": lambda g, a: edge(g, a, "right"), "string_split": string_split, "string_split_regex": string_split_regex,
    "strip_accents": strip_accents, "struct_pack": struct_pack, **{name: plain(name) for name in AGGREGATES},
}  # fmt: skip
