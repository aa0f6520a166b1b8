"""Builds the sandbox's world from places.csv and trouble.py: python -m ingest.sandbox.build_world

Writes world/<source>.json (what the sandbox serves) and, for evaluation only, truth.csv (which records are the same
place) and true_values.csv (what is true of each place). Seeded: the same input gives the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.sandbox import trouble

HERE = Path(__file__).parent
SOURCES = {
    "s": "serper",
    "g": "google_places",
    "o": "openstreetmap",
    "p": "sport_scotland",
    "c": "edinburgh_council",
    "e": "open_charge_map",
}
GOOGLE_TYPES = {
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
OSM_TAGS = {
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
OSM_SPORT = {"football": "soccer", "fitness": "fitness", "ice_skating": "ice_skating"}
# facility in places.csv -> (layer, sub-type) of the register, and the OSM tags of one court or pitch
REGISTER = {
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
OSM_PARTS = {
    "pitch5": {"leisure": "pitch", "sport": "soccer", "surface": "artificial_turf"},
    "pitchfull": {"leisure": "pitch", "sport": "soccer", "surface": "grass"},
    "padel": {"leisure": "pitch", "sport": "padel"},
    "tennisout": {"leisure": "pitch", "sport": "tennis", "surface": "acrylic"},
    "bowls": {"leisure": "pitch", "sport": "bowls"},
}
ABOUT = {
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
# What a facility and a kind of place are for.
ACTIVITIES = {
    "pitch5": ("football",),
    "pitchfull": ("football",),
    "pitchcricket": ("cricket",),
    "padel": ("padel",),
    "tennisin": ("tennis",),
    "tennisout": ("tennis",),
    "squash": ("squash",),
    "pool": ("swimming",),
    "gym": ("fitness",),
    "golf": ("golf",),
    "bowls": ("bowls",),
    "track": ("athletics",),
    "rink": ("curling", "ice_skating"),
}
KIND_ACTIVITIES = {
    "pool": ("swimming",),
    "gym": ("fitness",),
    "studio": ("fitness",),
    "climbing": ("climbing",),
    "ice": ("ice_skating",),
    "library": ("reading",),
    "park": ("walking",),
    "charger": ("ev_charging",),
}
DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]


@dataclass(frozen=True)
class Place:
    """A row of places.csv, and what follows from it."""

    place_id: str
    name: str
    kind: str
    street: str
    locality: str
    postcode: str
    latitude: float
    longitude: float
    website: str
    activities: tuple[str, ...]
    facilities: tuple[tuple[str, int], ...]
    sources: str
    phone_digits: str  # of the range that is kept free for drama: 0131 496 0xxx

    @property
    def about(self) -> str:
        courts = any(facility in ("padel", "tennisin", "tennisout", "squash") for facility, _ in self.facilities)
        words = [ABOUT[self.kind], *self.activities, "court" if courts else "", self.locality]
        return " ".join(filter(None, [*words, "edinburgh" if self.in_edinburgh else ""]))

    @property
    def in_edinburgh(self) -> bool:
        return 55.85 < self.latitude < 56.0 and -3.42 < self.longitude < -3.06

    @property
    def town(self) -> str:
        return "Edinburgh" if self.in_edinburgh else self.locality

    @property
    def is_staffed(self) -> bool:
        return self.kind not in ("park", "charger")

    @property
    def phone(self) -> str | None:
        return _number(self.phone_digits) if self.is_staffed else None

    @property
    def facebook(self) -> str:
        return f"https://www.facebook.com/{self.place_id.replace('-', '')}/"

    @property
    def hours(self) -> tuple[str, str]:
        return {"library": ("10:00", "20:00"), "gym": ("06:00", "22:00")}.get(self.kind, ("09:00", "21:30"))


class World:
    """The records of all sources and the truth about them, in the order they are made."""

    def __init__(self) -> None:
        self.records: dict[str, list[dict[str, Any]]] = {source: [] for source in SOURCES.values()}
        self.truth: list[tuple[str, ...]] = []
        self.true_values: list[tuple[str, ...]] = []

    def add(
        self,
        source: str,
        record_id: str,
        record: dict[str, Any],
        place: Place | None,
        role: str,
        note: str,
        **served: Any,
    ) -> None:
        self.records[source].append({"id": record_id, **served, "record": record})
        self.truth.append((source, record_id, place.place_id if place else "", place.name if place else "", role, note))


def read_places() -> list[Place]:
    with (HERE / "places.csv").open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return [_place(row, number) for number, row in enumerate(rows)]


def _place(row: dict[str, str], number: int) -> Place:
    return Place(
        **{k: row[k] for k in ("place_id", "name", "kind", "street", "locality", "postcode", "website", "sources")},
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        activities=tuple(filter(None, row["activities"].split(";"))),
        facilities=tuple((f.split(":")[0], int(f.split(":")[1])) for f in row["facilities"].split(";") if f),
        phone_digits=f"{number:03d}",
    )


def build() -> World:
    world = World()
    for place in read_places():
        world.true_values += [(place.place_id, *field) for field in true_values(place)]
        for letter in place.sources:
            copies = 2 if (place.place_id, letter) in trouble.LISTED_TWICE else 1
            for copy in range(copies):
                MAKERS[letter](world, place, copy, _chance(place, letter, copy))
    for number, (link, title, snippet, _, note) in enumerate(trouble.RESULTS):
        record = {"title": title, "link": link, "snippet": snippet, "position": number + 1}
        world.add("serper", link, record, None, "not_a_place", note)
    return world


def _chance(place: Place, letter: str, copy: int) -> random.Random:
    return random.Random(f"{place.place_id}/{letter}/{copy}")  # noqa: S311 (a sandbox, and it must repeat)


def _name(place: Place, letter: str) -> str:
    return trouble.NAMES.get((place.place_id, letter), place.name)


def _postcode(place: Place, letter: str) -> str | None:
    if (place.place_id, letter) in trouble.MISSING_POSTCODE:
        return None
    return trouble.WRONG_POSTCODE.get((place.place_id, letter), place.postcode)


def _phone(place: Place, letter: str, style: str) -> str | None:
    stale = trouble.STALE_PHONES.get((place.place_id, letter))
    number = _number(stale) if stale and place.is_staffed else place.phone
    return style.format(number) if number else None


def _number(digits: str) -> str:
    """As it is dialled within the country, without the 0 in front."""
    return f"131 496 0{digits}"


def _spot(place: Place, letter: str, chance: random.Random, metres: float) -> tuple[float, float]:
    """Where the source puts it: up to `metres` off, as sources are."""
    if (place.place_id, letter) in trouble.ZERO_COORDINATES:
        return 0.0, 0.0
    distance, angle = chance.uniform(0.1, 1.0) * metres, chance.uniform(0, 2 * math.pi)
    latitude = place.latitude + distance * math.cos(angle) / 111_200
    longitude = place.longitude + distance * math.sin(angle) / (111_200 * math.cos(math.radians(place.latitude)))
    if (place.place_id, letter) in trouble.SWAPPED_COORDINATES:
        latitude, longitude = longitude, latitude
    return round(latitude, 7), round(longitude, 7)


def _hash_id(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def _note(place: Place, letter: str, copy: int) -> str:
    notes = ["listed twice"] if copy else []
    for name, table in (
        ("other name", trouble.NAMES),
        ("stale phone", trouble.STALE_PHONES),
        ("no postcode", trouble.MISSING_POSTCODE),
        ("wrong postcode", trouble.WRONG_POSTCODE),
        ("placeholder", trouble.PLACEHOLDERS),
        ("zero coordinates", trouble.ZERO_COORDINATES),
        ("swapped coordinates", trouble.SWAPPED_COORDINATES),
        ("old address", trouble.OLD_ADDRESS),
    ):
        if (place.place_id, letter) in table:
            notes.append(name)
    return "; ".join(notes + (["closed"] if place.place_id in trouble.CLOSED else []))


# --- one maker per source ---------------------------------------------------------------------------------


def _google(world: World, place: Place, copy: int, chance: random.Random) -> None:
    latitude, longitude = _spot(place, "g", chance, 60)
    record_id = "ChIJ" + _hash_id(f"{place.place_id}{copy}", 23)
    postcode = _postcode(place, "g")
    tail = f"{place.town} {postcode}" if postcode else place.town
    opens, closes = place.hours
    record: dict[str, Any] = {
        "id": record_id,
        "types": [*GOOGLE_TYPES[place.kind], "point_of_interest", "establishment"],
        "nationalPhoneNumber": trouble.PLACEHOLDERS.get((place.place_id, "g")) or _phone(place, "g", "0{}"),
        "internationalPhoneNumber": _phone(place, "g", "+44 {}"),
        "formattedAddress": f"{place.street}, {tail}, UK",
        "addressComponents": _address_components(place, postcode),
        "location": {"latitude": latitude, "longitude": longitude},
        "rating": round(chance.uniform(3.4, 4.9), 1),
        "googleMapsUri": f"https://maps.google.com/?cid={int(_hash_id(record_id, 15), 16)}",
        "websiteUri": place.website or None,
        "businessStatus": "CLOSED_PERMANENTLY" if place.place_id in trouble.CLOSED else "OPERATIONAL",
        "userRatingCount": chance.randint(4, 900),
        "displayName": {"text": _name(place, "g"), "languageCode": "en"},
        "primaryType": GOOGLE_TYPES[place.kind][0],
    }
    if place.is_staffed:
        record["regularOpeningHours"] = {"openNow": True, "periods": _periods(opens, closes)}
    if (place.place_id, "g") in trouble.PLACEHOLDERS:
        record["internationalPhoneNumber"] = None
    record = {name: value for name, value in record.items() if value is not None}
    world.add("google_places", record_id, record, place, "member", _note(place, "g", copy), about=place.about)


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


def _osm(world: World, place: Place, copy: int, chance: random.Random) -> None:
    latitude, longitude = _spot(place, "o", chance, 40)
    street, postcode = place.street, _postcode(place, "o")
    if (place.place_id, "o") in trouble.OLD_ADDRESS:
        street, postcode, latitude, longitude = trouble.OLD_ADDRESS[place.place_id, "o"]
    number, _, road = street.partition(" ")
    numbered = number[:1].isdigit()
    sports = ";".join(OSM_SPORT.get(a, a) for a in place.activities)
    tags: dict[str, Any] = {
        **OSM_TAGS[place.kind],
        "name": _name(place, "o"),
        "addr:housenumber": number if numbered else None,
        "addr:street": road if numbered else street,
        "addr:city": place.town,
        "addr:postcode": postcode,
        "phone": _phone(place, "o", "+44 {}") if chance.random() < 0.5 else None,
        "website": place.website if chance.random() < 0.6 else None,
        "opening_hours": f"Mo-Su {place.hours[0]}-{place.hours[1]}" if chance.random() < 0.4 else None,
        "wheelchair": chance.choice(["yes", "limited", "no", None]),
    }
    if place.kind in ("football", "padel", "club", "leisure", "sports", "pool"):
        tags["sport"] = sports
    if place.kind == "charger":
        tags |= {"capacity": str(chance.choice([2, 4, 6])), "operator": "ChargePlace Scotland", "socket:type2": "2"}
        tags |= {"addr:housenumber": None, "addr:street": None, "addr:postcode": None, "addr:city": None}
    if place.kind == "park":
        tags |= {"addr:housenumber": None, "addr:street": None, "addr:postcode": None, "addr:city": None}
    if place.place_id in trouble.CLOSED:
        tags = {f"disused:{k}" if k in ("leisure", "sport") else k: v for k, v in tags.items()}
    if (place.place_id, "o") in trouble.STALE_PHONES:
        tags["phone"] = _phone(place, "o", "+44 {}")
    _add_element(world, place, f"{copy}", tags, latitude, longitude, "member", _note(place, "o", copy))
    if not copy:
        _osm_parts(world, place, chance)


def _osm_parts(world: World, place: Place, chance: random.Random) -> None:
    """Courts and pitches inside: some without a name, some with a number for one."""
    for facility, count in place.facilities:
        if facility not in OSM_PARTS:
            continue
        word = "Pitch" if facility.startswith("pitch") else "Court"
        for number in range(1, min(count, 3) + 1):
            latitude, longitude = _spot(place, "part", chance, 45)
            tags = {**OSM_PARTS[facility], "name": f"{word} {number}" if number % 2 else None}
            key = f"{facility}{number}"
            _add_element(world, place, key, tags, latitude, longitude, "part", "numbered" if number % 2 else "unnamed")


def _add_element(
    world: World,
    place: Place,
    key: str,
    tags: dict[str, Any],
    latitude: float,
    longitude: float,
    role: str,
    note: str,
) -> None:
    number = int(_hash_id(f"osm{place.place_id}{key}", 8), 16)
    kind = "node" if number % 2 else "way"
    spot: dict[str, Any] = {"lat": latitude, "lon": longitude}
    element = {"type": kind, "id": number, **(spot if kind == "node" else {"center": spot})}
    element["tags"] = {name: value for name, value in tags.items() if value is not None}
    world.add("openstreetmap", f"{kind}/{number}", element, place, role, note)


def _register(world: World, place: Place, copy: int, chance: random.Random) -> None:
    """One row per court, pitch or pool, all with the site's name and the site's one point."""
    latitude, longitude = _spot(place, "p", chance, 80)
    for facility, count in place.facilities:
        if facility not in REGISTER:
            continue
        layer, sub_type = REGISTER[facility]
        for _ in range(min(count, 6)):
            number = 1 + sum(r["layer"] == layer for r in world.records["sport_scotland"])
            record_id = f"{layer}.{number}"
            properties = {
                "sh_date_uploaded": "2024-07-24",
                "site_name": _name(place, "p"),
                "address": place.street,
                "postcode": _postcode(place, "p"),
                "la_name": "City of Edinburgh" if place.in_edinburgh else "Midlothian",
                "town": place.town.upper(),
                "fac_sub_type" if layer in ("pub_spfsh", "pub_spfsp") else "facility_sub_type": sub_type,
                "fid": number,
            }
            if layer == "pub_spfsp":
                del properties["postcode"]
            if layer == "pub_spfp":
                properties["surface"] = "3G" if facility == "pitch5" else "Grass"
            feature = {
                "type": "Feature",
                "id": record_id,
                "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
                "geometry_name": "geom",
                "properties": properties,
            }
            world.add("sport_scotland", record_id, feature, place, "member", _note(place, "p", copy), layer=layer)


COUNCIL_LAYERS = {
    "library": "Digital_Edinburgh/FeatureServer/2",
    "community": "Digital_Edinburgh/FeatureServer/3",
    "park": "Misc/INSPIRE/MapServer/15",
}


def _council(world: World, place: Place, copy: int, chance: random.Random) -> None:
    latitude, longitude = _spot(place, "c", chance, 30)
    layer = COUNCIL_LAYERS[place.kind]
    number = 1 + sum(r["layer"] == layer for r in world.records["edinburgh_council"])
    properties: dict[str, Any] = {"OBJECTID": number, "NAME": _name(place, "c")}
    geometry: dict[str, Any] = {"type": "Point", "coordinates": [longitude, latitude]}
    if place.kind == "park":
        properties |= {"CLASSIFICATION": "Public parks and gardens", "AREA_HA": round(chance.uniform(1, 60), 2)}
        size = 0.0009
        ring = [[longitude + a * size, latitude + b * size] for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
        geometry = {"type": "Polygon", "coordinates": [[[round(x, 7), round(y, 7)] for x, y in ring]]}
    else:
        properties |= {
            "ADDRESS": f"{place.street}, Edinburgh",
            "POSTCODE": _postcode(place, "c"),
            "TELEPHONE": _phone(place, "c", "0{}"),
            "WEBSITE": place.website or None,
        }
    feature = {"type": "Feature", "id": number, "geometry": geometry, "properties": properties}
    world.add("edinburgh_council", f"{layer}/{number}", feature, place, "member", _note(place, "c", copy), layer=layer)


def _charger(world: World, place: Place, copy: int, chance: random.Random) -> None:
    latitude, longitude = _spot(place, "e", chance, 40)
    number = 190_000 + int(_hash_id(f"ocm{place.place_id}{copy}", 4), 16)
    uuid = _hash_id(f"uuid{place.place_id}{copy}", 32).upper()
    uuid = "-".join((uuid[:8], uuid[8:12], uuid[12:16], uuid[16:20], uuid[20:]))
    points = chance.choice([2, 3, 4, 8])
    provider = (
        {"ID": 18, "Title": "UK National Charge Point Registry"}
        if copy
        else {"ID": 1, "Title": "Open Charge Map Contributors"}
    )
    record = {
        "DataProvider": {**provider, "IsOpenDataLicensed": True, "License": "CC BY 4.0"},
        "OperatorInfo": {"ID": 3315, "Title": "ChargePlace Scotland", "WebsiteURL": "https://chargeplacescotland.org"},
        "UsageType": {"ID": 1, "Title": "Public"},
        "StatusType": {"ID": 50, "IsOperational": True, "Title": "Operational"},
        "UserComments": [{"UserName": "somebody", "Comment": "worked for me"}] if copy else None,
        "MediaItems": None,
        "ID": number,
        "UUID": uuid,
        "UsageCost": chance.choice(["Free", "£0.35/kWh", None]),
        "AddressInfo": {
            "ID": number + 1,
            "Title": _name(place, "e") + (" Level 2" if copy else ""),
            "AddressLine1": place.street,
            "AddressLine2": None,
            "Town": place.town,
            "StateOrProvince": "Scotland",
            "Postcode": _postcode(place, "e"),
            "Country": {"ISOCode": "GB", "Title": "United Kingdom"},
            "Latitude": latitude,
            "Longitude": longitude,
            "ContactTelephone1": None,
            "ContactEmail": None,
            "RelatedURL": None,
        },
        "Connections": [
            {"ConnectionType": {"ID": 25, "Title": "Type 2 (Socket Only)"}, "PowerKW": 22.0, "Quantity": points}
        ],
        "NumberOfPoints": points,
        "DateLastStatusUpdate": "2026-05-02T08:37:00Z",
    }
    world.add("open_charge_map", uuid, record, place, "member", _note(place, "e", copy))


def _web(world: World, place: Place, copy: int, chance: random.Random) -> None:
    """The venue's own page, and for some a second page that writes about it."""
    opens, closes = ("7am" if place.kind == "gym" else "9am"), "9.30pm"
    where = place.locality if place.in_edinburgh else place.town
    facts = [_in_prose(facility, count) for facility, count in place.facilities]
    what = f" We have {' and '.join(filter(None, facts))}." if any(facts) else ""
    phone = _phone(place, "s", "0{}")
    snippets = [
        f"{place.name} is at {place.street}, {where} {place.postcode}.{what} Open Mon-Fri {opens}-{closes}.",
        f"{what.strip() or 'All welcome.'} Find {place.name} on {place.street}, {place.town}. Call us on {phone}.",
        f"Opening times, prices and how to get to {place.name}, {where}. Tel: {phone}. No parking on site.",
    ]
    title = chance.choice(["{n} | {w}", "{n} - Edinburgh" if place.in_edinburgh else "{n}", "Home | {n}", "{n}"])
    words = {"n": place.name, "w": where}
    _add_result(world, place, place.website, title.format(**words), snippets[chance.randrange(3)], "own page")
    if chance.random() < 0.5:
        text = f"{place.name}, {place.town}. {chance.randint(200, 9000)} likes. {what.strip()} {phone or ''}".strip()
        _add_result(world, place, place.facebook, f"{place.name} | {place.town} | Facebook", text, "social page")
    if place.kind == "gym" and "padel" in place.activities:
        text = f"{place.name}'s padel courts are open to members and guests.{what}"
        _add_result(world, place, f"{place.website}/padel", f"Padel courts in {where}", text, "page about a part")
    if place.facilities and chance.random() < 0.6:
        link = f"https://www.openplay.example/venues/{place.place_id}"
        text = f"Book at {place.name}, {place.street}, {place.postcode}.{what}"
        _add_result(world, place, link, f"{place.name} | OpenPlay", text, "booking page")


