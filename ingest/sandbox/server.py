"""The stand-in for the six services: their wire formats, errors and paging over the bundled world.

Any key is taken, except a missing one and `invalid`. The truth about the world is never read here.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ingest.sandbox.geo import Box, metres_between
from ingest.sandbox.overpass_ql import ParseError, select
from ingest.sandbox.search import Index

WORLD = Path(__file__).parent / "world"
STOCK_AGENTS = ("python-requests", "python-urllib", "curl", "")
GOOGLE_PAGE, GOOGLE_MOST = 20, 60


@cache
def records(source: str) -> list[dict[str, Any]]:
    return json.loads((WORLD / f"{source}.json").read_text(encoding="utf-8"))


# --- serper -----------------------------------------------------------------------------------------------


@cache
def serper_index() -> Index:
    return Index([" ".join(str(r["record"][k]) for k in ("title", "snippet", "link")) for r in records("serper")])


async def serper_search(request: Request) -> Response:
    if not _key_ok(request.headers.get("X-API-KEY")):
        return JSONResponse({"message": "Unauthorized.", "statusCode": 403}, 403)
    body = await request.json()
    if not body.get("q"):
        return JSONResponse({"message": "Missing query parameter", "statusCode": 400}, 400)
    size, page = int(body.get("num", 10)), int(body.get("page", 1))
    found = serper_index().search(body["q"])[(page - 1) * size : page * size]
    organic = [{**records("serper")[i]["record"], "position": n} for n, i in enumerate(found, start=1)]
    echo = {"q": body["q"], "hl": body.get("hl", "en"), "type": "search", "num": size, "engine": "google"}
    return JSONResponse({"searchParameters": echo, "organic": organic, "credits": 1 if size <= 10 else 2})


# --- google_places ----------------------------------------------------------------------------------------


@cache
def google_index() -> Index:
    def text(served: dict[str, Any]) -> str:
        place = served["record"]
        return f"{place['displayName']['text']} {place['formattedAddress']} {served['about']}"

    return Index([text(served) for served in records("google_places")])


async def google_search_text(request: Request) -> Response:
    key, mask = request.headers.get("X-Goog-Api-Key"), request.headers.get("X-Goog-FieldMask")
    if not key:
        return _google_error(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers.")
    if not _key_ok(key):
        return _google_error(400, "INVALID_ARGUMENT", "API key not valid.", "API_KEY_INVALID")
    if not mask:
        return _google_error(400, "INVALID_ARGUMENT", "FieldMask is a required parameter.")
    body = await request.json()
    if not body.get("textQuery"):
        return _google_error(400, "INVALID_ARGUMENT", "Empty text_query.")
    size = min(int(body.get("pageSize", GOOGLE_PAGE)), GOOGLE_PAGE)
    start = int(body.get("pageToken") or 0)
    found = [i for i in google_index().search(body["textQuery"]) if _inside(body, i)][:GOOGLE_MOST]
    fields = {field.removeprefix("places.").split(".")[0] for field in mask.split(",")}
    places = [
        {k: v for k, v in records("google_places")[i]["record"].items() if k in fields or "*" in fields}
        for i in found[start : start + size]
    ]
    answer: dict[str, Any] = {"places": places} if places else {}
    if start + size < len(found) and "nextPageToken" in mask.split(","):
        answer["nextPageToken"] = str(start + size)
    return JSONResponse(answer)


def _inside(body: dict[str, Any], position: int) -> bool:
    rectangle = body.get("locationRestriction", {}).get("rectangle")
    if not rectangle:
        return True
    low, high = rectangle["low"], rectangle["high"]
    box = Box(low["latitude"], low["longitude"], high["latitude"], high["longitude"])
    spot = records("google_places")[position]["record"]["location"]
    return box.holds(spot["latitude"], spot["longitude"])


def _google_error(code: int, status: str, message: str, reason: str | None = None) -> Response:
    kind = "type.googleapis.com/google.rpc.ErrorInfo"
    details = [{"@type": kind, "reason": reason, "domain": "googleapis.com"}] if reason else []
    return JSONResponse({"error": {"code": code, "message": message, "status": status, "details": details}}, code)


# --- openstreetmap ----------------------------------------------------------------------------------------


async def overpass(request: Request) -> Response:
    agent = request.headers.get("User-Agent", "").lower()
    if not agent or agent.startswith(STOCK_AGENTS[:-1]):
        return HTMLResponse("<html><body><p>406 Not Acceptable</p></body></html>", 406)
    form = parse_qs((await request.body()).decode())
    try:
        elements = select(form.get("data", [""])[0], [served["record"] for served in records("openstreetmap")])
    except ParseError as error:
        page = f'<p><strong style="color:#FF0000">Error</strong>: {error} </p>'
        return HTMLResponse(f"<html><head><title>OSM3S Response</title></head><body>{page}</body></html>", 400)
    return JSONResponse(
        {
            "version": 0.6,
            "generator": "Overpass API",
            "osm3s": {"timestamp_osm_base": "2026-11-01T00:00:00Z", "copyright": "ODbL"},
            "elements": elements,
        }
    )


# --- sport_scotland ---------------------------------------------------------------------------------------

CQL_BOX = re.compile(r"BBOX\(\s*geom\s*,([-\d.]+),([-\d.]+),([-\d.]+),([-\d.]+)\)", re.IGNORECASE)
CQL_TEXT = re.compile(r"(\w+)\s+(ILIKE|LIKE|=)\s*'((?:[^']|'')*)'|(\w+)\s*=\s*'((?:[^']|'')*)'", re.IGNORECASE)


async def wfs(request: Request) -> Response:
    query = request.query_params
    if not _key_ok(query.get("authkey")):
        return HTMLResponse("<html><body><h1>Access Denied</h1></body></html>", 403)
    layer = query.get("typeNames", "").removeprefix("ext_spf:")
    features = [served["record"] for served in records("sport_scotland") if served["layer"] == layer]
    if not features:
        return _ows_exception(f"Feature type {layer} unknown")
    try:
        found = [feature for feature in features if _cql_holds(query.get("cql_filter", ""), feature)]
    except ValueError:
        return _ows_exception("Could not parse CQL filter list.")
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


def _cql_holds(cql: str, feature: dict[str, Any]) -> bool:
    """Conditions joined by AND: a box, equality, ILIKE. Raises ValueError for anything else."""
    rest = cql.strip()
    while rest:
        if match := CQL_BOX.match(rest):
            west, south, east, north = (float(number) for number in match.groups())
            longitude, latitude = feature["geometry"]["coordinates"]
            holds = Box(south, west, north, east).holds(latitude, longitude)
        elif match := CQL_TEXT.match(rest):
            pattern = re.escape(match[3].replace("''", "'")).replace("%", ".*")
            value = str(feature["properties"].get(match[1], ""))
            holds = bool(re.fullmatch(pattern, value, re.IGNORECASE if match[2].upper() == "ILIKE" else 0))
        else:
            raise ValueError(rest)
        rest = rest[match.end() :].strip()
        if rest and not re.match(r"AND\s", rest, re.IGNORECASE):
            raise ValueError(rest)
        rest = rest[4:].strip() if rest else rest
        if not holds:
            return False
    return True


def _ows_exception(text: str) -> Response:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?><ows:ExceptionReport version="2.0.0">'
        f'<ows:Exception exceptionCode="InvalidParameterValue"><ows:ExceptionText>{text}</ows:ExceptionText>'
        "</ows:Exception></ows:ExceptionReport>"
    )
    return Response(body, 400, media_type="application/xml")


# --- edinburgh_council ------------------------------------------------------------------------------------


async def arcgis_query(request: Request) -> Response:
    path, query = request.path_params["layer"], request.query_params
    features = [served["record"] for served in records("edinburgh_council") if served["layer"] == path]
    if not features:
        return _arcgis_error(400, "Invalid URL")
    if query.get("where") != "1=1":
        return _arcgis_error(400, "Cannot perform query. Invalid query parameters.")
    if envelope := query.get("geometry"):
        west, south, east, north = (float(number) for number in envelope.split(","))
        box = Box(south, west, north, east)
        features = [f for f in features if any(box.holds(y, x) for x, y in _points(f["geometry"]))]
    start, count = int(query.get("resultOffset", 0)), int(query.get("resultRecordCount", 1000))
    answer: dict[str, Any] = {"type": "FeatureCollection", "features": features[start : start + count]}
    if start + count < len(features):
        answer["properties"] = {"exceededTransferLimit": True}
    return JSONResponse(answer)


def _points(geometry: dict[str, Any]) -> list[list[float]]:
    return [geometry["coordinates"]] if geometry["type"] == "Point" else geometry["coordinates"][0]


def _arcgis_error(code: int, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message, "details": []}})


# --- open_charge_map --------------------------------------------------------------------------------------


async def ocm_poi(request: Request) -> Response:
    query = request.query_params
    key = request.headers.get("X-API-Key") or query.get("key")
    if not key:
        return PlainTextResponse("You must specify an API key using the key query parameter or x-api-key header.", 403)
    if not _key_ok(key):
        return PlainTextResponse("Invalid API key.", 403)
    here = float(query["latitude"]), float(query["longitude"])
    reach = float(query.get("distance", 50)) * (1000 if query.get("distanceunit", "miles") == "km" else 1609.344)
    found = []
    for served in records("open_charge_map"):
        info = served["record"]["AddressInfo"]
        metres = metres_between(here, (info["Latitude"], info["Longitude"]))
        if metres <= reach:
            found.append((metres, served["record"]))
    nearest = sorted(found, key=lambda hit: (hit[0], hit[1]["ID"]))[: int(query.get("maxresults", 100))]
    return JSONResponse([record for _, record in nearest])


def _key_ok(key: str | None) -> bool:
    return bool(key) and key != "invalid"


app = Starlette(
    routes=[
        Route("/serper/search", serper_search, methods=["POST"]),
        Route("/google_places/v1/places:searchText", google_search_text, methods=["POST"]),
        Route("/openstreetmap/interpreter", overpass, methods=["POST"]),
        Route("/sport_scotland", wfs),
        Route("/edinburgh_council/{layer:path}/query", arcgis_query),
        Route("/open_charge_map/poi", ocm_poi),
    ]
)
