"""How long a service asks to be left alone."""

from __future__ import annotations

import time
from datetime import datetime
from email.utils import parsedate_to_datetime

from requests import Response


def retry_after_seconds(response: Response) -> float | None:
    """What the header Retry-After asks for, given in seconds or as a date (RFC 9110, 10.2.3); None without one."""
    after = response.headers.get("Retry-After", "").strip()
    if after.isdigit():
        return float(after)
    try:
        return max(0.0, parsedate_to_datetime(after).timestamp() - time.time())
    except ValueError:
        return None


def when_to_retry(response: Response) -> str:
    """In words, for the user: `after 14:05:00 BST`."""
    seconds = retry_after_seconds(response)
    if seconds is None:
        return "in a few minutes"
    return f"after {datetime.fromtimestamp(time.time() + seconds).astimezone():%H:%M:%S %Z}"
