"""Open Charge Map: chargers around a point. Comments, photos and user names are dropped before landing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from pydantic import ConfigDict
from requests import Response

from ingest.calls import Area, SourceQuery
from ingest.checks.payload_schema import Degrees, PayloadSchema
from ingest.connector import HttpConnector
from ingest.errors import SourceError
from ingest.fetch.http import HttpFetch
from ingest.fetch.http_errors import plain_text
from ingest.records import SourceRecord, key_text, without

BASE_URL = "https://api.openchargemap.io/v3"
MAX_RESULTS = 1000
PERSONAL = ("UserComments", "MediaItems")
KM_PER_DEGREE = 111.2


class Titled(PayloadSchema):
    """A row of one of the service's code lists. We read its number and its words."""

    model_config = ConfigDict(extra="ignore")

    ID: int | None = None
    Title: str | None = None


class Address(PayloadSchema):
    ID: Any = None
    Title: str | None = None
    AddressLine1: str | None = None
    AddressLine2: str | None = None
    Town: str | None = None
    StateOrProvince: str | None = None
    Postcode: str | None = None
    CountryID: Any = None
    Country: dict[str, Any] | None = None
    Latitude: Degrees = None
    Longitude: Degrees = None
    ContactTelephone1: str | None = None
    ContactTelephone2: str | None = None
    ContactEmail: str | None = None
    AccessComments: str | None = None
    RelatedURL: str | None = None
    Distance: Any = None
    DistanceUnit: Any = None


class Record(PayloadSchema):
    """A charging location. The service sends every key, with null for a missing value."""

    VOLATILE = frozenset({"Distance", "DistanceUnit"})

    ID: int | None = None
    UUID: str | None = None
    AddressInfo: Address | None = None
    Connections: list[dict[str, Any]] | None = None
    NumberOfPoints: int | None = None
    StatusType: Titled | None = None
    StatusTypeID: Any = None
    OperatorInfo: Titled | None = None
    OperatorID: Any = None
    OperatorsReference: Any = None
    UsageType: Titled | None = None
    UsageTypeID: Any = None
    UsageCost: str | None = None
    GeneralComments: str | None = None
    DataProvider: Titled | None = None
    DataProviderID: Any = None
    DataProvidersReference: Any = None
    DataQualityLevel: Any = None
    DateCreated: str | None = None
    DateLastConfirmed: str | None = None
    DateLastStatusUpdate: str | None = None
    DateLastVerified: str | None = None
    DatePlanned: Any = None
    IsRecentlyVerified: Any = None
    MetadataValues: Any = None
    ParentChargePointID: Any = None
    PercentageSimilarity: Any = None
    SubmissionStatus: Titled | None = None
    SubmissionStatusTypeID: Any = None


def read(query: SourceQuery, fetch: HttpFetch) -> Iterator[SourceRecord]:
    """Yield each charging location within a circle around the area; the service has no offset paging."""
    params = {
        "output": "json",
        **({"countrycode": query.area.country} if query.area.country else {}),
        "latitude": query.area.latitude,
        "longitude": query.area.longitude,
        "distance": round(reach_km(query.area), 1),
        "distanceunit": "km",  # miles otherwise
        "maxresults": MAX_RESULTS,
        "compact": "false",
        "verbose": "true",
        "client": "trigpoint",
    }
    for page in fetch.pages(
        "poi", params=params, headers={"X-API-Key": fetch.api_key or ""}, selector="$[*]", max_pages=1
    ):
        for rank, place in enumerate(page.content, start=1):
            yield page.record(without(place, PERSONAL), record_id, rank)
        if len(page.content) >= MAX_RESULTS:
            raise SourceError("partial", f"Open Charge Map cut its answer at {MAX_RESULTS}; ask for a smaller area.")


def record_id(place: dict[str, Any]) -> str:
    return key_text(place.get("UUID") or place["ID"])


def reach_km(area: Area) -> float:
    """From the centre to the corners of the box, at least 1 km."""
    north = (area.north - area.south) / 2 * KM_PER_DEGREE
    east = area.width / 2 * KM_PER_DEGREE * math.cos(math.radians(area.latitude))
    return max(1.0, math.hypot(north, east))


def classify_error(response: Response) -> SourceError | None:
    text = plain_text(response)
    if response.status_code == 403 and "abuse" in text.lower():
        return SourceError("rate_limited", "Open Charge Map blocked repeated calls; wait a day.", text, 403)
    if response.status_code in (401, 403):
        return SourceError(
            "bad_credentials",
            "Open Charge Map refused the key; set OPEN_CHARGE_MAP_API_KEY in .env.",
            text,
            403,
        )
    if '"status":"error"' in response.text.replace(" ", "")[:200]:
        return SourceError("server_busy", "Open Charge Map answered with an error; try later.", text)
    return None


CONNECTOR = HttpConnector(read=read, schema=Record, base_url=BASE_URL, classify_error=classify_error)
