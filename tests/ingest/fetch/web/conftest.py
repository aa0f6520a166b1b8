"""A hostile web site at 127.0.0.2, the only address that may be asked."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ingest.fetch.web.exchange import PageLimits
from ingest.fetch.web.gateway import Gateway
from ingest.fetch.web.pages import PageFetch
from ingest.fetch.web.public import Web
from tests.ingest.conftest import policy

HOST = "127.0.0.2"
LIMITS = PageLimits(bytes=50_000, seconds=0.6, robots_bytes=5_000, longest_pause_seconds=1.0)
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass
class Site:
    """Answers by path. An answer is a function of the handler."""

    url: str
    closing: threading.Event
    answers: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def has(self, path: str, body: bytes | str, status: int = 200, **headers: str) -> str:
        """The page at the path; returns its address."""
        sent = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = lambda handler: whole(handler, status, sent, {**HTML, **named})
        return self.url + path

    def does(self, path: str, answer: Callable[[Any], None]) -> str:
        self.answers[path] = answer
        return self.url + path


def whole(handler: Any, status: int, body: bytes, headers: dict[str, str]) -> None:
    begin(handler, status, {"Content-Length": str(len(body)), **headers})
    handler.wfile.write(body)


def begin(handler: Any, status: int, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()


def drip(handler: Any, site: Site) -> None:
    begin(handler, 200, HTML)
    while not site.closing.wait(0.02):
        handler.wfile.write(b"x")
        handler.wfile.flush()


def drip_headers(handler: Any, site: Site) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not site.closing.wait(0.02):
        handler.wfile.write(b"x")
        handler.wfile.flush()


def endless(handler: Any) -> None:
    begin(handler, 200, HTML)
    while True:
        handler.wfile.write(b"<p>more</p>" * 1000)


BOMB = gzip.compress(b" " * 20_000_000)  # 20 kB


def bomb(handler: Any) -> None:
    """20 MB of blanks in 20 kB."""
    whole(handler, 200, BOMB, {**HTML, "Content-Encoding": "gzip"})


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a client that leaves early."""


@pytest.fixture
def site() -> Iterator[Site]:
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with made.lock:
                made.asked.append(self.path)
                made.headers.append(dict(self.headers))
                made.open_now += 1
                made.most_open = max(made.most_open, made.open_now)
            try:
                made.answers.get(self.path, lambda handler: whole(handler, 404, b"", HTML))(self)
            finally:
                made.open_now -= 1
                self.close_connection = True

        def log_message(self, *arguments: object) -> None:
            pass

    server = _Quiet((HOST, 0), Handler)
    made = Site(f"http://{HOST}:{server.server_address[1]}", closing)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    closing.set()
    server.shutdown()
    server.server_close()


def fetch_of(**changes: Any) -> PageFetch:
    web = Web(lambda ip: ip == HOST, ("http", "https"), "trigpoint")
    usual = {"gateway": Gateway(None, web), "policy": policy(), "run_id": "run-1", "limits": LIMITS}
    made: dict[str, Any] = {**usual, **changes}
    return PageFetch("rowans", **made)


def lost(fetch: PageFetch) -> list[str | None]:
    """The reasons of the pages that did not come."""
    return [call.error_kind for call in fetch.calls if call.error_kind]
