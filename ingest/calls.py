"""What a source is asked, and what came of it: the terms the planner and every connector share."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from ingest.wire import Doubled, as_object


@dataclass(frozen=True)
class Area:
    """Where to look: a box and its centre, WGS84 degrees."""

    name: str
    latitude: float
    longitude: float
    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True)
class Ask:
    """What one source is asked for, in terms that every connector can turn into its own request."""

    text: str  # the whole query, for sources that understand free text
    name: str | None  # the brand or place name in it: "powerleague"; None for a pure category search
    targets: tuple[str, ...]  # the source's own filters, layers or types for the category (a seed)
    area: Area
    max_pages: int


@dataclass(frozen=True)
class PlannedCall:
    """One source chosen by the planner. Plain data."""

    source: str
    ask: Ask
    reason: str
    expected_requests: int
    expected_cost_usd: float


@dataclass(frozen=True)
class SkippedSource:
    """A source the planner did not choose, and why, in words."""

    source: str
    reason: str


def without(payload: Any, names: Collection[str]) -> Any:
    """The payload less its personal data; what is no object is left for landing to reject."""
    if isinstance(payload, Doubled):
        return as_object([(k, v) for k, v in payload.pairs if k not in names])
    return {k: v for k, v in payload.items() if k not in names} if isinstance(payload, dict) else payload


@dataclass(frozen=True)
class SourceEndpoint:
    """Where a source answers and with which key; built by the settings, never by a connector."""

    base_url: str
    api_key: str | None


@dataclass(frozen=True)
class SourceRecord:
    """One record as the source sent it."""

    source_record_id: str | None  # the source's own stable key, never a position; None: it has none that can be read
    payload: Any
    result_rank: int  # 1 is the first of the whole answer


def as_record(payload: Any, identify: Callable[[Any], str], result_rank: int) -> SourceRecord:
    """A record whose id cannot be read is handed on without one: landing rejects it, and it alone."""
    try:
        return SourceRecord(identify(payload), payload, result_rank)
    except (KeyError, TypeError, AttributeError, ValueError):
        return SourceRecord(None, payload, result_rank)


def key_text(key: Any) -> str:
    """A key as text. Raises ValueError for what tells no record apart: nothing, true, a fraction, a list."""
    if (isinstance(key, str) and key.strip()) or (isinstance(key, int) and not isinstance(key, bool)):
        return str(key)
    raise ValueError(f"no key: {type(key).__name__}")


class SourceError(Exception):
    """A source did not answer as it should: never to be read as "no places there".

    `kind` is one of: bad_credentials, quota_exhausted, rate_limited, server_busy, bad_request, malformed,
    timeout, partial, cancelled, redirected.

    `sentence` tells the user what to do; `detail` is what the service itself said.
    """

    def __init__(self, kind: str, sentence: str, detail: str = "", status: int | None = None) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.sentence = sentence
        self.detail = detail
        self.status = status
