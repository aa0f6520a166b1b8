"""The fields of a record that a list can fill. `trigpoint schemas` prints them for editors."""

from __future__ import annotations

FIELDS = {
    "entity_name": "the name of the place",
    "alternate_names": "further names",
    "raw_categories": "the list's own words for the kind of place",
    "address": "the whole address in one text",
    "unit": "flat, shop or floor",
    "house_name": "name of the building",
    "house_number": "number of the house",
    "street": "street without a number",
    "street_address": "street and number",
    "locality": "part of a town",
    "city": "town",
    "region": "county, state or province",
    "postcode": "postcode",
    "country": "country, as ISO 3166-1 alpha-2",
    "latitude": "degrees, WGS84",
    "longitude": "degrees, WGS84",
    "easting": "east coordinate in the system `options.crs`",
    "northing": "north coordinate in the system `options.crs`",
    "geometry": "a GeoJSON geometry, as text or object",
    "phone": "phone numbers",
    "email": "email address",
    "website_url": "website",
    "instagram_url": "page at Instagram",
    "facebook_url": "page at Facebook",
    "twitter_url": "page at X",
    "linkedin_url": "page at LinkedIn",
    "opening_hours": "opening hours, in OpenStreetMap's grammar or in words",
    "wifi": "whether there is wifi: yes or no",
    "parking_available": "whether there is parking: yes or no",
    "disabled_access": "whether a wheelchair can enter: yes or no",
    "rating": "a number",
    "rating_count": "how many ratings there are",
    "summary": "one sentence about the place",
    "description": "a text about the place",
    "floors": "the floors it is on",
    "discovered_attributes": "further facts, as the text of a JSON object",
    "external_ids": "its ids elsewhere, as the text of a JSON object: namespace to id",
    "operating_status": "operational, closed_temporarily, closed_permanently or planned",
    "source_updated_at": "when the list last changed the row",
}
# The fields that hold several values at once. In the others the first column that is filled counts.
SEVERAL = frozenset({"alternate_names", "raw_categories", "phone", "email", "website_url", "floors"})
# Fields that serve the reading of other fields. They have no trust of their own.
PARTS = {
    "address": ("street_address", "locality", "city", "postcode"),
    "unit": ("street_address",),
    "house_name": ("street_address",),
    "house_number": ("street_address",),
    "street": ("street_address",),
    "region": ("city",),
    "easting": ("latitude", "longitude"),
    "northing": ("latitude", "longitude"),
    "geometry": ("latitude", "longitude"),
}


def fields_behind(field_name: str) -> tuple[str, ...]:
    """The fields of a list that a published field can come from."""
    if field_name.startswith("canonical_"):
        return ("raw_categories", "entity_name")
    return (field_name, *(part for part, read in PARTS.items() if field_name in read))
