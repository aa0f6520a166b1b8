"""The tags of OpenStreetMap that golden cells become."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from orchestrate.export.formats.values import fit, hours_text

LONGEST = 255  # characters of a value
# A house number before its street, or behind it.
NUMBER_FIRST = re.compile(r"(?P<number>\d+[A-Za-z]?(?:[-–/]\d+[A-Za-z]?)?),? +(?P<street>[^\d,;]+)")
NUMBER_LAST = re.compile(r"(?P<street>[^\d,;]+?) +(?P<number>\d+ ?[A-Za-z]?(?:[-–/]\d+[A-Za-z]?)?)")
STREET_ALONE = re.compile(r"[^\d,;]+")
PLAIN = {
    "entity_name": "name",
    "phone": "phone",
    "email": "email",
    "website_url": "website",
    "facebook_url": "contact:facebook",
    "instagram_url": "contact:instagram",
    "twitter_url": "contact:twitter",
    "linkedin_url": "contact:linkedin",
    "city": "addr:city",
    "postcode": "addr:postcode",
    "country": "addr:country",
}
# Another spelling of a key, which an object may have already.
SAME_KEY = {"phone": "contact:phone", "email": "contact:email", "website": "contact:website"}
GONE = ("closed_permanently", "planned")


def tags_of_fields(record: Mapping[str, Any], fields: Iterable[str]) -> dict[str, str]:
    """The tags of these fields of a record. A value that OpenStreetMap cannot hold has none."""
    tags: dict[str, str] = {}
    for name in fields:
        value = record.get(name)
        if value is None:
            continue
        if name in PLAIN:
            tags[PLAIN[name]] = value
        elif name == "street_address":
            tags |= _street_tags(value)
        elif name == "opening_hours":
            tags["opening_hours"] = hours_text(value)
        elif name == "disabled_access":
            tags["wheelchair"] = "yes" if value else "no"
        elif name == "wifi":
            tags["internet_access"] = "wlan" if value else "no"
    return {key: fit(value) for key, value in tags.items() if 0 < len(value) <= LONGEST}


def _street_tags(address: str) -> dict[str, str]:
    """Street and house number, where the address is plainly that."""
    found = NUMBER_FIRST.fullmatch(address) or NUMBER_LAST.fullmatch(address)
    if found:
        return {"addr:housenumber": found["number"].replace(" ", ""), "addr:street": found["street"].strip()}
    return {"addr:street": address.strip()} if STREET_ALONE.fullmatch(address) else {}


def tags_by_kind(category_map: Iterable[Mapping[str, str]]) -> dict[str, tuple[str, str]]:
    """`place_type library` -> amenity, library: the first tag of the seed `category_map` that means just that."""
    found: dict[str, tuple[str, str]] = {}
    for row in category_map:
        key, is_tag, value = row["raw_category"].partition("=")
        if row["source_name"] == "openstreetmap" and is_tag:
            found.setdefault(f"{row['kind']} {row['value']}", (key, value))
    return found


def kind_tags(record: Mapping[str, Any], by_kind: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The tags that say what a place is. A sport alone is no kind of place."""
    tags: dict[str, str] = {}
    for place_type in record["canonical_place_types"]:
        if tag := by_kind.get(f"place_type {place_type}"):
            tags.setdefault(*tag)
    sports = [by_kind.get(f"activity {activity}", ("", "")) for activity in record["canonical_activities"]]
    if tags and (names := ";".join(dict.fromkeys(value for key, value in sports if key == "sport"))):
        tags["sport"] = names
    return tags


def changed_tags(held: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """What of the wanted tags an object lacks or says otherwise, under the key that it uses. A name stays."""
    changed: dict[str, str] = {}
    for key, value in wanted.items():
        used = SAME_KEY.get(key, key)
        used = used if used in held else key
        if held.get(used) != value and not (key == "name" and held.get("name")):
            changed[used] = value
    return changed
