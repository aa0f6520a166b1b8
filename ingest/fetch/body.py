"""The body of an HTTP answer: read until a deadline, parsed once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import cache
from typing import Any, Protocol

import requests
import urllib3
from requests import Response

from ingest.wire import parse

CHUNK_BYTES = 1 << 16


class RawBody(Protocol):
    """What is needed of urllib3's response."""

    def read1(self, amt: int | None = None, decode_content: bool | None = None) -> bytes: ...

    def close(self) -> None: ...

    def release_conn(self) -> None: ...


class BoundedBody:
    """A raw body that ends at the deadline, put in the place of `Response.raw`.

    A read time-out alone never ends an answer that comes a byte at a time: each byte comes in time. `read1` gives
    what has come, where `read` waits until a chunk is full.
    """

    def __init__(self, raw: RawBody, deadline: float, cancelled: threading.Event) -> None:
        self._raw = raw
        self._deadline = deadline
        self._cancelled = cancelled

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, _amount: int | None = None, decode_content: bool | None = None) -> Iterator[bytes]:
        """The method by which `requests` reads a body. Raises requests' own errors."""
        try:
            while chunk := self._raw.read1(CHUNK_BYTES, decode_content=decode_content):
                yield chunk
                if self._cancelled.is_set() or time.monotonic() > self._deadline:
                    self._raw.close()
                    raise requests.ReadTimeout("the answer did not end in time")
        except urllib3.exceptions.ReadTimeoutError as error:
            raise requests.ReadTimeout(error) from None
        except urllib3.exceptions.HTTPError as error:
            raise requests.ConnectionError(error) from None
        self._raw.release_conn()


def parsed_once(response: Response) -> Response:
    """The response, whose `json()` parses at the first call and by the rules of `wire`.

    Four callers ask for the JSON of an answer: our classifier of errors, dlt, its paginator and the connector.
    """
    response.encoding = response.encoding or "utf-8"  # without it, each look at `text` guesses from the whole body
    response.json = cache(lambda: parse(response.text))  # type: ignore[method-assign]
    return response
