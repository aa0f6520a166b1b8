"""How the bytes of a source come: over HTTP (`http.py`) or from a file (`file.py`).

Both kinds log each call and give each record the id of the call that brought it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from ingest.clock import utc_now
from ingest.records import SourceRecord

Content = TypeVar("Content")


@dataclass(frozen=True)
class FetchPolicy:
    """How patient we are with one source, and when to stop at once."""

    user_agent: str
    read_timeout_seconds: float
    source_timeout_seconds: float  # for all calls of the source together
    cancelled: threading.Event
    usd_per_request: float = 0.0
    seconds_between_requests: float = 0.0
    attempts: int = 3


@dataclass
class LoggedCall:
    """One row of raw.connector_calls: an HTTP exchange, or the reading of a file."""

    request_id: str
    run_id: str
    source: str
    method: str
    url: str
    request_body: str | None
    page: int
    status: int | None = None
    attempts: int = 0
    records: int = 0
    bytes: int = 0
    ms: float = 0.0
    cost_usd: float = 0.0
    error_kind: str | None = None
    error_text: str | None = None
    started_at: datetime = field(default_factory=utc_now)

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Answer(Generic[Content]):
    """What one call brought. A connector makes its records from `content`."""

    content: Content
    request_id: str

    def record(self, payload: Any, id_of: Callable[[Any], str], result_rank: int) -> SourceRecord:
        """A record whose id cannot be read is made without one: landing rejects it, and no other record."""
        try:
            return SourceRecord(id_of(payload), payload, result_rank, self.request_id)
        except (KeyError, TypeError, AttributeError, ValueError):
            return SourceRecord(None, payload, result_rank, self.request_id)


class Fetch(Protocol):
    """One source being read in one run. Its own methods give `Answer`s and raise SourceError, nothing else."""

    @property
    def calls(self) -> list[LoggedCall]:
        """Every call so far, failed ones included."""
        ...
