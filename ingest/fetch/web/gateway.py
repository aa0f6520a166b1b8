"""Through which address pages are asked: each at its own, or all through an archive of the web."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from ingest.addresses import Address, redirect_refused, take_apart
from ingest.errors import SourceError
from ingest.fetch.web.public import Web, is_public

SCHEMES = ("http", "https")


@dataclass(frozen=True)
class Gateway:
    """The web itself, if `archive` is None. An archive answers for a page under `<its url>/<url of the page>`."""

    archive: Address | None
    web: Web

    @classmethod
    def of(cls, address: str, user_agent: str) -> Gateway:
        """`address` is empty for the web itself."""
        if not address:
            return cls(None, Web(is_public, SCHEMES, user_agent))
        archive = take_apart(address.rstrip("/"))
        named = _addresses_of(archive.url)
        return cls(archive, Web(lambda ip: ip in named or is_public(ip), SCHEMES, user_agent))

    @cached_property
    def headers(self) -> dict[str, str]:
        login = self.archive and self.archive.authorization
        return {"Authorization": login} if login else {}

    def asked(self, url: str) -> str:
        """The address to ask for the page. Raises SourceError for a page that must not be asked."""
        self._check(url)
        return f"{self.archive.url}/{url}" if self.archive else url

    def next(self, url: str, location: str) -> str:
        """The page to which a redirect leads. Raises SourceError if it must not be followed."""
        there = location
        if self.archive and location.startswith(f"{self.archive.url}/"):
            there = location.removeprefix(f"{self.archive.url}/")
        if elsewhere := redirect_refused(url, there, is_secret=False):
            raise SourceError("redirected", f"The page redirects to {elsewhere[:200]}, which must not be asked.")
        return urljoin(url, there)

    def _check(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise SourceError("bad_request", "The link is no address of the web.") from None
        if parts.scheme.lower() not in self.web.schemes or not host or parts.username is not None:
            raise SourceError("bad_request", "The link is no http or https address without a login.")
        with suppress(ValueError):  # an archive resolves names, and would ask an address as it is
            if not self.web.allowed(str(ipaddress.ip_address(host))):
                raise SourceError("private_address", f"{host} is an address of a local or private network.")


def _addresses_of(url: str) -> frozenset[str]:
    parts = urlsplit(url)
    with suppress(OSError, ValueError):
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
        return frozenset(str(place[0]) for *_, place in found)
    return frozenset()
