"""OpenStreetMap through the Overpass API, which is free and has few servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from requests import Response

from ingest.calls import Area, SourceQuery
from ingest.checks.payload_schema import Degrees, PayloadSchema
from ingest.connector import HttpConnector
from ingest.errors import SourceError
from ingest.fetch.http import HttpFetch
from ingest.fetch.http_errors import plain_text
from ingest.records import SourceRecord, key_text, without

BASE_URL = "https://overpass-api.de/api"
# A changeset leads to its mapper: extracts for the public leave it out with the name and the number of the mapper.
PERSONAL = ("user", "uid", "changeset")


class Point(PayloadSchema):
    lat: Degrees = None
    lon: Degrees = None


class Record(PayloadSchema):
    """A node, way or relation. Its tags are free: mappers invent them."""

    type: str | None = None
    id: int | None = None
    lat: Degrees = None
    lon: Degrees = None
    center: Point | None = None
    tags: dict[str, str | None] | None = None
    bounds: Any = None
    geometry: Any = None
    nodes: Any = None
    members: Any = None
    timestamp: Any = None
    version: Any = None


def read(query: SourceQuery, fetch: HttpFetch) -> Iterator[SourceRecord]:
    """Yield each element of one query; Overpass has no paging."""
    for page in fetch.pages(
        "interpreter", method="POST", data={"data": overpass_query(query)}, selector="elements", max_pages=1
    ):
        for rank, element in enumerate(page.content["elements"], start=1):
            yield page.record(without(element, PERSONAL), record_id, rank)


def record_id(element: dict[str, Any]) -> str:
    """Ids repeat across nodes, ways and relations."""
    return f"{key_text(element['type'])}/{key_text(element['id'])}"


def overpass_query(query: SourceQuery) -> str:
    """Overpass QL: by name if the query has one, otherwise by the tags of the category.

    Never by both: the union would answer a question about one football pitch with all of them. Nodes come with their
    version, without which no change of a node can be uploaded. The points of ways and relations would be too much.
    """
    box = f"({_box(query.area)})"
    if query.name:
        pattern = name_pattern(query.name)
        filters = [f'["{key}"~"{pattern}",i]' for key in ("name", "brand")]
    else:
        filters = list(query.targets)
    statements = "".join(f"nwr{tags}{box};" for tags in filters)
    answer = "node.places;out meta;wr.places;out tags center;"
    return f"[out:json][timeout:25][maxsize:67108864];({statements})->.places;{answer}"


def _box(area: Area) -> str:
    return f"{area.south},{area.west},{area.north},{area.east}"


def name_pattern(name: str) -> str:
    """A regular expression inside an Overpass string: "powerleague" finds "Power League" too.

    Each character of the user's that has a meaning in the expression or in the string is escaped. A backslash is
    escaped twice, once for each.
    """
    letters = [c for c in name if not c.isspace()]
    pattern = " ?".join(re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", c) for c in letters)
    return pattern.replace("\\", "\\\\").replace('"', '\\"')


def classify_error(response: Response) -> SourceError | None:
    """A query that ran out of time or memory is answered with status 200, a `remark` and some of the elements."""
    if response.status_code == 406:
        return SourceError(
            "bad_request",
            "Overpass refused our User-Agent; set TRIGPOINT_CONTACT in .env to an address of yours.",
            plain_text(response),
            406,
        )
    if response.status_code == 504:
        return SourceError("server_busy", "Overpass is too busy; try again later.", plain_text(response), 504)
    if response.status_code != 200 or "json" not in response.headers.get("Content-Type", ""):
        return None
    remark = str(response.json().get("remark", ""))
    if "error" in remark.lower():
        return SourceError(
            "partial", "Overpass gave up part of the way; ask for a smaller area or try later.", remark, 200
        )
    return None


CONNECTOR = HttpConnector(read=read, schema=Record, base_url=BASE_URL, classify_error=classify_error)
