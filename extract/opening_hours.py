"""Opening hours in OpenStreetMap's grammar, read by a parser of it into the week that all sources share."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from opening_hours import OpeningHours, ParserError, State

from extract.hours import DAYS
from extract.reading import Reading
from extract.value_paths import Parts

DAY = timedelta(days=1)
# The weeks that are looked at, the first of which begins on a Monday. The parser is told no country, so that public
# holidays are days like others: no other source's week knows of them either.
FIRST_DAY, WEEKS = datetime(2024, 1, 1), 104
# In how many of them a place may keep other hours, "Dec 25-26 off; easter off": four weeks a year would be a season.
FEAST_WEEKS = 7
LONGEST = 255  # characters, of any value in OpenStreetMap
COMMENT = re.compile(r'"[^"]*"')
TIMES = re.compile(r"\d:\d\d|24/7")
# What no plain week can say, by what the parser writes for it.
UNPLAIN = {
    "sun": re.compile(r"\b(?:sunrise|sunset|dawn|dusk)\b"),
    "open_end": re.compile(r"\d\d:\d\d\+"),
    "seasonal": re.compile(r"\bSH\b"),  # school holidays, which the parser takes for no day at all
}


class Hours(NamedTuple):
    """A week as JSON text, or why the expression has none."""

    week: str | None
    reason: str | None = None


class Span(NamedTuple):
    """A time of one week at which a place is open; one that closes past midnight is of the day it opens on."""

    day: int  # from Monday, 0
    opens: str
    closes: str
    is_certain: bool  # not "unknown", and without a comment such as "by appointment"


@lru_cache(maxsize=50_000)  # most hours are kept by more than one place
def read_hours(expression: str) -> Hours:
    """The week of an expression, if its weeks are alike but for a few feasts."""
    if len(expression) > LONGEST:
        return Hours(None, "unparsable")
    try:
        hours = OpeningHours(expression.strip("; \t\n"), auto_country=False, auto_timezone=False)
    except ParserError:
        return Hours(None, "unparsable")
    written = COMMENT.sub("", str(hours))
    for reason, pattern in UNPLAIN.items():
        if pattern.search(written):
            return Hours(None, reason)
    ((week, count),) = Counter(_weeks(hours)).most_common(1)
    if count < WEEKS - FEAST_WEEKS or (not week and count < WEEKS):
        return Hours(None, "seasonal")
    if not week:
        return Hours(None, "closed")
    if not all(span.is_certain for span in week):
        return Hours(None, "conditional")
    if not TIMES.search(COMMENT.sub("", expression)):
        return Hours(None, "no_times")  # "Mo-Fr" is hardly meant as day and night, for all that the grammar says
    return Hours(_as_json(week))


def _as_json(week: tuple[Span, ...]) -> str:
    """The very text of dbt's macros `day_as_json` and `week_as_json`; closed days are left out, as Google does."""
    days: dict[str, list[list[str]]] = {}
    for span in sorted(week):
        days.setdefault(DAYS[span.day], []).append([span.opens, span.closes])
    return json.dumps(days)


def _weeks(hours: OpeningHours) -> list[tuple[Span, ...]]:
    weeks: list[list[Span]] = [[] for _ in range(WEEKS)]
    # Two days more on either side: what is cut off there belongs to other weeks.
    looked_at = hours.intervals(FIRST_DAY - 2 * DAY, FIRST_DAY + (7 * WEEKS + 2) * DAY)
    for start, end, state, comment in looked_at:
        if state == State.CLOSED:
            continue
        for opens, closes in _by_day(start, end):
            week, day = divmod((opens - FIRST_DAY).days, 7)
            if 0 <= week < WEEKS:
                is_certain = state == State.OPEN and not comment
                weeks[week].append(Span(day, _clock(opens), _clock(closes, midnight="24:00"), is_certain))
    return [tuple(week) for week in weeks]


def _by_day(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """A night is one span; what is longer than a day is told day by day."""
    while end - start > DAY:
        midnight = start.replace(hour=0, minute=0) + DAY
        yield start, midnight
        start = midnight
    yield start, end


def _clock(moment: datetime, midnight: str = "00:00") -> str:
    return f"{moment.hour:02d}:{moment.minute:02d}" if moment.hour or moment.minute else midnight


def find_week(parts: Parts, country: str | None) -> Iterator[Reading]:
    for expression in parts.get("expression", []):
        if expression.text:
            week, reason = read_hours(expression.text)
            yield Reading("opening_hours", week, expression, reason)
            return
