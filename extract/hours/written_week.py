"""Reads a whole week from a value that a model writes: JSON in many forms, OpenStreetMap's grammar, or prose."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from extract.hours.opening_hours import read_hours
from extract.hours.stated_week import DAYS
from extract.hours.text_hours import find_hours

Week = dict[str, list[list[str]]]


def week_of(value: str, language: str | None) -> Week | None:
    """The week as {"mo": [["09:00", "17:00"]]}. None if the value is none."""
    try:
        written = json.loads(value)
    except ValueError:
        prose = _of_prose(value, language)
        return json.loads(prose) if prose else None
    return _of_days(written, language) if isinstance(written, dict) else None


@lru_cache(maxsize=1000)
def _of_prose(value: str, language: str | None) -> str | None:
    for is_lenient in (False, True):
        if found := next(find_hours(value, language, is_lenient=is_lenient), None):
            return found.value
    return read_hours(value).week


def _of_days(written: Mapping[str, Any], language: str | None) -> Week | None:
    """Each day by its name in English, with spans as lists or in words: {"Monday": "9am-5pm"}."""
    week: Week = {}
    for name, spans in written.items():
        day = str(name).strip().casefold()[:2]
        if day not in DAYS:
            return None
        if isinstance(spans, str):
            prose = _of_prose(f"{day} {spans}", language)
            spans = json.loads(prose).get(day, []) if prose else []
        if spans:
            week[day] = spans
    return {day: week[day] for day in DAYS if day in week}
