"""Google's web results through serper.dev. A result is a lead: reading it is extraction's job.

What Google tells in boxes of its own (a knowledge graph, places on a map, an answer) is structured already. Its key
says which it is: `kg:`, `cid:` or `place:`, `answer:`. The key of a page is its address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator
from requests import Response

from ingest.calls import Ask, SourceError, SourceRecord, as_record, key_text
from ingest.http import SourceClient, plain_text
from ingest.shapes import Degrees, Shape

BASE_URL = "https://google.serper.dev"


class Record(Shape):
    """A knowledge graph, an answer, an organic result or a place of the places box."""

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
    kgmid: str | None = None
    # the answer box
    answer: str | None = None
    snippetHighlighted: Any = None
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
        for identify, item in _items(answer):
            rank += 1
            yield as_record(item, identify, rank)


def _items(answer: dict[str, Any]) -> Iterator[tuple[Callable[[Any], str], Any]]:
    """Each record of the answer, and how its key is read."""
    if graph := answer.get("knowledgeGraph"):
        yield graph_id, graph
    if box := answer.get("answerBox"):
        yield answer_id, box
    yield from ((page_id, page) for page in answer.get("organic") or [])
    yield from ((place_id, place) for place in answer.get("places") or [])


def page_id(page: dict[str, Any]) -> str:
    """The link without what only tracks it."""
    return normalise_link(key_text(page["link"]))


def place_id(place: dict[str, Any]) -> str:
    """Google's number of the place, or its id in the Places API, or name and address where it has neither."""
    if place.get("cid"):
        return f"cid:{key_text(place['cid'])}"
    return f"place:{key_text(place.get('placeId') or _named(place, place.get('address')))}"


def graph_id(graph: dict[str, Any]) -> str:
    """Google's id of the thing; without one its title, and where it is: branches of a chain have one title."""
    address = (graph.get("attributes") or {}).get("Address")
    return f"kg:{key_text(graph.get('kgmid') or _named(graph, address or graph.get('website')))}"


def answer_id(box: dict[str, Any]) -> str:
    """An answer that was read on a page is a text of that page, beside the page's own snippet."""
    return f"{normalise_link(key_text(box['link']))}#answer" if box.get("link") else f"answer:{key_text(box['title'])}"


def _named(item: dict[str, Any], where: str | None) -> str:
    return ", ".join([key_text(item["title"]), key_text(where)]) if where else key_text(item["title"])


def normalise_link(link: str) -> str:
    try:
        parts = urlsplit(link)
    except ValueError:  # "http://[": no address, but a key
        return link
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
