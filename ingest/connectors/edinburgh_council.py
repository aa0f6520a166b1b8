"""The City of Edinburgh Council's open layers, on ArcGIS Online and on its own ArcGIS server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from requests import Response

from ingest.calls import SourceQuery
from ingest.checks.payload_schema import Degrees, PayloadSchema
from ingest.connector import HttpConnector
from ingest.errors import SourceError
from ingest.fetch.http import HttpFetch
from ingest.fetch.http_errors import plain_text
from ingest.fetch.paging import OffsetByCount
from ingest.fetch.reference_systems import with_reference_system
from ingest.records import SourceRecord, key_text

BASE_URL = "https://services-eu1.arcgis.com/FgpikkYuSUOuITxp/arcgis/rest/services"
# These folders are on the council's own server. A configured base URL replaces both servers.
OWN_SERVER = "https://edinburghcouncilmaps.info/arcgis/rest/services"
OWN_SERVER_FOLDERS = ("Misc/", "CouncilAssets/", "Transport/", "Atlas/", "Localplans/")
PAGE_SIZE = 1000


class Geometry(PayloadSchema):
    """GeoJSON's, or ArcGIS' own."""

    type: str | None = None
    coordinates: list[Any] | None = None
    geometries: Any = None
    x: Degrees = None
    y: Degrees = None
    rings: list[Any] | None = None
    points: Any = None
    paths: Any = None
    spatialReference: Any = None


class Record(PayloadSchema):
    """A feature of any layer. Each layer has its own columns."""

    type: Any = None
    id: Any = None
    geometry: Geometry | None = None
    properties: dict[str, Any] | None = None
    attributes: dict[str, Any] | None = None
    bbox: Any = None
    crs: Any = None  # of the whole answer: see with_reference_system
    spatialReference: Any = None


def read(query: SourceQuery, fetch: HttpFetch) -> Iterator[SourceRecord]:
    """Yield each feature of each layer asked for, inside the area's box.

    No text filter: the layers are small and their name fields differ.
    """
    area = query.area
    rank = 0
    for layer in query.targets:
        for page in fetch.pages(
            layer_path(layer, fetch.base_url),
            params={
                "where": "1=1",
                "outFields": "*",
                "f": "geojson",
                "outSR": "4326",
                "geometry": f"{area.west},{area.south},{area.east},{area.north}",
                "geometryType": "esriGeometryEnvelope",
                "inSR": "4326",
                "spatialRel": "esriSpatialRelIntersects",
                "resultRecordCount": PAGE_SIZE,
            },
            paginator=OffsetByCount("resultOffset", "features", has_more),
            selector="features",
            max_pages=max(query.max_pages, 10),
        ):
            for feature in page.content["features"]:
                rank += 1
                yield page.record(with_reference_system(feature, page.content), partial(record_id, layer), rank)


def layer_path(layer: str, base_url: str) -> str:
    if base_url == BASE_URL and layer.startswith(OWN_SERVER_FOLDERS):
        return f"{OWN_SERVER}/{layer}/query"
    return f"{layer}/query"


def record_id(layer: str, feature: Mapping[str, Any]) -> str:
    """GlobalID where there is one; an OBJECTID means something only within its layer."""
    fields = feature.get("properties") or feature.get("attributes") or {}
    by_name = {name.lower(): value for name, value in fields.items()}
    if by_name.get("globalid"):
        return key_text(by_name["globalid"])
    return f"{layer}/{key_text(by_name.get('objectid') or feature['id'])}"


def has_more(body: Mapping[str, Any], _so_far: int, on_page: int) -> bool:
    """The flag is at the top or under `properties`, depending on the server; a short page proves nothing."""
    flag = body.get("exceededTransferLimit") or (body.get("properties") or {}).get("exceededTransferLimit")
    if flag and not on_page:
        raise SourceError("partial", "The council's server says there is more but sends nothing.")
    return bool(flag)


def classify_error(response: Response) -> SourceError | None:
    """Nearly every ArcGIS error arrives as status 200 with an `error` object."""
    if response.status_code != 200 or not response.text.lstrip().startswith("{"):
        return None
    error = response.json().get("error")
    if not error:
        return None
    code = error.get("code")
    sentence = f"The council's server answered: {error.get('message')} ({code})"
    if code in (498, 499):
        return SourceError("bad_credentials", f"{sentence}; the layer is no longer public.", plain_text(response))
    if code == 504:
        return SourceError("timeout", f"{sentence}; try again later.", plain_text(response))
    if code in (500, 503):
        return SourceError("server_busy", f"{sentence}; try again later.", plain_text(response))
    return SourceError("bad_request", f"{sentence}; the layer may have moved.", plain_text(response))


CONNECTOR = HttpConnector(read=read, schema=Record, base_url=BASE_URL, classify_error=classify_error)
