"""The council's open layers in the sandbox: an ArcGIS server, whose errors arrive with status 200."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingest.sandbox.query.geo import Box
from ingest.sandbox.source import Holding, SandboxSource, records
from ingest.sandbox.view import Faults, View

FAULTS = Faults(other_names={"drumbrae-library": "Drumbrae Library"})
LAYERS = {
    "library": "Digital_Edinburgh/FeatureServer/2",
    "community": "Digital_Edinburgh/FeatureServer/3",
    "park": "Misc/INSPIRE/MapServer/15",
}
HALF_PARK_DEGREES = 0.0009
CORNERS = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))

# --- records


def add_records(holding: Holding, view: View) -> None:
    layer = LAYERS[view.place.kind]
    number = 1 + sum(record["layer"] == layer for record in holding.records)
    latitude, longitude = view.spot(30)
    is_park = view.place.kind == "park"
    feature = {
        "type": "Feature",
        "id": number,
        "geometry": _square(latitude, longitude) if is_park else _point(latitude, longitude),
        "properties": {"OBJECTID": number, "NAME": view.name, **(_park(view) if is_park else _building(view))},
    }
    holding.add(f"{layer}/{number}", feature, view, layer=layer)


def _park(view: View) -> dict[str, Any]:
    return {"CLASSIFICATION": "Public parks and gardens", "AREA_HA": round(view.chance.uniform(1, 60), 2)}


def _building(view: View) -> dict[str, Any]:
    return {
        "ADDRESS": f"{view.place.street}, Edinburgh",
        "POSTCODE": view.postcode,
        "TELEPHONE": view.phone("0{}"),
        "WEBSITE": view.place.website or None,
    }


def _point(latitude: float, longitude: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [longitude, latitude]}


def _square(latitude: float, longitude: float) -> dict[str, Any]:
    ring = [(longitude + east * HALF_PARK_DEGREES, latitude + north * HALF_PARK_DEGREES) for east, north in CORNERS]
    return {"type": "Polygon", "coordinates": [[[round(x, 7), round(y, 7)] for x, y in ring]]}


# --- answers


async def query_layer(request: Request) -> Response:
    path, query = request.path_params["layer"], request.query_params
    features = [served["record"] for served in records("edinburgh_council") if served["layer"] == path]
    if not features:
        return _error(400, "Invalid URL")
    if query.get("where") != "1=1":
        return _error(400, "Cannot perform query. Invalid query parameters.")
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


def _error(code: int, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message, "details": []}})


SOURCE = SandboxSource(
    letter="c",
    faults=FAULTS,
    add_records=add_records,
    routes=[Route("/edinburgh_council/{layer:path}/query", query_layer)],
)
