"""Web pages: what is kept of them, the record of their place, and pages that cannot be had."""

from __future__ import annotations

import json

import pytest

from ingest.connector import WebConnector
from ingest.connectors.pages import CONNECTOR, read
from ingest.errors import SourceError
from ingest.fetch.web.pages import Known
from tests.ingest.conftest import query
from tests.ingest.fetch.web.conftest import fetch_of, site  # noqa: F401 (a fixture)

# For the tests that hold for every source: a record.
GOOD_RECORD = {
    "link": "https://rowan.example/",
    "url": "https://rowan.example/",
    "html": "<p>x",
    "title": "Rowan",
    "text": "x",
}
PLACE = {
    "@type": "SportsActivityLocation",
    "name": "Rowan Hall",
    "address": {"streetAddress": "7 Rowan Road", "postalCode": "EH6 4AB"},
    "telephone": "+44 131 496 0001",
    "email": "mailto:hall@rowan.example",
    "openingHours": "Mo-Fr 09:00-17:00",
}


def html(shown: str, place: object = PLACE) -> str:
    block = f'<script type="application/ld+json">{json.dumps(place)}</script>' if place else ""
    head = f"<head><title>Rowan Hall</title>{block}</head>"
    return f"<html>{head}<body><main><p>Squash in Leith.</p></main>{shown}</body></html>"


def test_a_page_lands_as_it_is_with_its_text(site):  # noqa: F811
    link = site.has("/hall", html("", place=None), ETag='"v1"')

    (page,) = read(query(targets=(link,)), fetch_of())

    assert page.source_record_id == link
    assert page.payload == {
        "link": link,
        "url": link,
        "content_type": "text/html",
        "charset": "utf-8",
        "undecoded": 0,
        "etag": '"v1"',
        "last_modified": None,
        "html": html("", place=None),
        "title": "Rowan Hall",
        "text": "Squash in Leith.",
        "structured": {"jsonld": [], "microdata": [], "opengraph": {}, "description": None},
    }


def test_the_place_of_a_page_is_a_record_of_its_own(site):  # noqa: F811
    link = site.has("/hall", html("<footer>Tel (0131) 496-0001</footer>"))

    page, place = read(query(targets=(link,)), fetch_of())

    assert (place.source_record_id, place.request_id) == (f"{link}#place", page.request_id)
    assert place.payload == {
        "link": link,
        "url": link,
        "place": PLACE,
        "place_at": "/structured/jsonld/0",
        "shown": {"telephone": ["+44 131 496 0001"], "email": []},
        "weeks": "Mo-Fr 09:00-17:00",
        "description": None,
    }


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param("", id="nowhere"),
        pytest.param("<!-- 0131 496 0001 -->", id="comment"),
        pytest.param('<p style="display:none">0131 496 0001</p>', id="hidden"),
        pytest.param('<img alt="0131 496 0001">', id="alt"),
        pytest.param("<p>0131 496 0002</p>", id="another"),
    ],
)
def test_a_phone_that_no_person_sees_is_not_that_of_the_place(site, hidden):  # noqa: F811
    link = site.has("/hall", html(hidden))

    _, place = read(query(targets=(link,)), fetch_of())

    assert place.payload["shown"]["telephone"] == []


def test_links_are_asked_once_without_fragments_and_no_more_than_planned(site):  # noqa: F811
    links = [site.has(f"/{number}", html("", place=None)) for number in range(3)]

    found = read(query(targets=(links[0], links[0] + "#map", *links[1:]), max_pages=2), fetch_of())

    assert [record.source_record_id for record in found] == links[:2]


@pytest.mark.parametrize(
    ("head", "headers", "word"),
    [
        pytest.param("", {"Cache-Control": "private, no-store"}, "no-store", id="no-store"),
        pytest.param("", {"X-Robots-Tag": "noarchive"}, "noarchive", id="header"),
        pytest.param('<meta content="index, NOARCHIVE" name="robots">', {}, "noarchive", id="meta"),
        pytest.param('<meta name="robots" content="noindex">', {"Cache-Control": "no-cache"}, None, id="none"),
        pytest.param('<meta name="description" content="noarchive">', {}, None, id="another-tag"),
    ],
)
def test_a_copy_that_the_site_forbids_is_not_kept(site, head, headers, word):  # noqa: F811
    link = site.has("/hall", html("").replace("<head>", f"<head>{head}"), **headers)

    page, place = read(query(targets=(link,)), fetch_of())

    assert (page.payload.get("html") is None) == bool(word)
    assert page.payload.get("no_copy") == word
    assert page.payload["text"] == "Squash in Leith."
    assert place.payload["place"] == PLACE


def test_an_unchanged_page_without_a_copy_gives_what_was_read_of_it(site):  # noqa: F811
    link = site.has("/hall", "", 304)
    before = {"link": link, "url": link, "html": None, "no_copy": "no-store", "etag": '"v1"', "title": "Rowan Hall"}
    place_before = {"link": link, "place": PLACE}

    page, place = read(query(targets=(link,)), fetch_of(known={link: Known(before, '"v1"', place=place_before)}))

    assert (page.payload, place.payload) == (before, place_before)
    assert site.headers[-1]["If-None-Match"] == '"v1"'


def test_an_unchanged_page_is_read_again_from_what_landed(site):  # noqa: F811
    link = site.has("/hall", "", 304)
    before = {"link": link, "url": link, "html": html(""), "etag": '"v1"', "title": "Of another reader"}

    page, place = read(query(targets=(link,)), fetch_of(known={link: Known(before, '"v1"')}))

    assert page.payload["title"] == "Rowan Hall"
    assert page.payload["html"] == before["html"]
    assert place.payload["place"] == PLACE


def test_no_page_at_all_is_an_error_and_not_no_places(site):  # noqa: F811
    with pytest.raises(SourceError, match="None of 2 pages could be read \\(not_found\\)"):
        list(read(query(targets=(site.url + "/a", site.url + "/b")), fetch_of()))


def test_no_link_is_no_error():
    assert list(read(query(targets=()), fetch_of())) == []


def test_the_hash_of_a_page_does_not_depend_on_its_markup():
    assert isinstance(CONNECTOR, WebConnector)
    assert {"html", "etag", "last_modified"} <= CONNECTOR.schema.VOLATILE
