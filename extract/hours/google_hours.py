"""Turns Google's periods, `{"open": {"day": 5, "hour": 8}, "close": {...}}`, into the common week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from extract.hours.weeks import Hours, as_json, spans_of

MONDAY = datetime(2024, 1, 1)
WEEK = timedelta(weeks=1)
MINUTE = timedelta(minutes=1)
LIMITS = {"day": 6, "hour": 24, "minute": 59}
Period = tuple[datetime, datetime]


def read_periods(periods: Any) -> Hours:
    """The week of regular periods. A period may last for days, and two may meet at midnight."""
    if not isinstance(periods, list) or not all(isinstance(period, dict) for period in periods):
        return Hours(None, "unparsable")
    if not periods:
        return Hours(None, "no_times")
    if any(period.get("close") is None for period in periods):
        return _without_end(periods)
    stretches = [_period(period) for period in periods]
    week = {
        span
        for start, end in _joined([period for period in stretches if period])
        for number, span in spans_of(start, end, MONDAY)
        if number == 0
    }
    if None in stretches or not week:
        return Hours(None, "unparsable")
    return Hours(as_json(week))


def _without_end(periods: list[dict[str, Any]]) -> Hours:
    """A single period that begins at midnight is always open. Any other period without an end has no known end."""
    opens = _moment(periods[0].get("open"))
    if len(periods) > 1 or opens is None or opens.time() != MONDAY.time():
        return Hours(None, "open_end")
    return Hours(as_json(span for _, span in spans_of(MONDAY, MONDAY + WEEK, MONDAY)))


def _period(period: dict[str, Any]) -> Period | None:
    start, end = _moment(period.get("open")), _moment(period["close"])
    if start is None or end is None:
        return None
    if period["close"].get("truncated") and end.time() == (MONDAY - MINUTE).time():
        end += MINUTE  # the answer ends there, but the period continues
    if end == start and start.time() != MONDAY.time():
        return None
    if end == start:
        end += timedelta(days=1)
    return (start, end) if end > start else (start, end + WEEK)


def _moment(point: Any) -> datetime | None:
    """A day and time of the week. Google counts days from Sunday = 0 and may leave out a 0."""
    if not isinstance(point, dict) or "time" in point:  # the old service wrote "0900"
        return None
    day, hour, minute = (point.get(name, 0) for name in LIMITS)
    if any(
        type(part) is not int or not 0 <= part <= LIMITS[name]
        for name, part in zip(LIMITS, (day, hour, minute), strict=True)
    ):
        return None
    return MONDAY + timedelta(days=(day + 6) % 7, hours=hour, minutes=minute)


def _joined(periods: Iterable[Period]) -> Iterator[Period]:
    """The periods of three weeks, with touching periods joined: a period that begins on Sunday may end on Monday."""
    start, end = None, None
    for opens, closes in sorted((a + turn * WEEK, b + turn * WEEK) for a, b in periods for turn in (-1, 0, 1)):
        if start is None or end is None or opens > end:
            if start and end:
                yield start, end
            start, end = opens, closes
        end = max(end, closes)
    if start and end:
        yield start, end
