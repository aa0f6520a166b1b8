"""OpenStreetMap through the Overpass API: free, and to be used gently."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from requests import Response

from ingest.calls import Area, Ask, SourceError, SourceRecord, as_record, key_text, without
from ingest.http import SourceClient, plain_text
from ingest.shapes import Degrees, Shape

BASE_URL = "https://overpass-api.de/api"
PERSONAL = ("user", "uid")


class Point(Shape):
    lat: Degrees = None
    lon: Degrees = None


class Record(Shape):
    """A node, way or relation; its tags are anybody's to invent."""

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
    changeset: Any = None


def read(ask: Ask, client: SourceClient) -> Iterator[SourceRecord]:
    """Yield each element of one query; Overpass has no paging."""
    for answer in client.pages(
        "interpreter", method="POST", data={"data": overpass_query(ask)}, selector="elements", max_pages=1
    ):
        for rank, element in enumerate(answer["elements"], start=1):
            yield as_record(without(element, PERSONAL), record_id, rank)


def record_id(element: dict[str, Any]) -> str:
    """Ids repeat across nodes, ways and relations."""
    return f"{key_text(element['type'])}/{key_text(element['id'])}"


def overpass_query(ask: Ask) -> str:
    """Overpass QL: by name where one is asked for, by the category's tags otherwise.

    Not by both: their union would bring every football pitch to a question about one of them.
    """
    box = f"({_box(ask.area)})"
    if ask.name:
        pattern = name_pattern(ask.name)
        filters = [f'["{key}"~"{pattern}",i]' for key in ("name", "brand")]
    else:
        filters = list(ask.targets)
    statements = "".join(f"nwr{tags}{box};" for tags in filters)
    return f"[out:json][timeout:25][maxsize:67108864];({statements});out tags center;"


def _box(area: Area) -> str:
    return f"{area.south},{area.west},{area.north},{area.east}"


def name_pattern(name: str) -> str:
    """A regular expression inside an Overpass string: "powerleague" finds "Power League" too.

    Every character of the user's that means something to the expression or to the string is escaped, the
    backslash itself twice: once for each.
    """
    letters = [c for c in name if not c.isspace()]
    pattern = " ?".join(re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", c) for c in letters)
    return pattern.replace("\\", "\\\\").replace('"', '\\"')


def judge(response: Response) -> SourceError | None:
    """A query that ran out of time or memory arrives as status 200 with a `remark`, and some elements."""
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
