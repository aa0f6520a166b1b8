"""The web pages of search results about a place. A page gives its text; what it tells machines of one place is a record
beside it, whose key ends in `#place`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urldefrag

from ingest.calls import SourceQuery
from ingest.checks.payload_schema import PayloadSchema
from ingest.connector import WebConnector
from ingest.errors import SourceError
from ingest.fetch.web.document import content_type, copy_is_refused_by, decoded
from ingest.fetch.web.pages import Page, PageFetch
from ingest.fetch.web.reading import read_page
from ingest.records import SourceRecord, key_text

OF_THE_PLACE = ("place", "place_at", "shown", "weeks", "description")


class Record(PayloadSchema):
    """A page, or the place that it describes to machines."""

    VOLATILE = frozenset({"html", "no_copy", "etag", "last_modified", "content_type", "charset", "undecoded"})

    link: str | None = None  # of the search result
    url: str | None = None  # after redirects
    content_type: str | None = None
    charset: str | None = None
    undecoded: int | None = None  # characters that the character set cannot read
    etag: str | None = None
    last_modified: str | None = None
    html: str | None = None
    no_copy: str | None = None  # the word by which the site forbids to keep the HTML
    title: str | None = None
    text: str | None = None  # the main text; after a form feed, the contacts beside it
    structured: dict[str, Any] | None = None
    place: dict[str, Any] | None = None
    place_at: str | None = None  # where in `structured` of the page
    shown: dict[str, Any] | None = None  # what of the contacts a person sees on the page, too
    weeks: str | None = None
    description: str | None = None  # for search engines


def read(query: SourceQuery, fetch: PageFetch) -> Iterator[SourceRecord]:
    """Yield the page of each link, and its place. Raises SourceError if no page at all could be had."""
    links = tuple(dict.fromkeys(urldefrag(link).url for link in query.targets))[: query.max_pages]
    rank = 0
    for answer in fetch.pages(links):
        for record in _records(answer.content):
            rank += 1
            yield answer.record(record, record_id, rank)
    if links and not rank:
        reasons = ", ".join(sorted({call.error_kind for call in fetch.calls if call.error_kind}))
        raise SourceError("partial", f"None of {len(links)} pages could be read ({reasons}); the call log has each.")


def record_id(record: Mapping[str, Any]) -> str:
    return key_text(record["link"]) + ("#place" if record.get("place") else "")


def _records(page: Page) -> Iterator[dict[str, Any]]:
    """What the site sent; for an unchanged page, what it sent before. A copy that the site forbids is not kept."""
    before = page.unchanged
    if before and before.payload.get("no_copy"):
        yield from filter(None, [dict(before.payload), dict(before.place or {})])
        return
    refusal = None if before else copy_is_refused_by(page.document, decoded(page.document)[0])
    for record in records_of(dict(before.payload) if before else _landed(page)):
        yield {**record, "html": None, "no_copy": refusal} if refusal and "html" in record else record


def _landed(page: Page) -> dict[str, Any]:
    text, charset, undecoded = decoded(page.document)
    return {
        "link": page.link,
        "url": page.document.url,
        "content_type": content_type(page.document)[0] or None,
        "charset": charset,
        "undecoded": undecoded,
        "etag": page.document.headers.get("ETag"),
        "last_modified": page.document.headers.get("Last-Modified"),
        "html": text,
    }


def records_of(sent: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The page, and the place that it describes to machines. `sent` has its link, its address and its HTML."""
    found = read_page(str(sent["html"]), str(sent["url"]))
    place = {name: found.pop(name) for name in OF_THE_PLACE}
    yield {**sent, **found}
    if place["place"]:
        yield {"link": sent["link"], "url": sent["url"], **place}


SOURCE = "pages"  # its row of the seed `sources`
CONNECTOR = WebConnector(read=read, schema=Record)
