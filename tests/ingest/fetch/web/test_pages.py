"""Pages are asked politely: by robots.txt, one at a time for each host, and only if they changed."""

from __future__ import annotations

import threading
import time

import pytest

from ingest.addresses import take_apart
from ingest.fetch.web.gateway import Gateway
from ingest.fetch.web.pages import Known
from ingest.fetch.web.politeness import Turns, rules_of
from ingest.fetch.web.public import Web, is_public
from tests.ingest.conftest import policy
from tests.ingest.fetch.web.conftest import HOST, HTML, fetch_of, lost, whole

PAGE = "<html><body><p>Rowan Hall</p></body></html>"


def test_robots_forbid_a_page_and_allow_the_next(site):
    site.has("/robots.txt", "User-agent: *\nDisallow: /private\n")
    fetch = fetch_of()

    found = [answer.content.link for answer in fetch.pages([site.has("/private/a", PAGE), site.has("/b", PAGE)])]

    assert found == [site.url + "/b"]
    assert lost(fetch) == ["robots"]
    assert site.asked.count("/robots.txt") == 1
    assert "/private/a" not in site.asked


@pytest.mark.parametrize(
    ("status", "text", "allowed"),
    [
        pytest.param(404, "", True, id="no-file"),
        pytest.param(403, "", True, id="refused"),
        pytest.param(503, "", False, id="in-trouble"),
        pytest.param(429, "", False, id="too-many"),
        pytest.param(200, "User-agent: trigpoint\nDisallow: /\n\nUser-agent: *\nAllow: /\n", False, id="our-name"),
        pytest.param(200, "User-agent: *\nDisallow: /*.html$\n", False, id="pattern"),
        pytest.param(200, "User-agent: *\nDisallow: /\nAllow: /hall\n", True, id="longest-rule-wins"),
        pytest.param(200, "<html>not found</html>", True, id="html"),
        pytest.param(200, "\x00\xff" * 1000 + "*" * 5000, True, id="noise"),
    ],
)
def test_robots_are_read_as_the_rfc_says(status, text, allowed):
    rules = rules_of(status, text, "trigpoint/1.0 (+https://example.org)")

    assert rules.allow("https://rowan.example/hall.html") is allowed


def test_a_site_that_asks_for_long_pauses_is_not_read(site):
    site.has("/robots.txt", "User-agent: *\nCrawl-delay: 60\n")
    fetch = fetch_of()

    assert [*fetch.pages([site.has("/a", PAGE)])] == []

    assert lost(fetch) == ["robots"]


def test_a_redirect_is_checked_by_robots_too(site):
    site.has("/robots.txt", "User-agent: *\nDisallow: /private\n")
    site.has("/private", PAGE)
    fetch = fetch_of()

    assert [*fetch.pages([site.has("/a", "", 302, Location="/private")])] == []

    assert lost(fetch) == ["robots"]
    assert "/private" not in site.asked


def test_a_host_is_asked_one_page_at_a_time(site):
    def slowly(handler):
        time.sleep(0.03)
        whole(handler, 200, PAGE.encode(), HTML)

    links = [site.does(f"/{number}", slowly) for number in range(4)]

    assert len([*fetch_of().pages(links)]) == 4

    assert site.most_open == 1


def test_two_requests_to_a_host_are_apart():
    waited: list[float] = []

    class Clock(threading.Event):
        def wait(self, timeout=None):
            waited.append(timeout)
            return False

    turns = Turns(Clock(), now=lambda: 100.0)
    for name, is_counted in (("a", False), ("a", True), ("b", True), ("a", True)):
        with turns.turn(name, 2.0, is_counted=is_counted):
            pass

    assert waited == [0.0, 0.0, 0.0, 2.0]


def test_an_unchanged_page_is_not_sent_again(site):
    link = site.has("/a", "", 304)
    known = Known({"html": PAGE}, etag='"v1"', last_modified="Sun, 29 Nov 2026 10:00:00 GMT")

    (answer,) = fetch_of(known={link: known}).pages([link])

    assert answer.content.unchanged is known
    assert site.headers[1]["If-None-Match"] == '"v1"'
    assert site.headers[1]["If-Modified-Since"] == "Sun, 29 Nov 2026 10:00:00 GMT"


def test_cookies_are_not_kept(site):
    links = [site.has("/a", PAGE, Set_Cookie="seen=1"), site.has("/b", PAGE)]

    assert len([*fetch_of().pages(links)]) == 2

    assert [headers.get("Cookie") for headers in site.headers] == [None, None, None]


def test_a_stopped_run_asks_nothing(site):
    fetch = fetch_of(policy=policy())
    fetch.policy.cancelled.set()

    assert [*fetch.pages([site.has("/a", PAGE)])] == []

    assert (lost(fetch), site.asked) == (["cancelled"], [])


def test_pages_that_take_too_long_together_are_named(site):
    fetch = fetch_of(policy=policy(source_timeout_seconds=0.0))

    assert [*fetch.pages([site.has("/a", PAGE)])] == []

    assert lost(fetch) == ["timeout"]


def test_an_archive_is_asked_for_the_page_and_its_robots(site):
    site.has("/web/https://rowan.example/a", "", 302, Location="/b")
    site.has("/web/https://rowan.example/b", PAGE)
    gateway = Gateway(take_apart(f"{site.url}/web"), Web(lambda ip: ip == HOST or is_public(ip), ("http", "https")))
    fetch = fetch_of(gateway=gateway)

    (answer,) = fetch.pages(["https://rowan.example/a"])

    assert answer.content.document.url == "https://rowan.example/b"
    assert site.asked == [f"/web/https://rowan.example/{name}" for name in ("robots.txt", "a", "b")]


@pytest.mark.parametrize("address", ["64:ff9b::7f00:1", "2002:7f00:1::", "::ffff:10.0.0.1", "100.64.0.1", "fd00::1"])
def test_a_private_address_in_another_form_is_private(address):
    assert not is_public(address)
