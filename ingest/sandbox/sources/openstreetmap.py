"""OpenStreetMap in the sandbox: elements, selected by as much of Overpass QL as a place query needs."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from ingest.sandbox.query.overpass_ql import ParseError, has_meta, select
from ingest.sandbox.source import Holding, SandboxSource, records
from ingest.sandbox.view import Faults, View, hash_id

REFUSED_AGENTS = ("python-requests", "python-urllib", "curl")
FAULTS = Faults(
    other_names={
        "powerleague-portobello": "Power League",
        "royal-commonwealth-pool": "Royal Commonwealth Pool (Commie Pool)",
        "leith-victoria": "Leith Victoria Swim Centre",
        "craiglockhart": "Craiglockhart Tennis & Leisure Centre",
        "eica-ratho": "EICA Ratho",
        "grange-club": "Grange Club",
        "david-lloyd-newhaven": "David Lloyd Newhaven Harbour",
        "david-lloyd-shawfair": "David Lloyd Shawfair",
        "nuffield-omni": "Nuffield Health Fitness & Wellbeing Gym",
        "puregym-ocean-terminal": "PureGym",
        "puregym-quartermile": "PureGym Quartermile",
        "puregym-waterfront": "Pure Gym",
        "puregym-gyle": "PureGym",
        "the-gym-waverley": "The Gym",
        "meadows-tennis": "Meadows Tennis",
        "blackford-hill": "Hermitage of Braid Local Nature Reserve",
    },
    stale_phones={
        "powerleague-portobello": "901",
        "meadowbank": "902",
        "murrayfield-ice": "903",
        "leith-library": "904",
    },
    missing_postcodes={"powerleague-portobello", "puregym-quartermile", "dance-base", "portobello-library"},
    listed_twice={"royal-commonwealth-pool", "leith-library", "eica-ratho"},
    old_addresses={"gym-64-moved": ("12 Great Junction Street", "EH6 5LA", 55.9715, -3.1745)},  # 900 m away
)
TAGS = {
    "football": {"leisure": "sports_centre", "sport": "soccer"},
    "padel": {"leisure": "sports_centre", "sport": "padel"},
    "club": {"leisure": "sports_centre", "club": "sport"},
    "leisure": {"leisure": "sports_centre"},
    "sports": {"leisure": "sports_centre"},
    "pool": {"leisure": "sports_centre", "sport": "swimming"},
    "gym": {"leisure": "fitness_centre"},
    "studio": {"leisure": "fitness_centre"},
    "climbing": {"leisure": "sports_centre", "sport": "climbing"},
    "ice": {"leisure": "ice_rink"},
    "golf": {"leisure": "golf_course", "sport": "golf"},
    "bowls": {"leisure": "sports_centre", "sport": "bowls"},
    "track": {"leisure": "track", "sport": "athletics"},
    "library": {"amenity": "library"},
    "park": {"leisure": "park"},
    "community": {"amenity": "community_centre"},
    "charger": {"amenity": "charging_station"},
}
SPORTS = {"football": "soccer", "fitness": "fitness", "ice_skating": "ice_skating"}
KINDS_WITH_SPORTS = ("football", "padel", "club", "leisure", "sports", "pool")
ADDRESS_TAGS = ("addr:housenumber", "addr:street", "addr:postcode", "addr:city")
# The tags of one court or pitch, by facility.
FACILITY_TAGS = {
    "pitch5": {"leisure": "pitch", "sport": "soccer", "surface": "artificial_turf"},
    "pitchfull": {"leisure": "pitch", "sport": "soccer", "surface": "grass"},
    "padel": {"leisure": "pitch", "sport": "padel"},
    "tennisout": {"leisure": "pitch", "sport": "tennis", "surface": "acrylic"},
    "bowls": {"leisure": "pitch", "sport": "bowls"},
}

# --- records


def add_records(holding: Holding, view: View) -> None:
    spot = view.spot(40)
    if view.old_address:
        spot = view.old_address[2:]
    _add_element(holding, view, f"{view.copy}", _tags(view), spot)
    if not view.copy:
        _add_sub_venues(holding, view)


def _tags(view: View) -> dict[str, Any]:
    place, chance = view.place, view.chance
    tags: dict[str, Any] = {
        **TAGS[place.kind],
        "name": view.name,
        **_address(view),
        "phone": view.phone("+44 {}") if chance.random() < 0.5 else None,
        "website": place.website if chance.random() < 0.6 else None,
        "opening_hours": f"Mo-Su {place.hours[0]}-{place.hours[1]}" if chance.random() < 0.4 else None,
        "wheelchair": chance.choice(["yes", "limited", "no", None]),
    }
    if place.kind in KINDS_WITH_SPORTS:
        tags["sport"] = ";".join(SPORTS.get(activity, activity) for activity in place.activities)
    if place.kind == "charger":
        tags |= {"capacity": str(chance.choice([2, 4, 6])), "operator": "ChargePlace Scotland", "socket:type2": "2"}
    if not place.is_staffed:
        tags |= dict.fromkeys(ADDRESS_TAGS)
    if place.is_closed:
        tags = {f"disused:{k}" if k in ("leisure", "sport") else k: v for k, v in tags.items()}
    if view.has_stale_phone:
        tags["phone"] = view.phone("+44 {}")
    return tags


def _address(view: View) -> dict[str, str | None]:
    street, postcode = view.old_address[:2] if view.old_address else (view.place.street, view.postcode)
    number, _, road = street.partition(" ")
    is_numbered = number[:1].isdigit()
    return {
        "addr:housenumber": number if is_numbered else None,
        "addr:street": road if is_numbered else street,
        "addr:city": view.place.town,
        "addr:postcode": postcode,
    }


def _add_sub_venues(holding: Holding, view: View) -> None:
    """Courts and pitches inside the place: some without a name, some with a number as their name."""
    for facility, count in view.place.facilities:
        if facility not in FACILITY_TAGS:
            continue
        word = "Pitch" if facility.startswith("pitch") else "Court"
        for number in range(1, min(count, 3) + 1):
            is_numbered = bool(number % 2)
            spot = view.place.spot_nearby(view.chance, 45)
            tags = {**FACILITY_TAGS[facility], "name": f"{word} {number}" if is_numbered else None}
            note = "numbered" if is_numbered else "unnamed"
            _add_element(holding, view, f"{facility}{number}", tags, spot, role="part", note=note)


def _add_element(
    holding: Holding, view: View, key: str, tags: dict[str, Any], spot: tuple[float, float], **truth: str
) -> None:
    number = int(hash_id(f"osm{view.place.place_id}{key}", 8), 16)
    kind = "node" if number % 2 else "way"
    point: dict[str, Any] = {"lat": spot[0], "lon": spot[1]}
    element = {"type": kind, "id": number, **(point if kind == "node" else {"center": point})}
    element["tags"] = {name: value for name, value in tags.items() if value is not None}
    holding.add(f"{kind}/{number}", element, view, **truth)


# --- answers


async def interpreter(request: Request) -> Response:
    agent = request.headers.get("User-Agent", "").lower()
    if not agent or agent.startswith(REFUSED_AGENTS):
        return HTMLResponse("<html><body><p>406 Not Acceptable</p></body></html>", 406)
    form = parse_qs((await request.body()).decode())
    try:
        query = form.get("data", [""])[0]
        elements = select(query, [served["record"] for served in records("openstreetmap")])
        if has_meta(query):
            elements = [_with_meta(element) for element in elements]
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


def _with_meta(element: dict[str, Any]) -> dict[str, Any]:
    """A node with its version, its time and its mapper."""
    if element["type"] != "node":
        return element
    version = element["id"] % 9 + 1
    changed = {"timestamp": f"2025-0{version}-01T12:00:00Z", "version": version, "changeset": element["id"] % 10_000}
    return {**element, **changed, "user": "A. Mapper", "uid": 1}


SOURCE = SandboxSource(
    letter="o",
    faults=FAULTS,
    add_records=add_records,
    routes=[Route("/openstreetmap/interpreter", interpreter, methods=["POST"])],
)
