"""Collects the week of opening hours that a text states."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import pairwise

from extract.hours.hour_words import Span

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")


class NotPlain(Exception):  # noqa: N818 (not an error: the text says more than the reader understands)
    """The text has a statement about hours that is not understood. The rest may be only half of the hours."""


@dataclass
class Week:
    """The hours read so far."""

    spans: dict[str, set[Span]] = field(default_factory=dict)
    by_name: set[str] = field(default_factory=set)  # days with hours of their own, not from a range
    closed: set[str] = field(default_factory=set)
    start: int = -1
    end: int = 0

    def add(self, days: Days, spans: list[Span]) -> None:
        for day in days.names:
            self.spans.setdefault(day, set()).update(spans)
        if days.is_single:
            self.by_name.update(days.names)

    def close_at(self, days: Days, closes: str) -> None:
        """Change the closing time of days with known hours: "(Wed until 7pm)"."""
        for day in days.names:
            if len(known := self.spans.get(day, set())) != 1:
                raise NotPlain
            ((opens, _),) = known
            self.spans[day] = {(opens, closes)}

    def covers(self, start: int, end: int) -> None:
        self.start = start if self.start < 0 else min(self.start, start)
        self.end = max(self.end, end)

    def as_json(self) -> str | None:
        if self.closed & self.by_name:
            return None
        week = {day: sorted(self.spans[day]) for day in DAYS if day in self.spans and day not in self.closed}
        return json.dumps(week) if week and not any(map(_overlap, week.values())) else None


@dataclass(frozen=True)
class Days:
    names: tuple[str, ...]
    is_single: bool = False

    def without(self, names: tuple[str, ...]) -> Days:
        return Days(tuple(day for day in self.names if day not in names), self.is_single)


def _overlap(hours: list[Span]) -> bool:
    """Whether a span begins before the one before it ends, which may be in the night: 12:00-03:00, 17:00-02:00."""
    return any(opens < closed or closed < first for (first, closed), (opens, _) in pairwise(hours))
