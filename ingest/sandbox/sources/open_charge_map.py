"""Open Charge Map in the sandbox: charging locations within a distance of a point, the nearest first."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ingest.sandbox.query.geo import metres_between
from ingest.sandbox.source import Holding, SandboxSource, is_key_accepted, records
from ingest.sandbox.view import Faults, View, hash_id

FAULTS = Faults(
    other_names={"waverley-charge": "Edinburgh Waveley Railway Station Car Park"},
    wrong_postcodes={"waverley-charge": "EH12 9GR", "castle-terrace-charge": "EH1 1AA"},
    listed_twice={
        "ocean-terminal-charge",
        "waverley-charge",
        "fort-kinnaird-charge",
        "gyle-charge",
        "ingliston-charge",
        "omni-charge",
        "shore-charge",
        "newhaven-charge",
        "cameron-toll-charge",
        "castle-terrace-charge",
        "hermiston-charge",
        "st-james-charge",
    },
)
CONTRIBUTORS = {"ID": 1, "Title": "Open Charge Map Contributors"}
NATIONAL_REGISTRY = {"ID": 18, "Title": "UK National Charge Point Registry"}

# --- records


def add_records(holding: Holding, view: View) -> None:
    """The second entry of a location that is listed twice comes from the national registry."""
    spot, chance = view.spot(40), view.chance
    number = 190_000 + int(hash_id(f"ocm{view.place.place_id}{view.copy}", 4), 16)
    uuid = _uuid(f"uuid{view.place.place_id}{view.copy}")
    points = chance.choice([2, 3, 4, 8])
    provider = NATIONAL_REGISTRY if view.copy else CONTRIBUTORS
    record = {
        "DataProvider": {**provider, "IsOpenDataLicensed": True, "License": "CC BY 4.0"},
        "OperatorInfo": {"ID": 3315, "Title": "ChargePlace Scotland", "WebsiteURL": "https://chargeplacescotland.org"},
        "UsageType": {"ID": 1, "Title": "Public"},
        "StatusType": {"ID": 50, "IsOperational": True, "Title": "Operational"},
        "UserComments": [{"UserName": "somebody", "Comment": "worked for me"}] if view.copy else None,
        "MediaItems": None,
        "ID": number,
        "UUID": uuid,
        "UsageCost": chance.choice(["Free", "£0.35/kWh", None]),
        "AddressInfo": _address(view, number + 1, spot),
        "Connections": [
            {"ConnectionType": {"ID": 25, "Title": "Type 2 (Socket Only)"}, "PowerKW": 22.0, "Quantity": points}
        ],
        "NumberOfPoints": points,
        "DateLastStatusUpdate": "2026-05-02T08:37:00Z",
    }
    holding.add(uuid, record, view)


def _uuid(text: str) -> str:
    digits = hash_id(text, 32).upper()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _address(view: View, number: int, spot: tuple[float, float]) -> dict[str, Any]:
    return {
        "ID": number,
        "Title": view.name + (" Level 2" if view.copy else ""),
        "AddressLine1": view.place.street,
        "AddressLine2": None,
        "Town": view.place.town,
        "StateOrProvince": "Scotland",
        "Postcode": view.postcode,
        "Country": {"ISOCode": "GB", "Title": "United Kingdom"},
        "Latitude": spot[0],
        "Longitude": spot[1],
        "ContactTelephone1": None,
        "ContactEmail": None,
        "RelatedURL": None,
    }


# --- answers


async def poi(request: Request) -> Response:
    query = request.query_params
    key = request.headers.get("X-API-Key") or query.get("key")
    if not key:
        return PlainTextResponse("You must specify an API key using the key query parameter or x-api-key header.", 403)
    if not is_key_accepted(key):
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


SOURCE = SandboxSource(
    letter="e",
    faults=FAULTS,
    add_records=add_records,
    routes=[Route("/open_charge_map/poi", poi)],
)
