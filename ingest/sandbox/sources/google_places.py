"""Google Places in the sandbox: text search with a field mask, a rectangle and page tokens."""

from __future__ import annotations

from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingest.sandbox.places import Place
from ingest.sandbox.query.geo import Box
from ingest.sandbox.query.search import Index
from ingest.sandbox.source import Holding, SandboxSource, is_key_accepted, records
from ingest.sandbox.view import Faults, View, hash_id

PAGE_SIZE, MAX_RESULTS = 20, 60
FAULTS = Faults(
    other_names={
        "powerleague-portobello": "Powerleague Edinburgh Portobello",
        "eica-ratho": "Edinburgh International Climbing Arena (EICA): Ratho",
        "game4padel-edinburgh-park": "Game4Padel | Edinburgh Park",
        "thistle-padel": "Thistle Padel | Game4Padel",
        "craigmillar-park-tennis": "Craigmillar Park Tennis & Padel Club, Edinburgh",
        "oriam": "Oriam: Scotland's Sports Performance Centre",
        "central-library": "Edinburgh Central Library",
        "mcdonald-road-library": "McDonald Road Library & Nelson Hall",
        "dance-base": "Dance Base Scotland",
        "alien-rock": "Alien Rock Indoor Climbing",
    },
    missing_postcodes={"grange-club"},
    phone_placeholders={"jack-kane": "N/A", "kirkliston-lc": "-"},
    zero_coordinates={"st-brides"},
    swapped_coordinates={"duncan-place"},
    listed_twice={"meadowbank"},
)
TYPES = {
    "football": ["sports_complex", "sports_activity_location"],
    "padel": ["sports_activity_location"],
    "club": ["sports_club", "sports_activity_location"],
    "leisure": ["sports_complex", "gym", "sports_activity_location"],
    "sports": ["sports_complex", "sports_activity_location"],
    "pool": ["swimming_pool", "gym", "sports_activity_location"],
    "gym": ["gym", "fitness_center", "health"],
    "studio": ["yoga_studio", "health"],
    "climbing": ["sports_activity_location"],
    "ice": ["ice_skating_rink", "sports_activity_location"],
    "golf": ["golf_course", "sports_activity_location"],
    "bowls": ["sports_club", "sports_activity_location"],
    "track": ["athletic_field"],
    "library": ["library"],
    "park": ["park"],
    "community": ["community_center"],
    "charger": ["electric_vehicle_charging_station"],
}
# Words under which a place of each kind is found, though its name and address hold none of them.
SEARCH_WORDS = {
    "football": "football five a side 5 a side pitch pitches soccer",
    "padel": "padel court courts racket club",
    "club": "sports club court courts",
    "leisure": "leisure centre sports centre gym",
    "sports": "sports centre pitches",
    "pool": "swimming pool swim baths leisure centre gym",
    "gym": "gym fitness health club",
    "studio": "studio class fitness",
    "climbing": "climbing wall bouldering",
    "ice": "ice rink skating curling",
    "golf": "golf course club",
    "bowls": "bowling green bowls club",
    "track": "athletics running track",
    "library": "library libraries books",
    "park": "park green space",
    "community": "community centre hall",
    "charger": "ev charging electric vehicle car charger charge point charging station",
}

# --- records


def add_records(holding: Holding, view: View) -> None:
    place = view.place
    record_id = "ChIJ" + hash_id(f"{place.place_id}{view.copy}", 23)
    record = {name: value for name, value in _record(view, record_id).items() if value is not None}
    holding.add(record_id, record, view, about=_about(place))


def _record(view: View, record_id: str) -> dict[str, Any]:
    place, chance, postcode = view.place, view.chance, view.postcode
    latitude, longitude = view.spot(60)
    tail = f"{place.town} {postcode}" if postcode else place.town
    record: dict[str, Any] = {
        "id": record_id,
        "types": [*TYPES[place.kind], "point_of_interest", "establishment"],
        "nationalPhoneNumber": view.phone_placeholder or view.phone("0{}"),
        "internationalPhoneNumber": None if view.phone_placeholder else view.phone("+44 {}"),
        "formattedAddress": f"{place.street}, {tail}, UK",
        "addressComponents": _address_components(place, postcode),
        "location": {"latitude": latitude, "longitude": longitude},
        "rating": round(chance.uniform(3.4, 4.9), 1),
        "googleMapsUri": f"https://maps.google.com/?cid={int(hash_id(record_id, 15), 16)}",
        "websiteUri": place.website or None,
        "businessStatus": "CLOSED_PERMANENTLY" if place.is_closed else "OPERATIONAL",
        "userRatingCount": chance.randint(4, 900),
        "displayName": {"text": view.name, "languageCode": "en"},
        "primaryType": TYPES[place.kind][0],
    }
    if place.is_staffed:
        record["regularOpeningHours"] = {"openNow": True, "periods": _periods(*place.hours)}
    return record


