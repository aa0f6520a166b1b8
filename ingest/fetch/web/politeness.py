"""What a site asks of robots, and one request at a time for each host."""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from protego import Protego

from ingest.errors import SourceError

PASSING_STATUSES = frozenset({429, *range(500, 600)})


@dataclass(frozen=True)
class Rules:
    """The robots.txt of one site, for one user agent."""

    parsed: Protego | None  # None: all is forbidden
    user_agent: str

    def allow(self, url: str) -> bool:
        return self.parsed is not None and bool(self.parsed.can_fetch(url, self.user_agent))

    @property
    def pause_seconds(self) -> float:
        return float((self.parsed and self.parsed.crawl_delay(self.user_agent)) or 0.0)


def rules_of(status: int, text: str, user_agent: str) -> Rules:
    """RFC 9309: a site without the file allows all; a site in trouble forbids all until it is well again."""
    if status in PASSING_STATUSES:
        return Rules(None, user_agent)
    try:
        return Rules(Protego.parse(text if status == 200 else ""), user_agent)
    except Exception:  # noqa: BLE001 (a file that breaks the parser forbids all)
        return Rules(None, user_agent)


@dataclass
class _Host:
    turn: threading.Lock = field(default_factory=threading.Lock)
    last_request: float = -math.inf


class Turns:
    """One request at a time for each host, with a pause between two."""

    def __init__(self, cancelled: threading.Event, now: Callable[[], float] = time.monotonic) -> None:
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._lock = threading.Lock()
        self._cancelled = cancelled
        self._now = now

    @contextmanager
    def turn(self, name: str, pause_seconds: float, *, is_counted: bool = True) -> Iterator[None]:
        """Wait for the turn at the host. Raises SourceError if the run was stopped meanwhile.

        After a request that is not counted, such as one for robots.txt, the next one need not wait.
        """
        with self._lock:
            host = self._hosts[name]
        with host.turn:
            self._cancelled.wait(max(0.0, host.last_request + pause_seconds - self._now()))
            if self._cancelled.is_set():
                raise SourceError("cancelled", "The run was stopped before this request.")
            try:
                yield
            finally:
                if is_counted:
                    host.last_request = self._now()
