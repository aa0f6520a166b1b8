"""Configured addresses, which may contain secrets, and texts in which a secret may appear.

An address is taken apart where it comes in. Only its `url`, which has no secret, is kept, logged or printed.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urljoin, urlsplit
from urllib.request import url2pathname

MIN_SECRET_CHARACTERS = 4  # to hide a shorter one would hide ordinary text
HIDDEN = "***"
USER_INFO = re.compile(r"(\w://)[^/\s\"'<>]*@")
KEY_PARAMETER = re.compile(r"((?:^|[?&\s\"'])(?:auth|api|access)?[-_]?(?:key|token)=)[^&\s\"'<>]*", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """A configured address. `url` has no user, password or query; these are sent with each request."""

    url: str
    login: tuple[str, str] | None = None
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def authorization(self) -> str | None:
        """The header of HTTP's basic authentication."""
        return f"Basic {_base64(self.login)}" if self.login else None

    def holds(self, url: str) -> bool:
        """Whether the URL has the same origin. The secrets are sent to no other."""
        return _origin(url) == _origin(self.url)

    @property
    def secrets(self) -> tuple[str, ...]:
        values = [secret for name, value in self.parameters for secret in (value, f"{name}={value}")]
        if self.login:
            user, password = self.login
            values += [password or user, f"{user}:{password}", _base64(self.login)]
        return tuple(values)


def take_apart(address: str) -> Address:
    """The public and the secret parts of an address. Never raises: the first request will report a wrong address."""
    scheme, mark, rest = address.rpartition("://") if "://" not in address else address.partition("://")
    user_info, host_and_path = _split_user_info(rest.partition("#")[0])
    path, _, query = host_and_path.partition("?")
    user, _, password = user_info.partition(":")
    return Address(
        url=scheme + mark + path,
        login=(unquote(user), unquote(password)) if user_info else None,
        parameters=tuple(parse_qsl(query, keep_blank_values=True)),
    )


def _split_user_info(rest: str) -> tuple[str, str]:
    """The user part of an address without its scheme, and the rest.

    A slash in a password should be percent-encoded. If it is not, the text after the first colon is no port.
    """
    authority = re.match(r"[^/?]*", rest)[0]  # type: ignore[index]  # it matches anything
    if "@" in authority:
        user_info, _, host = authority.rpartition("@")
        return user_info, host + rest[len(authority) :]
    if re.match(r"[^/?\[]*:(?!\d*$)", authority) and "@" in rest:
        user_info, _, host = rest.rpartition("@")
        return user_info, host
    return "", rest


def redacted(text: str, secrets: Collection[str | None] = ()) -> str:
    """The text without the secrets, in any encoding, and without the secrets of URLs in the text."""
    for form in sorted({form for secret in secrets if secret for form in _forms(secret)}, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    return KEY_PARAMETER.sub(rf"\g<1>{HIDDEN}", USER_INFO.sub(rf"\g<1>{HIDDEN}@", text))


def _forms(secret: str) -> Iterator[str]:
    if len(secret) < MIN_SECRET_CHARACTERS:
        return
    for form in (secret, quote(secret), quote(secret, safe=""), quote_plus(secret)):
        yield form
        yield re.sub(r"%[0-9A-F]{2}", lambda code: code[0].lower(), form)


def secrets_in(environment: Mapping[str, str]) -> list[str]:
    """Every key and token of the environment, and the secrets in its addresses."""
    keys = [value for name, value in environment.items() if name.upper().endswith(("KEY", "TOKEN"))]
    addresses = [value for name, value in environment.items() if name.upper().endswith(("_URL", "_PROXY"))]
    return [*keys, *(secret for address in addresses for secret in take_apart(address).secrets)]


def redirect_refused(asked: str, location: str, *, is_secret: bool) -> str | None:
    """Where a redirect leads that must not be followed; None for one that may be followed.

    A request with a secret stays at its origin (scheme, host and port). One without stays on https and on the web.
    """
    there = urljoin(asked, location)
    origin, other = _origin(asked), _origin(there)
    if origin == other:
        return None
    is_downgrade = origin.startswith("https:") and not other.startswith("https:")
    if is_secret or is_downgrade or not other.startswith(("http:", "https:")) or take_apart(there).login:
        return other
    return None


def _origin(url: str) -> str:
    """Scheme, host and port without a default port, such as `https://example.org`."""
    scheme, _, rest = take_apart(url).url.partition("://")
    host = rest.partition("/")[0].lower()
    default = {"http": ":80", "https": ":443"}.get(scheme.lower(), "")
    return f"{scheme.lower()}://{host.removesuffix(default) if default else host}"


def _base64(login: tuple[str, str]) -> str:
    return b64encode(":".join(login).encode()).decode()


def local_file(address: str) -> Path:
    """The file that an address names: a `file://` URL, or a path as it is."""
    return Path(url2pathname(urlsplit(address).path)) if address.startswith("file:") else Path(address)
