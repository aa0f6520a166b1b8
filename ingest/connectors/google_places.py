"""Google Places API (New), text search. The field mask asks for nothing personal: reviews contain names.

The most expensive field sets the price of a call. Phones, website, hours and rating are all in the Enterprise tier.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator
from requests import Response

from ingest.calls import SourceQuery
from ingest.checks.payload_schema import Degrees, PayloadSchema
from ingest.connector import HttpConnector
from ingest.errors import SourceError
from ingest.fetch.http import HttpFetch
from ingest.fetch.http_errors import plain_text
from ingest.records import SourceRecord

BASE_URL = "https://places.googleapis.com"
FIELD_MASK = (
    "places.id,places.displayName,places.formattedAddress,places.addressComponents,places.location,"
    "places.types,places.primaryType,places.businessStatus,places.googleMapsUri,"
    "places.nationalPhoneNumber,places.internationalPhoneNumber,places.websiteUri,"
    "places.regularOpeningHours,places.rating,places.userRatingCount,nextPageToken"
)
MAX_PAGES = 3  # the service ends after 60 results


class Text(PayloadSchema):
    text: str | None = None
    languageCode: Any = None


class Point(PayloadSchema):
    latitude: Degrees = None
    longitude: Degrees = None


class Record(PayloadSchema):
    """A place: the fields of the mask."""

    VOLATILE = frozenset({"openNow", "nextCloseTime", "nextOpenTime"})

    id: str | None = None
    displayName: Text | None = None
    formattedAddress: str | None = None
    addressComponents: list[dict[str, Any]] | None = None
    location: Point | None = None
    types: list[str] | None = None
    primaryType: str | None = None
    businessStatus: str | None = None
    googleMapsUri: str | None = None
    nationalPhoneNumber: str | None = None
    internationalPhoneNumber: str | None = None
    websiteUri: str | None = None
    regularOpeningHours: dict[str, Any] | None = None
    rating: float | None = None
    userRatingCount: int | None = None


def read(query: SourceQuery, fetch: HttpFetch) -> Iterator[SourceRecord]:
    """Yield each place, page by page. Without a rectangle, our IP address would bias the answer."""
    area = query.area
    body = {
        "textQuery": query.text,
        "pageSize": 20,
        "languageCode": "en",
        **({"regionCode": query.area.country} if query.area.country else {}),
        **_type_filter(query),
        "locationRestriction": {
            "rectangle": {
                "low": {"latitude": area.south, "longitude": area.west},
                "high": {"latitude": area.north, "longitude": area.east},
            }
        },
    }
    rank = 0
    for page in fetch.pages(
        "v1/places:searchText",
        method="POST",
        json=body,
        headers={"X-Goog-Api-Key": fetch.api_key or "", "X-Goog-FieldMask": FIELD_MASK},
        paginator=JSONResponseCursorPaginator(cursor_path="nextPageToken", cursor_body_path="pageToken"),
        selector="places",
        max_pages=min(query.max_pages, MAX_PAGES),
    ):
        for place in page.content.get("places", []):  # an empty answer is the object {}
            rank += 1
            yield page.record(place, itemgetter("id"), rank)


def _type_filter(query: SourceQuery) -> dict[str, str]:
    """The type that places of this type come first by. The service takes one, so two categories have none.

    Without `strictTypeFiltering` the answer may also hold places of other types: a library that is only typed as a
    community centre. A name says more than a type.
    """
    return {"includedType": query.targets[0]} if len(query.targets) == 1 and not query.name else {}


def classify_error(response: Response) -> SourceError | None:
    """Decide by `error.status` and the reason, never by the message: a wrong key arrives as status 400."""
    if response.status_code < 400:
        return None
    text = plain_text(response)
    error = _error_of(response)
    info: dict[str, Any] = next((d for d in error.get("details", []) if "reason" in d), {})
    reason, limit = info.get("reason", ""), str(info.get("metadata", {}).get("quota_limit", ""))
    if reason == "API_KEY_INVALID" or response.status_code in (401, 403):
        sentence = "Google refused the key; set GOOGLE_PLACES_API_KEY in .env and allow it the Places API (New)"
        return SourceError(
            "bad_credentials", f"{sentence} ({reason or 'no reason given'}).", text, response.status_code
        )
    if error.get("status") == "RESOURCE_EXHAUSTED" and limit.endswith("PerDayPerProject"):
        return SourceError("quota_exhausted", "Google's daily quota is used up; try again tomorrow.", text, 429)
    return None


def _error_of(response: Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


CONNECTOR = HttpConnector(read=read, schema=Record, base_url=BASE_URL, classify_error=classify_error)
