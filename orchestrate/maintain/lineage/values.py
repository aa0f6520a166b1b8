"""What a column is made of: parts, each a column of a table, with the path inside it and the rows that it takes.

Claims stand one below the other: a row has the name of its field in one column, and the value in another. So a part
also says which rows it is of. `KEYS` are the columns that name the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

KEYS = ("field_name", "source_name")
SAME = "="  # the key of the row is that of the row of the table below
LITERAL = ""  # the table of a literal


@dataclass(frozen=True)
class Part:
    """One thing that a value is made of. `column` of a literal is its text."""

    table: str
    column: str
    path: tuple[str, ...] = ()
    # The rows of the table that the part takes, by key.
    rows: frozenset[tuple[str, str]] = frozenset()
    # The rows of the select in which the part stands, by key: a literal, or SAME.
    keys: frozenset[tuple[str, str]] = frozenset()
    is_whole: bool = True  # unchanged, so a path into the value is a path into the part

    def key(self, name: str) -> str | None:
        return dict(self.keys).get(name)

    def with_key(self, name: str, value: str | None) -> Part:
        others = frozenset(pair for pair in self.keys if pair[0] != name)
        return replace(self, keys=others | {(name, value)} if value is not None else others)

    def with_row(self, name: str, value: str) -> Part:
        return replace(self, rows=frozenset(pair for pair in self.rows if pair[0] != name) | {(name, value)})


@dataclass(frozen=True)
class Value:
    """Parts or, for a struct and for a list of them, the value of each member."""

    parts: frozenset[Part] = frozenset()
    members: Mapping[str, Value] | None = None

    def flat(self) -> frozenset[Part]:
        inside = (value.flat() for value in (self.members or {}).values())
        return self.parts.union(*inside)

    def __bool__(self) -> bool:
        return bool(self.parts or self.members)


NOTHING = Value()


def literal(text: str) -> Value:
    return Value(frozenset({Part(LITERAL, text)}))


def joined(values: Iterable[Value]) -> Value:
    """A value that may be any of these."""
    parts: frozenset[Part] = frozenset()
    members: dict[str, Value] = {}
    for value in values:
        parts |= value.parts
        for name, member in (value.members or {}).items():
            members[name] = joined([members[name], member]) if name in members else member
    return Value(parts, members or None)


def changed(values: Iterable[Value]) -> Value:
    """A value that is computed from these. No path into it leads to one of them."""
    parts = frozenset(replace(part, is_whole=False) for value in values for part in value.flat())
    return Value(without_literals(parts))


def without_literals(parts: frozenset[Part]) -> frozenset[Part]:
    """A literal counts only where nothing else is."""
    return frozenset(part for part in parts if part.table != LITERAL) or parts


def member(value: Value, name: str) -> Value:
    if value.members and name in value.members:
        return joined([value.members[name], Value(_inside(value.parts, name))])
    known = Value(value.flat()) if value.members else value
    return Value(_inside(known.parts, name))


def _inside(parts: frozenset[Part], name: str) -> frozenset[Part]:
    return frozenset(replace(p, path=(*p.path, name)) if p.is_whole and p.table != LITERAL else p for p in parts)


def narrowed(value: Value, key: str, wanted: str) -> Value:
    """Only the parts whose rows may have this key."""
    parts = frozenset(taken for part in value.parts if (taken := _narrowed(part, key, wanted)))
    members = {name: narrowed(inner, key, wanted) for name, inner in (value.members or {}).items()}
    return Value(parts, members or None)


def _narrowed(part: Part, key: str, wanted: str) -> Part | None:
    has = part.key(key)
    if has == SAME:
        return part.with_row(key, wanted).with_key(key, wanted)
    return part if has in (None, wanted) else None


def rekeyed(value: Value, key: str, given: str | None) -> Value:
    """The value in a select whose rows have the key `given`, or nothing to do with the key of the row below."""
    parts = frozenset(part.with_key(key, given) for part in value.parts)
    members = {name: rekeyed(inner, key, given) for name, inner in (value.members or {}).items()}
    return Value(parts, members or None)
