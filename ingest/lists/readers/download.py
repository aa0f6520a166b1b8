"""A list at an https address, downloaded to a file that is deleted after use.

No request goes to a private address: not by its name, not after a redirect, and not by a second answer of the DNS.
"""

from __future__ import annotations

import ipaddress
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from ingest.addresses import redacted, redirect_refused, take_apart
from ingest.errors import SourceError
from ingest.lists.readers import Limits

CHUNK_BYTES = 1 << 20
TIMEOUT_SECONDS = (5, 60)
MAX_REDIRECTS = 5


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    ip = ipaddress.ip_address(address)
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_global and not ip.is_multicast


@dataclass(frozen=True)
class Web:
    """Which addresses may be asked."""

    allowed: Callable[[str], bool] = is_public
    schemes: tuple[str, ...] = ("https",)
    user_agent: str = "trigpoint"


@contextmanager
def downloaded(address: str, limits: Limits, web: Web) -> Iterator[Path]:
    """The content of the address, as a file. Raises SourceError."""
    with tempfile.TemporaryDirectory(prefix="trigpoint-") as folder:
        path = Path(folder) / (Path(urlsplit(address).path).name or "list")
        try:
            with checked_session(web) as session, _answer(session, address, web) as answer:
                _save(answer, path, limits)
        except requests.RequestException as error:
            reason = _refusal(error) or f"it does not answer ({type(error).__name__})"
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


class _RefusedError(OSError):
    """The address of the host must not be asked."""


def _refusal(error: BaseException) -> str | None:
    """The sentence of a refused connection, which `requests` wraps several times."""
    seen: list[Any] = [error]
    for cause in seen:
        if isinstance(cause, _RefusedError):
            return str(cause)
        more = [*getattr(cause, "args", ()), getattr(cause, "reason", None), cause.__cause__, cause.__context__]
        seen += [item for item in more if isinstance(item, BaseException) and item not in seen]
    return None


def checked_session(web: Web) -> requests.Session:
    """A session that connects only to allowed addresses."""
    session = _Session()
    session.trust_env = False  # a proxy would hide which address is asked; a .netrc holds secrets
    session.headers["User-Agent"] = web.user_agent
    adapter = _CheckedAdapter(web)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class _Session(requests.Session):
    """A session that no copy of a configuration loses its adapters from."""

    def __deepcopy__(self, _: dict[int, Any]) -> _Session:
        return self


class _CheckedAdapter(HTTPAdapter):
    """Connects only to allowed addresses."""

    def __init__(self, web: Web) -> None:
        self._web = web
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _checked_pools(self._web.allowed)


def _checked_pools(allowed: Callable[[str], bool]) -> dict[str, type[HTTPConnectionPool]]:
    class CheckedHTTPConnection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, super()._new_conn, allowed)

    class CheckedHTTPSConnection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, super()._new_conn, allowed)

    class HTTPPool(HTTPConnectionPool):
        ConnectionCls = CheckedHTTPConnection

    class HTTPSPool(HTTPSConnectionPool):
        ConnectionCls = CheckedHTTPSConnection

    return {"http": HTTPPool, "https": HTTPSPool}


def _connected(
    connection: HTTPConnection, connect: Callable[[], socket.socket], allowed: Callable[[str], bool]
) -> socket.socket:
    """Look the host up, check every answer, connect, and check the peer before a byte is sent."""
    with suppress(socket.gaierror):  # `connect` reports a host without an address
        for *_, address in socket.getaddrinfo(connection.host, connection.port, type=socket.SOCK_STREAM):
            _check(str(address[0]), connection.host, allowed)
    made = connect()
    try:
        _check(str(made.getpeername()[0]), connection.host, allowed)
    except _RefusedError:
        made.close()
        raise
    return made


def _check(address: str, host: str, allowed: Callable[[str], bool]) -> None:
    if not allowed(address.partition("%")[0]):
        raise _RefusedError(f"{host} is an address of a local or private network, which no list may name")
