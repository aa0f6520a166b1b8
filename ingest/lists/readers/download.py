"""A list at an https address, downloaded to a file that is deleted after use.

No request goes to a private address: not by its name, not after a redirect, and not by a second answer of the DNS.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from ingest.addresses import redacted, redirect_refused, take_apart
from ingest.errors import SourceError
from ingest.fetch.web.public import Web, checked_session, refusal
from ingest.lists.readers import Limits

CHUNK_BYTES = 1 << 20
TIMEOUT_SECONDS = (5, 60)
MAX_REDIRECTS = 5


@contextmanager
def downloaded(address: str, limits: Limits, web: Web) -> Iterator[Path]:
    """The content of the address, as a file. Raises SourceError."""
    with tempfile.TemporaryDirectory(prefix="trigpoint-") as folder:
        path = Path(folder) / (Path(urlsplit(address).path).name or "list")
        try:
            with checked_session(web) as session, _answer(session, address, web) as answer:
                _save(answer, path, limits)
        except requests.RequestException as error:
            reason = refusal(error) or f"it does not answer ({type(error).__name__})"
            raise _failed(address, f"{reason}; check the address, or download the file yourself") from None
        yield path


def _answer(session: requests.Session, address: str, web: Web) -> requests.Response:
    """The answer after its redirects. Each step is checked before it is asked."""
    url = address
    for _ in range(MAX_REDIRECTS + 1):
        _check_scheme(url, web)
        answer = session.get(url, stream=True, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        location = answer.headers.get("Location") if answer.is_redirect else None
        if not location:
            _check_status(answer, address)
            return answer
        answer.close()
        if redirect_refused(url, location, is_secret=bool(take_apart(url).login)):
            raise _failed(address, "it redirects to a place that must not be asked; give the final https address")
        url = urljoin(url, location)
    raise _failed(address, f"it redirects more than {MAX_REDIRECTS} times; give the final https address")


def _check_scheme(url: str, web: Web) -> None:
    if urlsplit(url).scheme.lower() not in web.schemes:
        raise _failed(url, "only https addresses are read; give an https address, or download the file yourself")


def _check_status(answer: requests.Response, address: str) -> None:
    if answer.status_code != requests.codes.ok:
        answer.close()
        raise _failed(address, f"it answers {answer.status_code}; check the address, or download the file yourself")


def _save(answer: requests.Response, path: Path, limits: Limits) -> None:
    """Write the body, as far as the limits of size and time allow. A body that ends too early is no list."""
    deadline, size = time.monotonic() + limits.download_seconds, 0
    with path.open("wb") as file:
        for chunk in answer.iter_content(CHUNK_BYTES):
            size += len(chunk)
            if size > limits.download_bytes:
                most = limits.download_bytes / (1 << 20)
                raise _failed(answer.url, f"it is larger than {most:,.0f} MiB; download the file yourself")
            if time.monotonic() > deadline:
                raise _failed(answer.url, "the download takes too long; download the file yourself")
            file.write(chunk)


def _failed(address: str, reason: str) -> SourceError:
    return SourceError("redirected", f"{redacted(address.partition('?')[0])} cannot be read: {reason}.")
