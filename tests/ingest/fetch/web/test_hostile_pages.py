"""A hostile web server: nothing hangs, nothing is lost without its reason, nothing private is asked."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import replace
from functools import partial

import pytest

from ingest.fetch.web.document import decoded
from tests.ingest.fetch.web.conftest import HTML, LIMITS, Site, begin, bomb, drip, drip_headers, endless, fetch_of, lost

PAGE = "<html><body><p>Rowan Hall</p></body></html>"


def test_a_page_comes_as_it_is_with_its_call(site):
    link = site.has("/hall", PAGE)
    fetch = fetch_of()

    (answer,) = fetch.pages([link])

    assert (answer.content.document.body.decode(), answer.content.link) == (PAGE, link)
    assert [(call.url, call.status, call.records, call.error_kind) for call in fetch.calls] == [
        (f"{site.url}/robots.txt", 404, 0, None),
        (link, 200, 1, None),
    ]
    assert answer.request_id == fetch.calls[1].request_id


def answer_too_large(site: Site) -> str:
    def stated(handler):
        begin(handler, 200, {**HTML, "Content-Length": str(100 << 20)})

    return site.does("/large", stated)


def redirect_without_end(site: Site) -> str:
    site.has("/b", "", 302, Location="/a")
    return site.has("/a", "", 302, Location="/b")


def leads_to(location: str):
    return lambda site: site.has("/x", "", 302, Location=location)


def serves(body: bytes | str, status: int = 200, **headers: str):
    return lambda site: site.has("/x", body, status, **headers)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        pytest.param(lambda site: site.does("/x", endless), "too_large", id="endless"),
        pytest.param(lambda site: site.does("/x", partial(drip, site=site)), "timeout", id="drips"),
        pytest.param(lambda site: site.does("/x", partial(drip_headers, site=site)), "timeout", id="drips-headers"),
        pytest.param(lambda site: site.does("/x", lambda _: site.closing.wait(5)), "timeout", id="never-answers"),
        pytest.param(lambda site: site.does("/x", bomb), "too_large", id="compressed-bomb"),
        pytest.param(answer_too_large, "too_large", id="100-MB"),
        pytest.param(redirect_without_end, "redirected", id="redirects-without-end"),
        pytest.param(leads_to("http://169.254.169.254/"), "private_address", id="link-local"),
        pytest.param(leads_to("http://localhost:1/"), "private_address", id="localhost"),
        pytest.param(leads_to("http://[::1]:1/"), "private_address", id="localhost-6"),
        pytest.param(leads_to("file:///etc/passwd"), "redirected", id="file"),
        pytest.param(leads_to("http://me:pw@127.0.0.2/"), "redirected", id="login"),
        pytest.param(serves(b"%PDF-1.7 \x00\xe2\xe3"), "not_a_page", id="html-that-is-pdf"),
        pytest.param(serves(b"GIF89a\x01", Content_Type="image/gif"), "not_a_page", id="image"),
        pytest.param(serves(b"\x89PNG\r\n\x1a\n\x00\x00\x00"), "not_a_page", id="html-that-is-png"),
        pytest.param(serves(b" \n"), "not_a_page", id="empty"),
        pytest.param(serves(b"no gzip", Content_Encoding="gzip"), "malformed", id="no-gzip"),
        pytest.param(serves(PAGE, 304), "not_a_page", id="unchanged-but-unknown"),
        pytest.param(serves(PAGE, 404), "not_found", id="404"),
        pytest.param(serves(PAGE, 403), "forbidden", id="403"),
        pytest.param(serves(PAGE, 503), "server_busy", id="503"),
        pytest.param(serves(PAGE, Content_Length="9999"), "server_busy", id="hangs-up"),
        pytest.param(lambda _: "ftp://127.0.0.2/x", "bad_request", id="ftp"),
        pytest.param(lambda _: "http://[", "bad_request", id="no-address"),
        pytest.param(lambda _: "http://10.0.0.1/", "private_address", id="private-link"),
    ],
)  # fmt: skip
def test_a_hostile_page_is_lost_with_its_reason_and_no_other_page_is(site, page, reason):
    started = time.monotonic()
    good = site.has("/good", PAGE)
    fetch = fetch_of()

    found = [answer.content.link for answer in fetch.pages([page(site), good])]

    assert found == [good]
    assert lost(fetch) == [reason]
    assert time.monotonic() - started < 4


def test_a_bomb_needs_little_memory(site):
    tracemalloc.start()
    try:
        assert [*fetch_of().pages([site.does("/x", bomb)])] == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 10_000_000  # of the 20 MB that the answer holds


@pytest.mark.parametrize(
    ("body", "charset", "text", "unread"),
    [
        pytest.param("<p>Café".encode(), "utf-8", "Café", 0, id="utf-8"),
        pytest.param("<p>Café".encode("cp1252"), "utf-8", "Caf", 0, id="header-lies"),
        pytest.param(b"<meta charset=iso-8859-2>" + "Łódź".encode("iso-8859-2"), "", "Łódź", 0, id="meta"),
        pytest.param("\ufeff<p>Café".encode("utf-16-le"), "utf-8", "Café", 0, id="mark"),
        pytest.param("<p>Café".encode(), "no-such-charset", "Café", 0, id="unknown-name"),
        pytest.param(b"<p>Caf\xc3\xa9 \x81\xff\xfe", "utf-8", "Café", 3, id="broken"),
    ],
)
def test_no_character_set_raises(site, body, charset, text, unread):
    link = site.has("/x", body, Content_Type=f"text/html; charset={charset}")

    (answer,) = fetch_of().pages([link])
    read, _, count = decoded(answer.content.document)

    assert text in read
    assert count <= unread


def test_robots_that_cannot_be_read_forbid_and_hang_nothing(site):
    site.does("/robots.txt", partial(drip, site=site))
    fetch = fetch_of(limits=replace(LIMITS, seconds=0.3))

    assert [*fetch.pages([site.has("/a", PAGE), site.has("/b", PAGE)])] == []

    assert lost(fetch) == ["timeout", "timeout"]
    assert "/a" not in site.asked
