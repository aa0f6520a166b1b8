"""The registrable domain of a host, by Mozilla's Public Suffix List.

The models look it up in the seed `public_suffixes`, which is made from the same list.
"""

from __future__ import annotations

from functools import lru_cache

from publicsuffixlist import PublicSuffixList

# Hosts of many people's sites that the list lacks. `make suffixes` writes them into the seed too.
SHARED = frozenset(
    [
        *("wordpress.com", "weebly.com", "blogspot.co.uk", "jimdofree.com", "jimdosite.com", "business.site"),
        *("squarespace.com", "tumblr.com", "webador.co.uk", "yolasite.com", "webnode.page", "godaddysites.com"),
    ]
)


@lru_cache
def _list() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=50_000)
def registrable_domain(host: str) -> str | None:
    """`clubs.example.co.uk` gives example.co.uk, `club.github.io` itself. None for a public suffix."""
    domain = _list().privatesuffix(host)
    if domain not in SHARED:
        return domain
    labels = host.split(".")
    return ".".join(labels[-len(domain.split(".")) - 1 :]) if host != domain else None


def registered_name(host: str) -> str:
    """The name that was registered: powerleague of powerleague.com, matchi of matchi.se, club of club.github.io."""
    return (registrable_domain(host) or host).split(".")[0]
