"""The body of an answer is read until a deadline, and parsed once."""

import threading
import time

import pytest
import requests
import urllib3
from requests import Response

from ingest.fetch import body
from ingest.fetch.body import BoundedBody, parsed_once
from ingest.wire import Doubled

SOON = 60.0


class Raw:
    """A raw body of chunks; a chunk that is an error is raised."""

    def __init__(self, *chunks: bytes | Exception) -> None:
        self.chunks = [*chunks, b""]
        self.done: list[str] = []
        self.headers = {"X": "y"}

    def read1(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:
        assert decode_content
        chunk = self.chunks.pop(0)
        if isinstance(chunk, Exception):
            raise chunk
        return chunk

    def close(self) -> None:
        self.done.append("closed")

    def release_conn(self) -> None:
        self.done.append("released")


def bounded(raw: Raw, seconds: float = SOON, cancelled: bool = False) -> BoundedBody:
    stop = threading.Event()
    if cancelled:
        stop.set()
    return BoundedBody(raw, time.monotonic() + seconds, stop)


def test_whole_body_frees_the_connection():
    raw = Raw(b"ab", b"c")

    assert list(bounded(raw).stream(10, decode_content=True)) == [b"ab", b"c"]
    assert raw.done == ["released"]


@pytest.mark.parametrize(("seconds", "cancelled"), [(-1.0, False), (SOON, True)], ids=["too-late", "stopped"])
def test_body_ends_at_the_deadline_or_with_the_run(seconds, cancelled):
    raw = Raw(b"a", b"b")

    with pytest.raises(requests.ReadTimeout):
        list(bounded(raw, seconds, cancelled).stream(10, decode_content=True))

    assert (raw.done, raw.chunks) == (["closed"], [b"b", b""])


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            urllib3.exceptions.ReadTimeoutError(urllib3.HTTPConnectionPool("a.example"), "/", "late"),
            requests.ReadTimeout,
        ),
        (urllib3.exceptions.ProtocolError("broken off"), requests.ConnectionError),
        (urllib3.exceptions.DecodeError("no gzip"), requests.ConnectionError),
    ],
)
def test_errors_become_those_of_requests(error, expected):
    with pytest.raises(expected):
        list(bounded(Raw(b"a", error)).stream(10, decode_content=True))


def test_other_attributes_are_the_raw_bodys():
    assert bounded(Raw()).headers == {"X": "y"}


def response(text: str) -> Response:
    made = Response()
    made.raw = BoundedBody(Raw(text.encode()), time.monotonic() + SOON, threading.Event())
    return parsed_once(made)


def test_json_is_parsed_once(monkeypatch):
    parsed = []
    monkeypatch.setattr(body, "parse", lambda text: parsed.append(text) or text)
    answer = response('{"a": "ü"}')

    assert [answer.json(), answer.json()] == ['{"a": "ü"}'] * 2
    assert parsed == ['{"a": "ü"}']


def test_json_follows_the_rules_of_the_wire():
    assert isinstance(response('{"a": 1, "a": 2}').json(), Doubled)