def _add_result(world: World, place: Place, link: str, title: str, snippet: str, note: str) -> None:
    position = len(world.records["serper"]) + 1
    record = {"title": title, "link": link, "snippet": snippet, "position": position}
    world.add("serper", link, record, place, "member", note)


def _in_prose(facility: str, count: int) -> str:
    words = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 8: "eight", 9: "nine", 10: "ten"}
    nouns = {
        "pitch5": "five-a-side pitch",
        "padel": "covered padel court",
        "tennisin": "indoor tennis court",
        "tennisout": "floodlit tennis court",
        "squash": "squash court",
        "pool": "swimming pool",
    }
    if facility not in nouns:
        return ""
    plural = "es" if nouns[facility].endswith("pitch") else "s"
    return f"{words.get(count, str(count))} {nouns[facility]}{plural if count > 1 else ''}"


# --- what is true -----------------------------------------------------------------------------------------


def true_values(place: Place) -> Iterator[tuple[str, str]]:
    """Field and value; an empty value where the place has no such thing, nothing where the world does not say.

    Of activities there is a row each: those it is known for, and those that what it has is for.
    """
    opens, closes = place.hours
    yield "entity_name", place.name
    yield "street_address", place.street
    yield "locality", place.locality
    yield "city", place.town
    yield "postcode", place.postcode
    yield "country", "GB"
    yield "latitude", str(place.latitude)
    yield "longitude", str(place.longitude)
    yield "phone", f"+44{place.phone.replace(' ', '')}" if place.phone else ""
    yield "website_url", place.website
    yield "facebook_url", place.facebook
    week = {day[:2]: [[opens, closes]] for day in DAYS}
    yield "opening_hours", json.dumps(week)
    offered = (activity for facility, _ in place.facilities for activity in ACTIVITIES.get(facility, ()))
    for activity in sorted({*place.activities, *offered, *KIND_ACTIVITIES.get(place.kind, ())}):
        yield "canonical_activities", activity


MAKERS = {"g": _google, "o": _osm, "p": _register, "c": _council, "e": _charger, "s": _web}


def rendered(world: World) -> Iterator[tuple[Path, str]]:
    """Every file of the world with its text."""
    for source, records in world.records.items():
        lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
        yield HERE / "world" / f"{source}.json", f"[\n{lines}\n]\n"
    header = ("source_name", "source_record_id", "place_id", "place_name", "role", "note")
    yield HERE / "truth.csv", _csv([header, *world.truth])
    yield HERE / "true_values.csv", _csv([("place_id", "field_name", "value"), *world.true_values])


def _csv(rows: list[tuple[str, ...]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()


if __name__ == "__main__":
    for path, text in rendered(build()):
        path.write_text(text, encoding="utf-8")
