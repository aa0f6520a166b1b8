"""Google's web results through serper.dev. A result is a lead: reading it is extraction's job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator
from requests import Response

from ingest.calls import Ask, SourceError, SourceRecord, as_record
from ingest.http import SourceClient, plain_text
from ingest.shapes import Degrees, Shape

BASE_URL = "https://google.serper.dev"


class Record(Shape):
    """A knowledge graph, an organic result or a place of the places box."""

    VOLATILE = frozenset({"position"})

    title: str | None = None
    link: str | None = None
    snippet: str | None = None
    position: int | None = None
    date: str | None = None
    sitelinks: list[dict[str, Any]] | None = None
    attributes: dict[str, Any] | None = None
    imageUrl: Any = None
    rating: float | None = None
    ratingCount: int | None = None
    # the knowledge graph
    type: str | None = None
    website: str | None = None
    description: str | None = None
    descriptionSource: Any = None
    descriptionLink: Any = None
    # the places box
    cid: str | None = None
    placeId: str | None = None
    fid: Any = None
    address: str | None = None
    latitude: Degrees = None
    longitude: Degrees = None
    phoneNumber: str | None = None
    category: str | None = None
    types: list[str] | None = None
    openingHours: dict[str, Any] | None = None
    priceLevel: Any = None
    thumbnailUrl: Any = None
    bookingLinks: Any = None


def read(ask: Ask, client: SourceClient) -> Iterator[SourceRecord]:
    """Yield the knowledge graph, each organic result and each place of the answer."""
    body = {
        "q": ask.text,
        "gl": "gb",
        "hl": "en",
        "location": f"{ask.area.name}, United Kingdom",
        "num": 10,  # more would cost a second credit
        "page": 1,
    }
    rank = 0
    paginator = PageNumberPaginator(base_page=1, page_body_path="page", total_path=None, maximum_page=ask.max_pages + 1)
    for answer in client.pages(
        "search",
        method="POST",
        json=body,
        headers={"X-API-KEY": client.api_key or ""},
        paginator=paginator,
        selector="organic",
        max_pages=ask.max_pages,
    ):
        for item in _items(answer):
            rank += 1
            yield as_record(item, record_id, rank)


def _items(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if answer.get("knowledgeGraph"):
        yield answer["knowledgeGraph"]
    yield from answer.get("organic") or []
    yield from answer.get("places") or []


def record_id(item: dict[str, Any]) -> str:
    """The link without what only tracks it; a place's cid; the title of a knowledge graph."""
    if "cid" in item:
        return f"cid:{item['cid']}"
    return normalise_link(item["link"]) if "link" in item else f"kg:{item['title']}"


def normalise_link(link: str) -> str:
    parts = urlsplit(link)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.startswith("utm_") and name != "srsltid"
    ]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))


def judge(response: Response) -> SourceError | None:
    """Credits used up arrive as status 400: the message decides."""
    text = plain_text(response)
    if response.status_code == 400 and "not enough credits" in text.lower():
        return SourceError("quota_exhausted", "Serper's credits are used up; buy more at serper.dev.", text, 400)
    if response.status_code in (401, 403):
        return SourceError("bad_credentials", "Serper refused the key; set SERPER_API_KEY in .env.", text, 403)
    return None
