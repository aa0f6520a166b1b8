"""Google's web results through serper.dev. A result is a lead; extraction reads it.

Google's own boxes (a knowledge graph, places on a map, an answer) are structured already. The prefix of a record's key
says which box it is: `kg:`, `cid:` or `place:`, `answer:`. The key of a page is its address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator
from requests import Response

from ingest.calls import SourceQuery
from ingest.checks.payload_schema import Degrees, PayloadSchema
from ingest.connector import HttpConnector
from ingest.errors import SourceError
from ingest.fetch.http import HttpFetch
from ingest.fetch.http_errors import plain_text
from ingest.records import SourceRecord, key_text

BASE_URL = "https://google.serper.dev"


class Record(PayloadSchema):
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


def read(query: SourceQuery, fetch: HttpFetch) -> Iterator[SourceRecord]:
    """Yield the knowledge graph, each organic result and each place of the answer."""
    body = {
        "q": query.text,
        **({"gl": query.area.country.lower()} if query.area.country else {}),
        "hl": "en",
        "location": query.location,
        "num": 10,  # more would cost a second credit
        "page": 1,
    }
    rank = 0
    paginator = PageNumberPaginator(
        base_page=1, page_body_path="page", total_path=None, maximum_page=query.max_pages + 1
    )
    for page in fetch.pages(
        "search",
        method="POST",
        json=body,
        headers={"X-API-KEY": fetch.api_key or ""},
        paginator=paginator,
        selector="organic",
        max_pages=query.max_pages,
    ):
        for id_of, item in _items(page.content):
            rank += 1
            yield page.record(item, id_of, rank)


def _items(answer: dict[str, Any]) -> Iterator[tuple[Callable[[Any], str], Any]]:
    """The reader of the key of each record, and the record."""
    if graph := answer.get("knowledgeGraph"):
        yield graph_id, graph
    if box := answer.get("answerBox"):
        yield answer_id, box
    yield from ((page_id, page) for page in answer.get("organic") or [])
    yield from ((place_id, place) for place in answer.get("places") or [])


def page_id(page: dict[str, Any]) -> str:
    """The link without its tracking parameters."""
    return normalise_link(key_text(page["link"]))


def place_id(place: dict[str, Any]) -> str:
    """Google's number of the place, else its id in the Places API, else its name and address."""
    if place.get("cid"):
        return f"cid:{key_text(place['cid'])}"
    return f"place:{key_text(place.get('placeId') or _named(place, place.get('address')))}"


def graph_id(graph: dict[str, Any]) -> str:
    """Google's id of the thing, else its title and address: all branches of a chain have one title."""
    address = (graph.get("attributes") or {}).get("Address")
    return f"kg:{key_text(graph.get('kgmid') or _named(graph, address or graph.get('website')))}"


def answer_id(box: dict[str, Any]) -> str:
    """An answer that Google read on a page is a text of that page, beside the page's own snippet."""
    return f"{normalise_link(key_text(box['link']))}#answer" if box.get("link") else f"answer:{key_text(box['title'])}"


def _named(item: dict[str, Any], where: str | None) -> str:
    return ", ".join([key_text(item["title"]), key_text(where)]) if where else key_text(item["title"])


def normalise_link(link: str) -> str:
    try:
        parts = urlsplit(link)
    except ValueError:  # "http://[" is no address, but it is a key
        return link
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.startswith("utm_") and name != "srsltid"
    ]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))


def classify_error(response: Response) -> SourceError | None:
    """Used-up credits arrive as status 400, so the message decides."""
    text = plain_text(response)
    if response.status_code == 400 and "not enough credits" in text.lower():
        return SourceError("quota_exhausted", "Serper's credits are used up; buy more at serper.dev.", text, 400)
    if response.status_code in (401, 403):
        return SourceError("bad_credentials", "Serper refused the key; set SERPER_API_KEY in .env.", text, 403)
    return None


CONNECTOR = HttpConnector(read=read, schema=Record, base_url=BASE_URL, classify_error=classify_error)
