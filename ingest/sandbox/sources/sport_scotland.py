"""sportscotland's register in the sandbox: a WFS with layers, a CQL filter and paging by offset."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from ingest.sandbox.query.geo import Box
from ingest.sandbox.source import Holding, SandboxSource, is_key_accepted, records
from ingest.sandbox.view import Faults, View

FAULTS = Faults(
    other_names={
        "powerleague-portobello": "Powerleague (Portobello)",
        "powerleague-sighthill": "Powerleague (Sighthill)",
        "meadowbank": "Meadowbank Sports Ctr",
        "portobello-swim-centre": "Portobello Swim Ctr & Turkish Baths",
        "leith-victoria": "Victoria Swim Centre",
        "oriam": "Oriam",
    }
)
# Layer and sub-type of the register, by facility.
FACILITIES = {
    "pitch5": ("pub_spfp", "Football (5-a-side)"),
    "pitchfull": ("pub_spfp", "Pitch - Full Size"),
    "pitchcricket": ("pub_spfp", "Cricket Square"),
    "tennisin": ("pub_spfitc", "Indoor Tennis Court"),
    "tennisout": ("pub_spfotc", "Outdoor Tennis Court"),
    "squash": ("pub_spfsc", "Squash Court"),
    "pool": ("pub_spfsp", "Swimming Pool - Main"),
    "gym": ("pub_spffs", "Fitness Suite - Weights And CV"),
    "hall": ("pub_spfsh", "Sports Hall 4+"),
    "golf": ("pub_spfgc", "Golf Course"),
    "bowls": ("pub_spfbg", "Bowling Green"),
    "track": ("pub_spfat", "Unspecified"),
    "rink": ("pub_spfir", "Ice Rink - Curling Rink"),
}
CQL_BOX = re.compile(r"BBOX\(\s*geom\s*,([-\d.]+),([-\d.]+),([-\d.]+),([-\d.]+)\)", re.IGNORECASE)
CQL_TEXT = re.compile(r"(\w+)\s*(=|\bI?LIKE)\s*'((?:[^']|'')*)'", re.IGNORECASE)

# --- records


def add_records(holding: Holding, view: View) -> None:
    """One row per court, pitch or pool; all have the site's name and the site's one point."""
    spot = view.spot(80)
    for facility, count in view.place.facilities:
        if facility in FACILITIES:
            for _ in range(min(count, 6)):
                _add_feature(holding, view, facility, spot)


def _add_feature(holding: Holding, view: View, facility: str, spot: tuple[float, float]) -> None:
    layer, _ = FACILITIES[facility]
    number = 1 + sum(record["layer"] == layer for record in holding.records)
    latitude, longitude = spot
    feature = {
        "type": "Feature",
        "id": f"{layer}.{number}",
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
        "geometry_name": "geom",
        "properties": _properties(view, facility, number),
    }
    holding.add(f"{layer}.{number}", feature, view, layer=layer)


def _properties(view: View, facility: str, number: int) -> dict[str, Any]:
    place, (layer, sub_type) = view.place, FACILITIES[facility]
    properties: dict[str, Any] = {
        "sh_date_uploaded": "2024-07-24",
        "site_name": view.name,
        "address": place.street,
        "postcode": view.postcode,
        "la_name": "City of Edinburgh" if place.in_edinburgh else "Midlothian",
        "town": place.town.upper(),
        "fac_sub_type" if layer in ("pub_spfsh", "pub_spfsp") else "facility_sub_type": sub_type,
        "fid": number,
    }
    if layer == "pub_spfsp":
        del properties["postcode"]
    if layer == "pub_spfp":
        properties["surface"] = "3G" if facility == "pitch5" else "Grass"
    return properties


# --- answers


async def wfs(request: Request) -> Response:
    query = request.query_params
    if not is_key_accepted(query.get("authkey")):
        return HTMLResponse("<html><body><h1>Access Denied</h1></body></html>", 403)
    layer = query.get("typeNames", "").removeprefix("ext_spf:")
    features = [served["record"] for served in records("sport_scotland") if served["layer"] == layer]
    if not features:
        return _exception(f"Feature type {layer} unknown")
    try:
        found = [feature for feature in features if _matches(query.get("cql_filter", ""), feature)]
    except ValueError:
        return _exception("Could not parse CQL filter list.")
    start, count = int(query.get("startIndex", 0)), int(query.get("count", 1000))
    page = found[start : start + count]
    return JSONResponse(
        {
            "type": "FeatureCollection",
            "features": page,
            "totalFeatures": len(found),
            "numberMatched": len(found),
            "numberReturned": len(page),
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}},
        }
    )


def _matches(cql: str, feature: dict[str, Any]) -> bool:
    """Conditions joined by AND: a box, equality, ILIKE. Raises ValueError for anything else."""
    rest = cql.strip()
    while rest:
        match, holds = _condition(rest, feature)
        rest = rest[match.end() :].strip()
        if rest and not re.match(r"AND\s", rest, re.IGNORECASE):
            raise ValueError(rest)
        rest = rest[4:].strip()
        if not holds:
            return False
    return True


def _condition(cql: str, feature: dict[str, Any]) -> tuple[re.Match[str], bool]:
    """The first condition of the text, and whether the feature meets it."""
    if match := CQL_BOX.match(cql):
        west, south, east, north = (float(number) for number in match.groups())
        longitude, latitude = feature["geometry"]["coordinates"]
        return match, Box(south, west, north, east).holds(latitude, longitude)
    if match := CQL_TEXT.match(cql):
        pattern = re.escape(match[3].replace("''", "'")).replace("%", ".*")
        value = str(feature["properties"].get(match[1], ""))
        return match, bool(re.fullmatch(pattern, value, re.IGNORECASE if match[2].upper() == "ILIKE" else 0))
    raise ValueError(cql)


def _exception(text: str) -> Response:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?><ows:ExceptionReport version="2.0.0">'
        f'<ows:Exception exceptionCode="InvalidParameterValue"><ows:ExceptionText>{text}</ows:ExceptionText>'
        "</ows:Exception></ows:ExceptionReport>"
    )
    return Response(body, 400, media_type="application/xml")


SOURCE = SandboxSource(letter="p", faults=FAULTS, add_records=add_records, routes=[Route("/sport_scotland", wfs)])
