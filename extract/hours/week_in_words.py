"""Reads opening hours that a payload gives in words: {"Monday": "9 AM–5 PM", ...}, or a sentence."""

from __future__ import annotations

from collections.abc import Iterator

from extract.hours.text_hours import find_hours
from extract.values.reading import Reading, Values, first_readable
from extract.values.value_paths import Parts, Written


def find_week_in_words(parts: Parts, country: str | None) -> Iterator[Reading]:
    """A week given day by day comes first. It is read as one sentence: one unreadable day makes it all unreadable."""
    weeks = [Written(_as_sentence(week.content), week.path) for week in parts.get("week", [])]
    yield from first_readable("opening_hours", [*weeks, *parts.get("text", [])], _read)


def _as_sentence(days: object) -> object:
    if not isinstance(days, dict):
        return days
    return ", ".join(f"{day} {hours}" for day, hours in days.items()).replace("Open 24 hours", "00:00-24:00")


def _read(text: str) -> Values:
    found = next(find_hours(text), None)
    return Values((found.value,)) if found else Values(reason="unparsable")