def _about(place: Place) -> str:
    has_courts = any(facility in ("padel", "tennisin", "tennisout", "squash") for facility, _ in place.facilities)
    words = [SEARCH_WORDS[place.kind], *place.activities, "court" if has_courts else "", place.locality]
    return " ".join(filter(None, [*words, "edinburgh" if place.in_edinburgh else ""]))


def _address_components(place: Place, postcode: str | None) -> list[dict[str, Any]]:
    number, _, route = place.street.partition(" ") if place.street[:1].isdigit() else ("", "", place.street)
    parts = [("street_number", number), ("route", route), ("postal_town", place.town), ("postal_code", postcode)]
    return [
        {"longText": text, "shortText": text, "types": [kind], "languageCode": "en"} for kind, text in parts if text
    ]


def _periods(opens: str, closes: str) -> list[dict[str, Any]]:
    def at(day: int, time: str) -> dict[str, int]:
        return {"day": day, "hour": int(time[:2]), "minute": int(time[3:])}

    return [{"open": at(day, opens), "close": at(day, closes)} for day in range(7)]


# --- answers


@cache
def _index() -> Index:
    def text(served: dict[str, Any]) -> str:
        place = served["record"]
        return f"{place['displayName']['text']} {place['formattedAddress']} {served['about']}"

    return Index([text(served) for served in records("google_places")])


async def search_text(request: Request) -> Response:
    key, mask = request.headers.get("X-Goog-Api-Key"), request.headers.get("X-Goog-FieldMask")
    if not key:
        return _error(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers.")
    if not is_key_accepted(key):
        return _error(400, "INVALID_ARGUMENT", "API key not valid.", "API_KEY_INVALID")
    if not mask:
        return _error(400, "INVALID_ARGUMENT", "FieldMask is a required parameter.")
    body = await request.json()
    if not body.get("textQuery"):
        return _error(400, "INVALID_ARGUMENT", "Empty text_query.")
    return JSONResponse(_page(body, mask))


def _page(body: dict[str, Any], mask: str) -> dict[str, Any]:
    size = min(int(body.get("pageSize", PAGE_SIZE)), PAGE_SIZE)
    start = int(body.get("pageToken") or 0)
    found = [i for i in _index().search(body["textQuery"]) if _is_inside(body, i)][:MAX_RESULTS]
    fields = {field.removeprefix("places.").split(".")[0] for field in mask.split(",")}
    places = [
        {k: v for k, v in records("google_places")[i]["record"].items() if k in fields or "*" in fields}
        for i in found[start : start + size]
    ]
    answer: dict[str, Any] = {"places": places} if places else {}
    if start + size < len(found) and "nextPageToken" in mask.split(","):
        answer["nextPageToken"] = str(start + size)
    return answer


def _is_inside(body: dict[str, Any], position: int) -> bool:
    rectangle = body.get("locationRestriction", {}).get("rectangle")
    if not rectangle:
        return True
    low, high = rectangle["low"], rectangle["high"]
    box = Box(low["latitude"], low["longitude"], high["latitude"], high["longitude"])
    spot = records("google_places")[position]["record"]["location"]
    return box.holds(spot["latitude"], spot["longitude"])


def _error(code: int, status: str, message: str, reason: str | None = None) -> Response:
    kind = "type.googleapis.com/google.rpc.ErrorInfo"
    details = [{"@type": kind, "reason": reason, "domain": "googleapis.com"}] if reason else []
    return JSONResponse({"error": {"code": code, "message": message, "status": status, "details": details}}, code)


SOURCE = SandboxSource(
    letter="g",
    faults=FAULTS,
    add_records=add_records,
    routes=[Route("/google_places/v1/places:searchText", search_text, methods=["POST"])],
)
