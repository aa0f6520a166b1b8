"""The mapping of OpenStreetMap extracts. Their tags have a meaning that needs no sample."""

from __future__ import annotations

from typing import Any

from ingest.lists.proposal import Column, ColumnReport, Proposal
from ingest.lists.readers.osm import COLUMNS, PLACE_KEYS

MAPPING: dict[str, tuple[str, ...]] = {
    "entity_name": ("name",),
    "alternate_names": ("alt_name", "official_name", "short_name", "old_name", "loc_name", "name:en"),
    "raw_categories": (*PLACE_KEYS, "cuisine"),
    "unit": ("addr:unit", "addr:door"),
    "house_name": ("addr:housename",),
    "house_number": ("addr:housenumber",),
    "street": ("addr:street", "addr:place"),
    "address": ("addr:full",),
    "locality": ("addr:suburb", "addr:neighbourhood", "addr:quarter"),
    "city": ("addr:city", "addr:town", "addr:village", "addr:hamlet"),
    "region": ("addr:state", "addr:province", "addr:county"),
    "postcode": ("addr:postcode",),
    "country": ("addr:country",),
    "phone": ("phone", "contact:phone", "contact:mobile", "mobile"),
    "email": ("email", "contact:email"),
    "website_url": ("website", "contact:website", "url"),
    "facebook_url": ("contact:facebook", "facebook"),
    "instagram_url": ("contact:instagram", "instagram"),
    "twitter_url": ("contact:twitter", "twitter"),
    "linkedin_url": ("contact:linkedin", "linkedin"),
    "opening_hours": ("opening_hours",),
    "wifi": ("internet_access",),
    "disabled_access": ("wheelchair",),
    "description": ("description",),
    "floors": ("level",),
}
FIELD_OF = {f"tags/{tag}": name for name, tags in MAPPING.items() for tag in tags}
MOST_LISTED = 40  # tags that no field has: an extract has hundreds


def is_extract(names: tuple[str, ...]) -> bool:
    return {*COLUMNS} - {"version"} <= set(names)  # an answer of Overpass often has none


def propose_extract(columns: list[Column]) -> Proposal:
    fields: dict[str, Any] = {name: [f"tags/{tag}" for tag in tags] for name, tags in MAPPING.items()}
    fields |= {"latitude": "lat", "longitude": "lon"}
    known = {"lat": "latitude", "lon": "longitude", "type": "id", "id": "id", **FIELD_OF}
    seen = sorted(columns, key=lambda column: -column.filled)
    reports = [ColumnReport(c.name, known[c.name], 1.0, "mapped", None) for c in seen if c.name in known]
    others = [c.name for c in seen if c.name not in known]
    reports += [ColumnReport(name, None, 0.0, "left", "no field of a record") for name in others[:MOST_LISTED]]
    notes = []
    if len(others) > MOST_LISTED:
        notes.append(f"{len(others) - MOST_LISTED} more tags are not mapped; they stay in the payload.")
    return Proposal(fields, {}, ["type", "id"], tuple(reports), tuple(notes))
