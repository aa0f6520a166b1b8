"""Web pages, each at its own address: robots.txt first, redirects one by one, and every exchange logged."""

from __future__ import annotations

import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from ingest.addresses import redacted
from ingest.errors import SourceError
from ingest.fetch import Answer, FetchPolicy, LoggedCall
from ingest.fetch.web.document import check_page
from ingest.fetch.web.exchange import Document, PageLimits, ask
from ingest.fetch.web.gateway import Gateway
from ingest.fetch.web.politeness import Rules, Turns, rules_of

REDIRECTS = frozenset({301, 302, 303, 307, 308})
NOT_MODIFIED = 304


@dataclass(frozen=True)
class Known:
    """A page as it landed before. Its site can be asked whether it changed."""

    payload: Mapping[str, object]
    etag: str | None = None
    last_modified: str | None = None
    place: Mapping[str, object] | None = None  # the record that its data for machines gave

    @property
    def headers(self) -> dict[str, str]:
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class Page:
    """A page that came; or, with `unchanged`, one that is as it was."""

    link: str
    document: Document
    unchanged: Known | None = None


@dataclass
class PageFetch:
    """Asks for pages. A page that cannot be had is one call with its reason, and ends no other."""

    source: str
    gateway: Gateway
    policy: FetchPolicy
    run_id: str
    limits: PageLimits = field(default_factory=PageLimits)
    known: Mapping[str, Known] = field(default_factory=dict)  # by link
    calls: list[LoggedCall] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._deadline = time.monotonic() + self.policy.source_timeout_seconds
        self._turns = Turns(self.policy.cancelled)
        self._rules: dict[str, Rules | SourceError] = {}
        self._reading_rules: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def pages(self, links: Sequence[str]) -> Iterator[Answer[Page]]:
        """Yield the pages that came, in the order of their links."""
        with ThreadPoolExecutor(self.limits.at_once, thread_name_prefix="page") as threads:
            for found in threads.map(self._page, links):
                if found:
                    yield found

    def _page(self, link: str) -> Answer[Page] | None:
        made: list[LoggedCall] = []
        try:
            document = self._followed(link, made)
            unchanged = self.known.get(link) if document.status == NOT_MODIFIED else None
            if unchanged is None:
                check_page(document)
            made[-1].records = 1
            return Answer(Page(link, document, unchanged), made[-1].request_id)
        except SourceError as error:
            self._lose(made[-1] if made else self._logged(link), error)
        except Exception as error:  # noqa: BLE001 (a page that breaks our code harms no other)
            sentence = f"The page could not be read ({type(error).__name__})."
            self._lose(made[-1] if made else self._logged(link), SourceError("malformed", sentence, str(error)))
        return None

    def _followed(self, link: str, made: list[LoggedCall]) -> Document:
        """The answer after its redirects. Each step is checked before it is asked."""
        url, headers = link, self.known[link].headers if link in self.known else {}
        for _ in range(self.limits.redirects + 1):
            rules = self._rules_of(url)
            if not rules.allow(url):
                raise SourceError("robots", "The site's robots.txt forbids to read the page.")
            made.append(self._logged(url))
            document = self._ask(made[-1], url, headers, self._pause(rules))
            location = document.headers.get("Location") if document.status in REDIRECTS else None
            if not location:
                return document
            url = self.gateway.next(url, location)
        raise SourceError("redirected", f"The page redirects more than {self.limits.redirects} times.")

    def _pause(self, rules: Rules) -> float:
        if rules.pause_seconds > self.limits.longest_pause_seconds:
            raise SourceError("robots", f"The site asks for {rules.pause_seconds:g} s between two requests.")
        return max(self.policy.seconds_between_requests, rules.pause_seconds)

    def _rules_of(self, url: str) -> Rules:
        self.gateway.asked(url)  # raises for a link that must not be asked
        parts = urlsplit(url)
        origin = f"{parts.scheme.lower()}://{parts.netloc.lower()}"
        with self._reading_rules[origin]:
            if origin not in self._rules:
                try:
                    self._rules[origin] = self._read_rules(f"{origin}/robots.txt")
                except SourceError as error:
                    self._rules[origin] = error
        rules = self._rules[origin]
        if isinstance(rules, SourceError):
            raise rules
        return rules

    def _read_rules(self, url: str) -> Rules:
        limits = replace(self.limits, bytes=self.limits.robots_bytes)
        for _ in range(self.limits.redirects + 1):
            document = self._ask(self._logged(url), url, {}, 0.0, limits)
            location = document.headers.get("Location") if document.status in REDIRECTS else None
            if not location:
                break
            url = self.gateway.next(url, location)
        return rules_of(document.status, document.body.decode("utf-8", "replace"), self.policy.user_agent)

    def _ask(
        self,
        call: LoggedCall,
        url: str,
        headers: Mapping[str, str],
        pause_seconds: float,
        robots_limits: PageLimits | None = None,
    ) -> Document:
        """One request, in its turn at its host."""
        asked = self.gateway.asked(url)
        sent = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1", **headers, **self.gateway.headers}
        with self._turns.turn(urlsplit(url).hostname or "", pause_seconds, is_counted=robots_limits is None):
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise SourceError("timeout", f"All pages took longer than {self.policy.source_timeout_seconds:g} s.")
            limits = robots_limits or self.limits
            started, call.attempts = time.perf_counter(), 1
            try:
                document = ask(
                    asked,
                    sent,
                    self.gateway.web,
                    replace(limits, seconds=min(left, limits.seconds)),
                    is_cut=robots_limits is not None,
                )
            finally:
                call.ms = (time.perf_counter() - started) * 1000
        call.status, call.bytes, call.cost_usd = document.status, len(document.body), self.policy.usd_per_request
        return replace(document, url=url)

    def _logged(self, url: str) -> LoggedCall:
        call = LoggedCall(
            request_id=uuid.uuid4().hex,
            run_id=self.run_id,
            source=self.source,
            method="GET",
            url=redacted(url),
            request_body=None,
            page=len(self.calls) + 1,
        )
        self.calls.append(call)
        return call

    def _lose(self, call: LoggedCall, error: SourceError) -> None:
        call.error_kind = error.kind
        call.error_text = " ".join(filter(None, [error.sentence, error.detail]))[:500]
