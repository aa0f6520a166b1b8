"""A service with scripted replies that records the requests, and an empty warehouse."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest

from ingest.calls import Area, SourceEndpoint, SourceQuery
from ingest.connectors import CONNECTORS
from ingest.errors import SourceError
from ingest.fetch import Fetch, FetchPolicy
from ingest.fetch.http import HttpFetch
from ingest.records import SourceRecord
from orchestrate.store.warehouse import create_tables

KEY = "marked-key-0451"
USER_AGENT = "trigpoint/test (+https://example.org)"
LEITH = Area("Leith", 55.974, -3.172, 55.9587, -3.1993, 55.9893, -3.1447, "GB")


@dataclass(frozen=True)
class Reply:
    """One answer. A body that is no text is sent as JSON.

    `hangs`: nothing is sent until the test ends; `drips`: a byte now and then; `hangs_up`: half of the body.
    """

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    drips: bool = False
    hangs_up: bool = False


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body).items()}


class Service:
    """Gives its replies in order and repeats the last one; or, if `answer` is set, what that makes of a request."""

    def __init__(self, url: str, closing: threading.Event) -> None:
        self.url = url
        self.closing = closing
        self.replies: list[Reply] = [Reply({})]
        self.answer: Callable[[Received], Reply] | None = None
        self.received: list[Received] = []
        self.received_at: list[float] = []
        self._lock = threading.Lock()

    def will_answer(self, *replies: Any) -> None:
        self.replies = [reply if isinstance(reply, Reply) else Reply(reply) for reply in replies]

    def next_reply(self, request: Received) -> Reply:
        with self._lock:
            self.received.append(request)
            self.received_at.append(time.monotonic())
            if self.answer:
                return self.answer(request)
            return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


class QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a client that leaves early: some tests cause it."""


@pytest.fixture
def service() -> Iterator[Service]:
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            body = self.rfile.read(length).decode()
            reply = made.next_reply(Received(self.command, parts.path, query, dict(self.headers), body))
            if reply.hangs:
                closing.wait(30)
                self.close_connection = True
                return
            text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
            self.send_response(reply.status)
            headers = {"Content-Type": "text/html" if text.startswith("<") else "application/json", **reply.headers}
            for name, value in {"Content-Length": str(len(text.encode())), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.drips:
                for byte in text.encode():
                    if closing.wait(0.05):
                        break
                    self.wfile.write(bytes([byte]))
            else:
                self.wfile.write(text.encode())
            self.close_connection = reply.hangs_up or reply.drips

        do_POST = do_GET  # noqa: N815 (the name http.server looks for)

        def log_message(self, *arguments: object) -> None:
            pass

    server = QuietServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = Service(f"http://127.0.0.1:{server.server_address[1]}", closing)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield made
    closing.set()
    server.shutdown()
    server.server_close()


def policy(**changes: Any) -> FetchPolicy:
    patience = {"read_timeout_seconds": 5.0, "source_timeout_seconds": 20.0, "attempts": 1, "usd_per_request": 0.001}
    return FetchPolicy(user_agent=USER_AGENT, cancelled=threading.Event(), **{**patience, **changes})


@pytest.fixture
def fetch_of(service: Service) -> Callable[..., HttpFetch]:
    """`fetch_of("serper", attempts=3)`: a fetch of that source at the scripted service."""

    def make(source: str, **changes: Any) -> HttpFetch:
        return opened(source, service.url, policy(**changes))

    return make


def opened(source: str, address: str, patience: FetchPolicy | None = None, key: str | None = KEY) -> HttpFetch:
    return CONNECTORS[source].open(source, SourceEndpoint(address, key), patience or policy(), "run-1")


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        create_tables(connection)
        yield connection


def query(**changes: Any) -> SourceQuery:
    location = "Leith, Scotland, United Kingdom"
    default = {"text": "tennis leith", "name": None, "targets": (), "area": LEITH, "location": location, "max_pages": 3}
    return SourceQuery(**{**default, **changes})


def read(source: str, fetch: Fetch, asked: SourceQuery) -> tuple[list[SourceRecord], SourceError | None]:
    """Every record, and the error that ended the reading, if one did."""
    records = []
    try:
        for record in CONNECTORS[source].read(asked, fetch):
            records.append(record)
    except SourceError as error:
        return records, error
    return records, None


def ids(records: list[SourceRecord]) -> list[str | None]:
    return [record.source_record_id for record in records]
