"""A record as a source sent it, and what a connector does to it before it lands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ingest.wire import Doubled, as_object


@dataclass(frozen=True)
class SourceRecord:
    """One record, unchanged, and the logged call that brought it. `Answer.record` makes it."""

    source_record_id: str | None  # the source's own stable key, never a position; None: no key can be read
    payload: Any
    result_rank: int  # 1 is the first record of all answers to the query
    request_id: str


def key_text(key: Any) -> str:
    """A key as text. Raises ValueError for a value that identifies no record: null, true, a fraction, a list."""
    if (isinstance(key, str) and key.strip()) or (isinstance(key, int) and not isinstance(key, bool)):
        return str(key)
    raise ValueError(f"no key: {type(key).__name__}")


def without(payload: Any, names: Collection[str]) -> Any:
    """The payload without its personal data. A payload that is no object stays: landing rejects it."""
    if isinstance(payload, Doubled):
        return as_object([(k, v) for k, v in payload.pairs if k not in names])
    return {k: v for k, v in payload.items() if k not in names} if isinstance(payload, dict) else payload
