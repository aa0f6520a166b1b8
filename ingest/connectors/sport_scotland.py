"""sportscotland's register of facilities, from Spatial Hub's GeoServer: one row per court, pitch or pool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

from requests import Response

from ingest.calls import SourceQuery
from ingest.checks.payload_schema import PayloadSchema
from ingest.connector import HttpConnector
from ingest.errors import SourceError
from ingest.fetch.http import HttpFetch
from ingest.fetch.http_errors import plain_text
from ingest.fetch.paging import OffsetByCount
from ingest.fetch.reference_systems import with_reference_system
from ingest.records import SourceRecord

BASE_URL = "https://geo.spatialhub.scot/geoserver/ext_spf/wfs"
PAGE_SIZE = 1000


class Geometry(PayloadSchema):
    """GeoJSON, of any type: some pitches are polygons."""

    type: str | None = None
    coordinates: list[Any] | None = None
    geometries: Any = None
    crs: Any = None


class Properties(PayloadSchema):
    """The columns of all layers. No layer has all of them."""

    site_name: str | None = None
    address: str | None = None
    town: str | None = None
    postcode: str | None = None
    la_name: str | None = None
    facility_sub_type: str | None = None
    fac_sub_type: str | None = None
    surface: str | None = None
    sh_date_uploaded: str | None = None
    sh_src: Any = None
    sh_src_id: Any = None
    fid: Any = None
    site_id: Any = None
    facid: Any = None
    eastings_x: Any = None
    northing_y: Any = None
    x: Any = None
    y: Any = None
    management_type: Any = None
    ownership_category: Any = None
    facility_status: Any = None
    date_opened: Any = None
    flood_lights: Any = None


class Record(PayloadSchema):
    """A GeoJSON feature."""

    type: Any = None
    id: str | None = None
    geometry: Geometry | None = None
    geometry_name: Any = None
    properties: Properties | None = None
    bbox: Any = None
    crs: Any = None  # of the whole answer: see with_reference_system


def read(query: SourceQuery, fetch: HttpFetch) -> Iterator[SourceRecord]:
    """Yield each feature of each layer asked for."""
    rank = 0
    for layer in query.targets:
        for page in fetch.pages(
            "",
            params={
                "service": "WFS",
                "version": "2.0.0",
                "request": "GetFeature",
                "typeNames": f"ext_spf:{layer}",
                "outputFormat": "application/json",
                "exceptions": "application/json",
                "srsName": "EPSG:4326",
                "sortBy": "fid",
                "count": PAGE_SIZE,
                "cql_filter": cql_filter(query),
                "authkey": fetch.api_key or "",
            },
            paginator=OffsetByCount("startIndex", "features", has_more),
            selector="features",
            max_pages=max(query.max_pages, 10),  # free, and a page is a thousand rows
        ):
            for feature in page.content["features"]:
                rank += 1
                yield page.record(with_reference_system(feature, page.content), itemgetter("id"), rank)


def cql_filter(query: SourceQuery) -> str:
    """The area's box, and the name if the query has one. The service refuses `bbox` beside `cql_filter`.

    The register spells names its own way, so anything may come between two words of the name.
    """
    area = query.area
    box = f"BBOX(geom,{area.west},{area.south},{area.east},{area.north})"
    if not query.name:
        return box
    wildcard = "%".join(query.name.replace("'", "''").replace("%", "").replace("_", "").split())
    return f"{box} AND site_name ILIKE '%{wildcard}%'"


def has_more(body: Mapping[str, Any], so_far: int, on_page: int) -> bool:
    matched = body.get("numberMatched")
    return on_page > 0 and (so_far < matched if isinstance(matched, int) else on_page >= PAGE_SIZE)


def classify_error(response: Response) -> SourceError | None:
    """GeoServer reports an error in XML; some installations do so with status 200."""
    text = plain_text(response)
    if response.status_code in (401, 403):
        return SourceError("bad_credentials", "Spatial Hub refused the key; set SPATIALHUB_AUTHKEY in .env.", text, 403)
    body = response.text.lstrip()
    if (body.startswith("<") and "ExceptionReport" in body) or '"exceptions"' in body[:200]:
        return SourceError("bad_request", "Spatial Hub did not understand the request.", text, response.status_code)
    return None


CONNECTOR = HttpConnector(read=read, schema=Record, base_url=BASE_URL, classify_error=classify_error)
