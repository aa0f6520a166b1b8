"""Opening hours in OpenStreetMap's grammar, read by a parser of it into the week that all sources share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined] # its stub leaves one out

from extract.hours.google_hours import read_periods
from extract.hours.weeks import Hours, Span, as_json, spans_of
from extract.values.reading import Reading
from extract.values.value_paths import Parts

# The weeks that are looked at, the first of which begins on a Monday. The parser is told no country, so that public
# holidays are days like others: no other source's week knows of them either.
FIRST_DAY, WEEKS = datetime(2024, 1, 1), 104
# In how many of them a place may keep other hours, "Dec 25-26 off; easter off": four weeks a year would be a season.
FEAST_WEEKS = 7
LONGEST = 255  # characters, of any value in OpenStreetMap
COMMENT = re.compile(r'"[^"]*"')
TIMES = re.compile(r"\d:\d\d|24/7")
# What is open or closed by the first rules, and what holds else: `Mo-Fr 09:00-17:00 || "by appointment"`.
FALLBACK = re.compile(r'((?:[^|"]|"[^"]*")*[^\s|])\s*\|\|')
# A place that is never open, by whatever days; a week with closed holidays alone says nothing of the kind.
NEVER = re.compile(r'\s*(?:(?:24/7|Mo-Su|00:00-24:00)\s+)*(?:off|closed)\s*(?:"[^"]*")?\s*;?\s*', re.IGNORECASE)
PERMANENT = re.compile("permanent|for good", re.IGNORECASE)
# What no plain week can say, by what the parser writes for it.
UNPLAIN = {
    "sun": re.compile(r"\b(?:sunrise|sunset|dawn|dusk)\b"),
    "open_end": re.compile(r"\d\d:\d\d\+"),
    "seasonal": re.compile(r"\bSH\b"),  # school holidays, which the parser takes for no day at all
}


@lru_cache(maxsize=50_000)  # most hours are kept by more than one place
def read_hours(expression: str) -> Hours:
    """The week of an expression, if its weeks are alike but for a few feasts."""
    if len(expression) > LONGEST:
        return Hours(None, "unparsable")
    hours = _read(expression)
    if hours.reason == "conditional" and (plain := FALLBACK.match(expression)):
        return _read(plain[1])  # "by appointment" at all other times
    return hours


def _read(expression: str) -> Hours:
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
    return Hours(as_json(week))


def _weeks(hours: OpeningHours) -> list[tuple[Span, ...]]:
    weeks: list[list[Span]] = [[] for _ in range(WEEKS)]
    # Two days more on either side: what is cut off there belongs to other weeks.
    looked_at = hours.intervals(FIRST_DAY - timedelta(days=2), FIRST_DAY + timedelta(weeks=WEEKS, days=2))
    for start, end, state, comment in looked_at:
        if state == State.CLOSED:
            continue
        is_certain = state == State.OPEN and not comment
        for week, span in spans_of(start, end, FIRST_DAY):
            if 0 <= week < WEEKS:
                weeks[week].append(span._replace(is_certain=is_certain))
    return [tuple(week) for week in weeks]


def find_week(parts: Parts, country: str | None) -> Iterator[Reading]:
    for expression in parts.get("expression", []):
        if expression.text:
            week, reason = read_hours(expression.text)
            yield Reading("opening_hours", week, expression, reason)
            if NEVER.fullmatch(expression.text):
                status = "closed_permanently" if PERMANENT.search(expression.text) else "closed_temporarily"
                yield Reading("operating_status", status, expression)
            return
    if periods := parts.get("periods"):
        week, reason = read_periods([period.content for period in periods])
        yield Reading("opening_hours", week, periods[0], reason)
