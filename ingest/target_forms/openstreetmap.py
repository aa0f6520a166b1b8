"""Filters of the Overpass query language: ["key"], ["key"="value"] and ["key"~"regular expression"]."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.calls import TargetForm

FILTER = re.compile(r'\[\s*~?"[^"]+"\s*(?:(!?[=~])\s*"([^"]*)"\s*(?:,\s*i\s*)?)?\]')
# Tags with several values, as in `sport=padel;tennis`.
LIST_KEYS = frozenset(["sport", "cuisine", "healthcare:speciality", "vending", "clothes", "beauty", "athletics"])


def fault(target: str) -> str | None:
    """What Overpass would refuse."""
    if FILTER.sub("", target).strip():
        return 'is no filter of Overpass, such as ["sport"="tennis"].'
    for operator, pattern in FILTER.findall(target):
        if operator.endswith("~") and (problem := _problem(pattern)):
            return f'has the pattern "{pattern}", which is no regular expression: {problem}.'
    return None


def _problem(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return None


def of_tags(tags: Sequence[str]) -> str:
    """The filters for places with all of the tags. Each tag is `key=value`, or `key=*`."""
    return "".join(_filter(*tag.split("=", 1)) for tag in tags)


def _filter(key: str, value: str) -> str:
    if value == "*":
        return f'["{key}"]'
    if key in LIST_KEYS:
        return f'["{key}"~"(^|;) *{value} *($|;)"]'
    return f'["{key}"="{value}"]'


FORM = TargetForm(fault, of_tags)
