"""Reads web addresses: the own site of a place, and its profiles on social sites, from any field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from extract.values.reading import Reading, Values, first_readable
from extract.values.seed_rows import read_rows
from extract.values.value_paths import Parts, Written
from extract.web.social import SITE_OF, SITES, is_profile, profile_of, social_site
from extract.web.urls import host_of, plain_url, split_url

HREF = re.compile(r"href\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
# "a.example;b.example", "a.example, b.example". A comma or semicolon inside an address has no address after it.
APART = re.compile(r"\s*[;,|]\s*(?=https?:|www\.)|\s*;\s*|\s*,\s+|\s+or\s+|\s+", re.IGNORECASE)
HOST = re.compile(r"(?=.{4,253}$)(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:[^\W\d_]{2,}|xn--[a-z0-9-]+)", re.IGNORECASE)
# One address as it is kept, without a query: nearly every website of a list.
PLAIN = re.compile(r"https?://(?P<host>[a-z0-9.-]+)(?:/(?:[\w./~-]*[\w/~-])?)?", re.ASCII)
# These parameters say where the visitor came from. They do not change the page.
TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|igsh|mc_[ce]id|_ga|y_source", re.IGNORECASE
)
MAP = re.compile(
    r"(?:[\w-]+\.)*google\.[a-z.]+/(?:maps|search|url)|maps\.google\.|g\.page/|goo\.gl/maps|maps\.app\.goo\.gl|"
    r"maps\.apple\.com|(?:www\.)?openstreetmap\.org",
    re.IGNORECASE,
)
OF_MAPS = re.compile(r"google|g\.page|goo\.gl|apple|openstreetmap", re.IGNORECASE)  # one is in each of these


@lru_cache(maxsize=1000)  # the own site and each profile are looked for in the same text
def read_urls(text: str) -> tuple[str, ...]:
    """Every web address of a field, with its scheme and without tracking parameters."""
    return tuple(_urls(text))


def _urls(text: str) -> Iterator[str]:
    if (plain := PLAIN.fullmatch(text)) and HOST.fullmatch(plain["host"]):
        yield text
        return
    for piece in HREF.findall(text) or APART.split(text):
        written = piece.strip("<>\"'()[]").rstrip(".,;")
        url = re.sub(r"^(?:https?:?/*|//)?", "https://", written, count=1, flags=re.IGNORECASE)
        if written.lower().startswith("http:"):
            url = f"http://{url.removeprefix('https://')}"
        parts = split_url(url)
        host = parts.netloc.rpartition("@")[2].lower()
        if HOST.fullmatch(re.sub(r":\d+$", "", host)) and "@" not in parts.netloc:
            is_tracked = parts.query and TRACKING.search(parts.query)
            yield parts._replace(netloc=host, query=_untracked(parts.query) if is_tracked else parts.query).geturl()


def _untracked(query: str) -> str:
    return urlencode([pair for pair in parse_qsl(query, True) if not TRACKING.fullmatch(pair[0])])


def website_reader(web_domains: Path) -> Callable[[Parts, str | None], Iterator[Reading]]:
    """A reader that knows the shared sites from the seed `web_domains`. They are no place's own site."""
    kinds = {row["domain"]: row["kind"] for row in read_rows(web_domains)}

    def find_websites(parts: Parts, country: str | None) -> Iterator[Reading]:
        operators = {host_of(url) for operator in parts.get("operator", []) for url in read_urls(operator.text or "")}
        websites = parts.get("website", [])
        linked = [*websites, *parts.get("profile", [])]
        yield from first_readable("website_url", websites, lambda text: own_sites(text, operators, kinds))
        social = {field_name for written in linked for field_name in _social_fields(written.text or "")}
        for site in SITES:
            given = parts.get(site.field_name.removesuffix("_url"), [])
            on_site = linked if site.field_name in social else ()
            texts = [*given, *(written for written in on_site if _is_on(written, site.field_name))]
            if texts:
                yield from first_readable(site.field_name, texts, partial(profiles, field_name=site.field_name))

    return find_websites


def own_sites(text: str, operators: set[str], kinds: Mapping[str, str]) -> Values:
    """The addresses of a field that can be the place's own, or why the first one cannot."""
    urls = list(read_urls(text))
    refusals = [_refusal(url, operators, kinds) for url in urls]
    own = tuple(url for url, refusal in zip(urls, refusals, strict=True) if refusal is None)
    return Values(own, None if own else next(iter(refusals), "no_url"))


def _refusal(url: str, operators: set[str], kinds: Mapping[str, str]) -> str | None:
    host = host_of(url)
    if social_site(host):
        return "profile" if is_profile(url) else "post"
    if any(host == operator or host.endswith(f".{operator}") for operator in operators):
        return "operator"
    if OF_MAPS.search(url) and MAP.match(plain_url(url)):
        return "map"
    kind = _kind(host, kinds)
    # A page on a booking platform is often the only site of a club, and the source says that it is the club's.
    is_page_of_one = kind == "booking" and "/" in plain_url(url)
    return None if is_page_of_one else kind


def _kind(host: str, kinds: Mapping[str, str]) -> str | None:
    """The kind of the host, or of a parent domain."""
    parts = host.split(".")
    return next((kinds[name] for start in range(len(parts) - 1) if (name := ".".join(parts[start:])) in kinds), None)


def profiles(text: str, field_name: str) -> Values:
    """Profiles on one social site, from whole addresses and handles."""
    site = SITE_OF[field_name]
    pieces = HREF.findall(text) or [piece for piece in re.split(r"\s*[;,|]\s*", text) if piece]
    found = tuple(dict.fromkeys(url for piece in pieces if (url := profile_of(piece, site))))
    return Values(found, None if found else "no_profile")


def _is_on(written: Written, field_name: str) -> bool:
    return field_name in _social_fields(written.text or "")


@lru_cache(maxsize=1000)  # each site is looked for in the same text
def _social_fields(text: str) -> frozenset[str]:
    """The social sites that the text has an address of, by field."""
    return frozenset(site.field_name for url in read_urls(text) if (site := social_site(host_of(url))))
