"""The time, as the tables hold it."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, in UTC without a zone: what a `timestamp` column holds."""
    return datetime.now(UTC).replace(tzinfo=None)
