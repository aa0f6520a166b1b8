"""Reads opening hours in OpenStreetMap's grammar into the common week of all sources."""

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

# The first Monday, and the number of weeks to evaluate. The parser gets no country, so that public holidays are
# ordinary days: the weeks of the other sources have no holidays either.
FIRST_DAY, WEEKS = datetime(2024, 1, 1), 104
# Weeks that may have other hours, as in "Dec 25-26 off; easter off". Four weeks a year would be a season.
FEAST_WEEKS = 7
LONGEST = 255  # characters, of any value in OpenStreetMap
COMMENT = re.compile(r'"[^"]*"')
TIMES = re.compile(r"\d:\d\d|24/7")
# The first rules, and the rule for all other times: `Mo-Fr 09:00-17:00 || "by appointment"`.
FALLBACK = re.compile(r'((?:[^|"]|"[^"]*")*[^\s|])\s*\|\|')
# A place that is never open. "Closed" for holidays alone does not match.
NEVER = re.compile(r'\s*(?:(?:24/7|Mo-Su|00:00-24:00)\s+)*(?:off|closed)\s*(?:"[^"]*")?\s*;?\s*', re.IGNORECASE)
PERMANENT = re.compile("permanent|for good", re.IGNORECASE)
# Hours that a plain week cannot express, found in the normal form that the parser writes.
UNPLAIN = {
    "sun": re.compile(r"\b(?:sunrise|sunset|dawn|dusk)\b"),
    "open_end": re.compile(r"\d\d:\d\d\+"),
    "seasonal": re.compile(r"\bSH\b"),  # school holidays: the parser has no days for them
}


@lru_cache(maxsize=50_000)  # many places share the same hours
def read_hours(expression: str) -> Hours:
    """The week of an expression, if all its weeks are the same except for a few holidays."""
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
        return Hours(None, "no_times")  # by the grammar, "Mo-Fr" means day and night; the author hardly meant that
    return Hours(as_json(week))


def _weeks(hours: OpeningHours) -> list[tuple[Span, ...]]:
    weeks: list[list[Span]] = [[] for _ in range(WEEKS)]
    # Two more days on each side: the cut falls into weeks that do not count.
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
