"""What a source is asked: the terms that the planner and every connector share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Area:
    """Where to look: a box and its centre, WGS84 degrees. West is greater than east across the antimeridian."""

    name: str
    latitude: float
    longitude: float
    south: float
    west: float
    north: float
    east: float
    country: str | None  # ISO 3166 alpha-2; None for a box over several countries

    @property
    def width(self) -> float:
        """Degrees from west to east."""
        return self.east - self.west + (360 if self.west > self.east else 0)


@dataclass(frozen=True)
class SourceQuery:
    """What one source is asked for, in terms that every connector can turn into its own request."""

    text: str  # the whole query, for sources that understand free text
    name: str | None  # the brand or place name in it: "powerleague"; None for a pure category search
    targets: tuple[str, ...]  # the source's own filters, layers or types for the category (a seed)
    area: Area
    location: str  # the area in words, for sources that take no box: "Leith, Scotland, United Kingdom"
    max_pages: int


@dataclass(frozen=True)
class TargetForm:
    """What the targets of one source look like. A source without a form takes any text."""

    fault: Callable[[str], str | None]  # what is wrong with a target, as the rest of a sentence
    of_tags: Callable[[Sequence[str]], str] | None = None  # the target for the tags of a kind of place


@dataclass(frozen=True)
class PlannedCall:
    """One source chosen by the planner. Plain data."""

    source: str
    ask: SourceQuery
    reason: str
    expected_requests: int
    expected_cost_usd: float


@dataclass(frozen=True)
class SkippedSource:
    """A source the planner did not choose, and why, in words."""

    source: str
    reason: str


@dataclass(frozen=True)
class SourceEndpoint:
    """Where a source answers, and with which key. The settings build it, never a connector."""

    address: str  # a base URL, or the path of a file
    api_key: str | None
