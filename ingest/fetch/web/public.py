"""A session that connects to public addresses only. No name and no second answer of the DNS leads it to a private one.

The caller follows redirects itself and asks a new request for each, so that each is checked.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

NAT64 = ipaddress.ip_network("64:ff9b::/96")  # its last 32 bits are an IPv4 address


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet. An IPv6 address may carry an IPv4 one."""
    ip = ipaddress.ip_address(address)
    if ip in NAT64:
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    carried = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return (carried or ip).is_global and not ip.is_multicast


@dataclass(frozen=True)
class Web:
    """Which addresses may be asked."""

    allowed: Callable[[str], bool] = is_public
    schemes: tuple[str, ...] = ("https",)
    user_agent: str = "trigpoint"
    connected: Callable[[socket.socket], None] = lambda _: None  # is called with each new connection


class _RefusedError(OSError):
    """The address of the host must not be asked."""


def refusal(error: BaseException) -> str | None:
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
        self.poolmanager.pool_classes_by_scheme = _checked_pools(self._web)


def _checked_pools(web: Web) -> dict[str, type[HTTPConnectionPool]]:
    class CheckedHTTPConnection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, super()._new_conn, web)

    class CheckedHTTPSConnection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, super()._new_conn, web)

    class HTTPPool(HTTPConnectionPool):
        ConnectionCls = CheckedHTTPConnection

    class HTTPSPool(HTTPSConnectionPool):
        ConnectionCls = CheckedHTTPSConnection

    return {"http": HTTPPool, "https": HTTPSPool}


def _connected(connection: HTTPConnection, connect: Callable[[], socket.socket], web: Web) -> socket.socket:
    """Look the host up, check every answer, connect, and check the peer before a byte is sent."""
    with suppress(socket.gaierror):  # `connect` reports a host without an address
        for *_, address in socket.getaddrinfo(connection.host, connection.port, type=socket.SOCK_STREAM):
            _check(str(address[0]), connection.host, web.allowed)
    made = connect()
    try:
        _check(str(made.getpeername()[0]), connection.host, web.allowed)
    except _RefusedError:
        made.close()
        raise
    web.connected(made)
    return made


def _check(address: str, host: str, allowed: Callable[[str], bool]) -> None:
    if not allowed(address.partition("%")[0]):
        raise _RefusedError(f"{host} is an address of a local or private network, which must not be asked")
