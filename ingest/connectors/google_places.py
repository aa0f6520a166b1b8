"""Google Places API (New), text search. Nothing personal is in the field mask: reviews carry names.

A call costs what its dearest field does: phones, website, hours and rating are all of the Enterprise tier.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator
from requests import Response

from ingest.calls import Ask, SourceError, SourceRecord, as_record
from ingest.http import SourceClient, plain_text
from ingest.shapes import Degrees, Shape

BASE_URL = "https://places.googleapis.com"
FIELD_MASK = (
    "places.id,places.displayName,places.formattedAddress,places.addressComponents,places.location,"
    "places.types,places.primaryType,places.businessStatus,places.googleMapsUri,"
    "places.nationalPhoneNumber,places.internationalPhoneNumber,places.websiteUri,"
    "places.regularOpeningHours,places.rating,places.userRatingCount,nextPageToken"
)
MAX_PAGES = 3  # the service ends after 60 results


class Text(Shape):
    text: str | None = None
    languageCode: Any = None


class Point(Shape):
    latitude: Degrees = None
    longitude: Degrees = None


class Record(Shape):
    """A place, as far as the mask asks for it."""

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


def read(ask: Ask, client: SourceClient) -> Iterator[SourceRecord]:
    """Yield each place, page by page; without a rectangle the caller's address would bias the answer."""
    area = ask.area
    body = {
        "textQuery": ask.text,
        "pageSize": 20,
        "languageCode": "en",
        "regionCode": "GB",
        "locationRestriction": {
            "rectangle": {
                "low": {"latitude": area.south, "longitude": area.west},
                "high": {"latitude": area.north, "longitude": area.east},
            }
        },
    }
    rank = 0
    for answer in client.pages(
        "v1/places:searchText",
        method="POST",
        json=body,
        headers={"X-Goog-Api-Key": client.api_key or "", "X-Goog-FieldMask": FIELD_MASK},
        paginator=JSONResponseCursorPaginator(cursor_path="nextPageToken", cursor_body_path="pageToken"),
        selector="places",
        max_pages=min(ask.max_pages, MAX_PAGES),
    ):
        for place in answer.get("places", []):  # an empty answer is the object {}
            rank += 1
            yield as_record(place, itemgetter("id"), rank)


def judge(response: Response) -> SourceError | None:
    """Decide on `error.status` and the reason, never on the sentence: a wrong key arrives as status 400."""
    if response.status_code < 400:
        return None
    text = plain_text(response)
    error = _error_of(response)
    info = next((d for d in error.get("details", []) if "reason" in d), {})
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
