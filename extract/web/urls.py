"""Parts of a web address."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

# The number identifies the page: all profiles without a name share this path.
NUMBERED = re.compile(r"[^?#]*/profile\.php\?id=\d+")


def split_url(url: str) -> SplitResult:
    """Split a URL. An invalid one ("http://[") has neither host nor path."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


@lru_cache(maxsize=1000)  # several readers look at the same address
def host_of(url: str) -> str:
    return split_url(url).netloc.lower().removeprefix("www.")


def path_of(url: str) -> str:
    return split_url(url).path


def plain_url(url: str) -> str:
    """Host and path, without scheme, www, query and final slash. It is equal for two spellings of an address."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", url.strip().casefold())
    numbered = NUMBERED.match(bare)
    return numbered[0] if numbered else bare.split("?")[0].split("#")[0].rstrip("/")
