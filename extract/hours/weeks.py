"""The common week of all sources: its spans as JSON text. The same hours always give the same text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from extract.hours.stated_week import DAYS

DAY = timedelta(days=1)


class Hours(NamedTuple):
    """A week as JSON text, or why there is none."""

    week: str | None
    reason: str | None = None


class Span(NamedTuple):
    """A span of a week in which a place is open. A span past midnight belongs to the day on which it opens."""

    day: int  # from Monday, 0
    opens: str
    closes: str
    is_certain: bool = True  # not "unknown", and without a comment such as "by appointment"


def as_json(week: Iterable[Span]) -> str:
    """The week as JSON. Closed days are left out, because not every source names them."""
    days: dict[str, list[list[str]]] = {}
    for span in sorted(week):
        days.setdefault(DAYS[span.day], []).append([span.opens, span.closes])
    return json.dumps(days)


def spans_of(start: datetime, end: datetime, monday: datetime) -> Iterator[tuple[int, Span]]:
    """The spans of a period that may last for days, each with the number of its week, counted from `monday`."""
    for opens, closes in _by_day(start, end):
        week, day = divmod((opens - monday).days, 7)
        yield week, Span(day, _clock(opens), _clock(closes, midnight="24:00"))


def _by_day(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """A night is one span. A period of a day or more is split at midnight."""
    while end - start >= DAY:
        midnight = start.replace(hour=0, minute=0) + DAY
        yield start, midnight
        start = midnight
    if start < end:
        yield start, end


def _clock(moment: datetime, midnight: str = "00:00") -> str:
    return f"{moment.hour:02d}:{moment.minute:02d}" if moment.hour or moment.minute else midnight
