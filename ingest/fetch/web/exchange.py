"""One request for one document of the web, and its answer: within limits of size and time, and never hanging."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from http.cookiejar import DefaultCookiePolicy

import requests
import urllib3
from requests import Response

from ingest.errors import SourceError
from ingest.fetch.web.public import Web, checked_session, refusal

CHUNK_BYTES = 1 << 16
CONNECT_SECONDS = 5.0


@dataclass(frozen=True)
class PageLimits:
    """How much one page may cost us."""

    bytes: int = 2 << 20  # after decompression
    seconds: float = 15.0  # of one request
    redirects: int = 5
    robots_bytes: int = 500 << 10  # RFC 9309 asks readers to parse at least as much
    longest_pause_seconds: float = 10.0  # a site that asks for more between two requests is not read
    at_once: int = 4  # sites that are asked at the same time


@dataclass(frozen=True)
class Document:
    """An answer as it came, decompressed."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(url: str, headers: Mapping[str, str], web: Web, limits: PageLimits, *, is_cut: bool = False) -> Document:
    """Send one GET, and follow no redirect. Raises SourceError.

    `is_cut`: a longer body ends at the limit. Otherwise it is a fault.
    """
    twins: list[socket.socket] = []
    watched = replace(web, connected=lambda made: twins.append(made.dup()))
    deadline = time.monotonic() + limits.seconds
    try:
        with _ended_after(limits.seconds, twins), checked_session(watched) as session:
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            return _answer(session, url, headers, limits, deadline, is_cut=is_cut)
    except (requests.RequestException, urllib3.exceptions.HTTPError, UnicodeError) as error:
        raise _failure(error, time.monotonic() >= deadline, limits) from None


@contextmanager
def _ended_after(seconds: float, twins: list[socket.socket]) -> Iterator[None]:
    """Cut every connection after that time: a time-out for each byte alone never ends headers that drip."""

    def cut() -> None:
        for twin in twins:
            with suppress(OSError):
                twin.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        for twin in twins:
            twin.close()


def _answer(
    session: requests.Session,
    url: str,
    headers: Mapping[str, str],
    limits: PageLimits,
    deadline: float,
    *,
    is_cut: bool,
) -> Document:
    timeout = (min(CONNECT_SECONDS, limits.seconds), limits.seconds)
    sent = {"Connection": "close", "Accept-Encoding": "gzip, deflate", **headers}
    with session.get(url, headers=sent, stream=True, timeout=timeout, allow_redirects=False) as response:
        stated = response.headers.get("Content-Length", "").strip()
        if not is_cut and stated.isdecimal() and int(stated[:18]) > limits.bytes:
            raise _too_large(limits)
        body = b"" if response.is_redirect else _body(response, limits, deadline, is_cut=is_cut)
        return Document(url, response.status_code, response.headers, body)


def _body(response: Response, limits: PageLimits, deadline: float, *, is_cut: bool) -> bytes:
    parts: list[bytes] = []
    size = 0
    while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
        parts.append(chunk)
        size += len(chunk)
        if size > limits.bytes:
            if is_cut:
                break
            raise _too_large(limits)
        if time.monotonic() >= deadline:
            break
    if time.monotonic() >= deadline:  # a connection that was cut looks like the end of a body without a length
        raise _too_slow(limits)
    return b"".join(parts)[: limits.bytes]


def _failure(error: Exception, is_late: bool, limits: PageLimits) -> SourceError:
    if reason := refusal(error):
        return SourceError("private_address", f"{reason}.")
    if is_late or isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return _too_slow(limits)
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema | UnicodeError):
        return SourceError("bad_request", "The link is no address of the web.", str(error))
    if isinstance(error, requests.exceptions.ContentDecodingError | urllib3.exceptions.DecodeError):
        return SourceError("malformed", "The answer cannot be decompressed.", str(error))
    return SourceError("server_busy", f"The site gives no whole answer ({type(error).__name__}).", str(error))


def _too_large(limits: PageLimits) -> SourceError:
    return SourceError("too_large", f"The page is larger than {limits.bytes / (1 << 20):g} MiB.")


def _too_slow(limits: PageLimits) -> SourceError:
    return SourceError("timeout", f"The page did not come whole within {limits.seconds:g} s.")
