"""Reads opening hours that a payload gives in words: {"Monday": "9 AM–5 PM", ...}, or a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from extract.hours.text_hours import find_hours
from extract.values.reading import Reading, Values, first_readable
from extract.values.value_paths import Parts, Written

# The languages besides English in which hours of a country are read; one None where English is the only one.
LanguagesOf = Callable[[str | None], Sequence[str | None]]


def reader_of_words(languages_of: LanguagesOf) -> Callable[[Parts, str | None], Iterator[Reading]]:
    """A reader of the weeks in words of a country.

    A week given day by day comes first. It is read as one sentence: one unreadable day makes it all unreadable.
    """

    def find_week_in_words(parts: Parts, country: str | None) -> Iterator[Reading]:
        weeks = [Written(_as_sentence(week.content), week.path) for week in parts.get("week", [])]
        read = partial(_read, languages=languages_of(country))
        yield from first_readable("opening_hours", [*weeks, *parts.get("text", [])], read)

    return find_week_in_words


def _as_sentence(days: object) -> object:
    if not isinstance(days, dict):
        return days
    return ", ".join(f"{day} {hours}" for day, hours in days.items()).replace("Open 24 hours", "00:00-24:00")


def _read(text: str, languages: Sequence[str | None]) -> Values:
    """The week, if all languages that read one read the same: `ma` is Monday in Dutch and Tuesday in French."""
    weeks = {found.value for language in languages if (found := next(find_hours(text, language), None))}
    return Values(tuple(weeks)) if len(weeks) == 1 else Values(reason="unparsable")
