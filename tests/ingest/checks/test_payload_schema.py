"""Each source's records as they are sent, and with a value of another type."""

import pytest

from ingest.checks.payload_schema import check_payload
from ingest.connectors import CONNECTORS
from tests.sources import SOURCES, example

GOOD = {source: example(source, "GOOD_RECORD") for source in SOURCES}
CHANGED = [
    ("serper", {"cid": 7356726063401944424}, "cid"),
    ("serper", {"snippet": ["a"]}, "snippet"),
    ("google_places", {"displayName": "A"}, "displayName"),
    ("google_places", {"location": {"latitude": [55.9]}}, "location.latitude"),
    ("google_places", {"types": "gym"}, "types"),
    ("openstreetmap", {"lat": [55.9]}, "lat"),
    ("openstreetmap", {"tags": {"name": 7}}, "tags.name"),
    ("sport_scotland", {"geometry": {"type": "Point", "coordinates": "POINT(1 2)"}}, "geometry.coordinates"),
    ("sport_scotland", {"properties": []}, "properties"),
    ("edinburgh_council", {"geometry": {"x": True}}, "geometry.x"),
    ("open_charge_map", {"AddressInfo": {"Latitude": {}}}, "AddressInfo.Latitude"),
    ("open_charge_map", {"NumberOfPoints": True}, "NumberOfPoints"),
]


@pytest.mark.parametrize("source", GOOD)
def test_sent_record_fits_its_schema(source):
    assert check_payload(CONNECTORS[source].schema, GOOD[source]) == (None, [])


@pytest.mark.parametrize(("source", "changed", "path"), CHANGED)
def test_changed_type_names_the_field(source, changed, path):
    fault, _ = check_payload(CONNECTORS[source].schema, GOOD[source] | changed)

    assert fault.startswith(f"changed type: {path} must be ")


@pytest.mark.parametrize(
    ("source", "sent"),
    [
        ("openstreetmap", {"lat": "55.9", "lon": "-3.1"}),
        ("edinburgh_council", {"geometry": {"x": "-3.1", "y": "55.9"}}),
        ("sport_scotland", {"geometry": {"type": "Polygon", "coordinates": [[[-3.1, 55.9]]]}}),
        ("open_charge_map", {"AddressInfo": {"Latitude": "55.9"}}),
    ],
)
def test_coordinates_may_have_another_form(source, sent):
    assert check_payload(CONNECTORS[source].schema, GOOD[source] | sent) == (None, [])


@pytest.mark.parametrize("source", GOOD)
def test_every_field_may_be_missing_or_null(source):
    schema = CONNECTORS[source].schema

    assert check_payload(schema, {}) == (None, [])
    assert check_payload(schema, dict.fromkeys(GOOD[source])) == (None, [])


def test_unknown_field_is_named_by_its_path():
    feature = GOOD["sport_scotland"]
    changed = feature | {"links": [], "properties": feature["properties"] | {"lit": True}}

    assert check_payload(CONNECTORS["sport_scotland"].schema, changed) == (None, ["links", "properties.lit"])
