"""As much of Overpass QL as a place query needs: tag filters, boxes, circles, unions, outputs by type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.sandbox.query.geo import Box, metres_between

Element = Mapping[str, Any]
Test = Callable[[Element], bool]
STRING = r'"((?:[^"\\]|\\.)*)"'
FILTER = re.compile(rf"\[\s*{STRING}\s*(?:(=|!=|~|!~)\s*{STRING}\s*(,\s*i\s*)?)?\]")
BOX = re.compile(r"\(\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*\)")
AROUND = re.compile(r"\(\s*around\s*:\s*([\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*\)")
KINDS = {
    "nwr": ("node", "way", "relation"),
    "wr": ("way", "relation"),
    "node": ("node",),
    "way": ("way",),
    "relation": ("relation",),
}
SET = re.compile(r"->\s*\.\w+\s*;?|(?:nwr|wr|node|way|relation)\.\w+\s*;")  # what a set is called, and a part of one
OUT = re.compile(r"out\b[\w\s]*;?")
META = re.compile(r"node\.\w+\s*;\s*out\s+meta\b|\)\s*;\s*out\s+meta\b")


class ParseError(ValueError):
    """What the real service answers with status 400 and a page."""


@dataclass(frozen=True)
class Statement:
    kinds: tuple[str, ...]
    tests: tuple[Test, ...]

    def matches(self, element: Element) -> bool:
        return element["type"] in self.kinds and all(test(element) for test in self.tests)


def select(query: str, elements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The elements that any statement of the query asks for, each once. Raises ParseError."""
    statements = parse(query)
    return [element for element in elements if any(s.matches(element) for s in statements)]


def has_meta(query: str) -> bool:
    """Whether the answer has version, time and mapper of each node."""
    return bool(META.search(query))


def parse(query: str) -> list[Statement]:
    rest = query.strip()
    while match := re.match(r"\[(?:out|timeout|maxsize|bbox):[^\]]*\]\s*", rest):
        rest = rest[match.end() :]
    rest = rest.lstrip("; \n")
    statements = []
    while rest:
        rest = rest.lstrip("(); \n")
        if output := OUT.match(rest) or SET.match(rest):
            rest = rest[output.end() :]
            continue
        if not rest:
            break
        statement, rest = _statement(rest)
        statements.append(statement)
    return statements


def _statement(rest: str) -> tuple[Statement, str]:
    kind = re.match(r"(nwr|wr|node|way|relation)", rest)
    if not kind:
        raise ParseError(f"line 1: parse error: Unknown type {rest[:20]!r}")
    rest = rest[kind.end() :]
    tests: list[Test] = []
    while not rest.startswith(";"):
        for pattern, make in ((FILTER, _tag_test), (AROUND, _around_test), (BOX, _box_test)):
            if match := pattern.match(rest):
                tests.append(make(match))
                rest = rest[match.end() :].lstrip()
                break
        else:
            raise ParseError(f"line 1: parse error: ';' expected - {rest[:20]!r} found.")
    if len(tests) < 2:
        raise ParseError("line 1: static error: a query needs a filter and an area.")
    return Statement(KINDS[kind[1]], tuple(tests)), rest[1:]


def _tag_test(match: re.Match[str]) -> Test:
    key, operator, raw, fold = _unescape(match[1]), match[2], match[3], bool(match[4])
    if operator is None:
        return lambda element: key in element.get("tags", {})
    value = _unescape(raw)
    if operator in ("=", "!="):
        return lambda element: (element.get("tags", {}).get(key) == value) == (operator == "=")
    try:
        pattern = re.compile(value, re.IGNORECASE if fold else 0)
    except re.error:
        raise ParseError("line 1: static error: Invalid regular expression") from None
    wanted = operator == "~"
    return lambda element: bool(key in element.get("tags", {}) and pattern.search(element["tags"][key])) == wanted


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _box_test(match: re.Match[str]) -> Test:
    south, west, north, east = (float(number) for number in match.groups())
    box = Box(south, west, north, east)
    return lambda element: box.holds(*place_of(element))


def _around_test(match: re.Match[str]) -> Test:
    radius, latitude, longitude = (float(number) for number in match.groups())
    return lambda element: metres_between((latitude, longitude), place_of(element)) <= radius


def place_of(element: Element) -> tuple[float, float]:
    spot = element if "lat" in element else element["center"]
    return spot["lat"], spot["lon"]
