"""The time, read in one place; everything else gets it as an argument."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, in UTC without a zone: what the `timestamp` columns hold."""
    return datetime.now(UTC).replace(tzinfo=None)
