"""Social sites: the field of each site, and which of its pages are profiles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from extract.web.urls import split_url


@dataclass(frozen=True)
class SocialSite:
    field_name: str
    hosts: tuple[str, ...]
    home: str  # a handle is appended to it
    handle: re.Pattern[str]
    no_profile: re.Pattern[str]  # paths of posts, shares and searches


def _site(field_name: str, hosts: str, home: str, handle: str, no_profile: str) -> SocialSite:
    paths = re.compile(rf"^/(?:{no_profile})(?:[/.?]|$)", re.IGNORECASE)
    return SocialSite(field_name, tuple(hosts.split()), home, re.compile(handle), paths)


SITES = (
    _site(
        "facebook_url", "facebook.com fb.com fb.me", "https://www.facebook.com/", r"[\w.\-]{2,80}",
        r"sharer?|story|permalink|photo|photos|watch|events|hashtag|search|login|dialog|plugins|reel|"
        r"[^/]+/(?:posts|photos|videos|events)",
    ),
    _site(
        "instagram_url", "instagram.com", "https://www.instagram.com/", r"[A-Za-z0-9_.]{2,30}",
        "p|reels?|explore|stories|accounts|tv|[^/]+/(?:p|reel)",
    ),
    _site(
        "twitter_url", "twitter.com x.com", "https://twitter.com/", r"\w{2,15}",
        "intent|share|search|hashtag|home|i|login|[^/]+/status(?:es)?",
    ),
    _site(
        "linkedin_url", "linkedin.com", "https://www.linkedin.com/company/", r"[\w.\-]{2,100}",
        "sharearticle|sharing|posts|feed|login|jobs|pulse",
    ),
)  # fmt: skip
HOSTS = tuple(host for site in SITES for host in site.hosts)
SITE_OF = {site.field_name: site for site in SITES}


def social_site(host: str) -> SocialSite | None:
    """The site of a host: `m.facebook.com` is a host of Facebook."""
    if not host.endswith(HOSTS):  # nearly every host
        return None
    return next((site for site in SITES for name in site.hosts if host == name or host.endswith(f".{name}")), None)


def is_profile(url: str) -> bool:
    """Whether a URL of a social site is a profile, and not a post, a share or the home page."""
    parts = split_url(url)
    site = social_site(parts.netloc.lower())
    return bool(site and parts.path.strip("/") and not site.no_profile.match(parts.path))


def profile_of(text: str, site: SocialSite) -> str | None:
    """The full address of a profile, from its address in any form or from its handle. None if it is no profile."""
    written = text.strip().strip("@").strip()
    if not re.search(r"[/:]", written) and not _is_host(written, site):
        return site.home + written if site.handle.fullmatch(written) and written.lower() not in ("yes", "no") else None
    root = site.home[: site.home.index("/", len("https://")) + 1]
    if re.match(r"[\w-]+/", written):  # "company/name", "pages/name/123": the site is left out
        written = root + written
    parts = split_url(re.sub(r"^(?!\w+://)/*", "https://", written))
    if social_site(parts.netloc.lower()) != site or not is_profile(parts.geturl()):
        return None
    if parts.path.strip("/") == "profile.php":
        number = parse_qs(parts.query).get("id", [""])[0]
        return f"{root}profile.php?id={number}" if number.isdigit() else None
    return root + parts.path.strip("/@")


def _is_host(text: str, site: SocialSite) -> bool:
    return any(text.lower().removeprefix("www.") == host for host in site.hosts)
