"""The clock. Only this module reads the time; other code gets it as an argument."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, in UTC without a time zone, as in the `timestamp` columns."""
    return datetime.now(UTC).replace(tzinfo=None)
