"""Reads opening hours whose form is not known: OpenStreetMap's grammar first, then words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from extract.hours.opening_hours import find_week
from extract.hours.week_in_words import LanguagesOf, reader_of_words
from extract.values.reading import Reading
from extract.values.value_paths import Parts


def reader_of_any_week(languages_of: LanguagesOf) -> Callable[[Parts, str | None], Iterator[Reading]]:
    """A reader that gives the first reading with a week. If there is none, it gives that of the grammar."""
    find_week_in_words = reader_of_words(languages_of)

    def find_any_week(parts: Parts, country: str | None) -> Iterator[Reading]:
        texts = parts.get("text", [])
        found = list(find_week({"expression": texts}, country))
        in_words = list(find_week_in_words({"text": texts}, country)) if _has_no_week(found) else []
        yield from found if _has_no_week(in_words) else in_words

    return find_any_week


def _has_no_week(readings: list[Reading]) -> bool:
    return not any(reading.value for reading in readings)
