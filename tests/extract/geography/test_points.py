"""Every geometry becomes one point in degrees. Projected points are converted, swapped ones are corrected."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.geography.points import position_of, to_degrees
from extract.payloads.kinds import load_readers
from orchestrate.settings import SEEDS_DIR
from tests.extract.areas import IN_BRITAIN

READERS = load_readers(SEEDS_DIR)
HALL = ("55.944167", "-3.2023862")  # 325000, 673000 of the National Grid
GRID = {"properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
SQUARE = [[-3.2, 55.9], [-3.1, 55.9], [-3.1, 56.0], [-3.2, 56.0], [-3.2, 55.9]]
SMALL = [[-3.0, 55.9], [-2.99, 55.9], [-2.99, 55.91], [-3.0, 55.9]]
HOOK = [[0, 0], [0, 9], [1, 9], [1, 1], [9, 1], [9, 0], [0, 0]]


@pytest.mark.parametrize(
    ("geometry", "position"),
    [
        pytest.param({"type": "Point", "coordinates": [-3.1, 55.9, 12]}, (-3.1, 55.9), id="point"),
        pytest.param({"type": "Point", "coordinates": ["-3.1", "55.9"]}, (-3.1, 55.9), id="texts"),
        pytest.param({"type": "MultiPoint", "coordinates": [[-3.1, 55.9], [-3, 56]]}, (-3.1, 55.9), id="several"),
        pytest.param({"type": "LineString", "coordinates": [[0, 0], [10, 0], [10, 2]]}, (6.0, 0.0), id="halfway-along"),
        pytest.param({"type": "Polygon", "coordinates": [SQUARE]}, (-3.15, 55.95), id="polygon"),
        pytest.param({"type": "MultiPolygon", "coordinates": [[SMALL], [SQUARE]]}, (-3.15, 55.95), id="largest-part"),
        pytest.param({"rings": [SQUARE]}, (-3.15, 55.95), id="rings"),
        pytest.param({"paths": [[[0, 0], [10, 0]]]}, (5.0, 0.0), id="paths"),
        pytest.param({"points": [[-3.1, 55.9], [-3, 56]]}, (-3.1, 55.9), id="points"),
        pytest.param({"x": -3.1, "y": "55.9"}, (-3.1, 55.9), id="x-and-y"),
        pytest.param({"type": "GeometryCollection", "geometries": [{}, {"x": 1, "y": 2}]}, (1.0, 2.0), id="collection"),
        pytest.param({"minlat": 55.9, "minlon": -3.2, "maxlat": 55.902, "maxlon": -3.198}, (-3.199, 55.901), id="box"),
        pytest.param({"type": "Polygon", "coordinates": []}, None, id="empty"),
        pytest.param({"type": "Point", "coordinates": [True, None]}, None, id="no-numbers"),
        pytest.param({"lat": "north", "lon": -3}, None, id="words"),
    ],
)
def test_any_geometry_has_a_position(geometry, position):
    assert position_of(geometry) == position


def test_point_of_a_hook_is_inside_it():
    x, y = position_of({"rings": [HOOK]})

    assert (0 <= x <= 1 and 0 <= y <= 9) or (0 <= x <= 9 and 0 <= y <= 1)


@pytest.mark.parametrize(
    ("position", "crs", "country", "expected"),
    [
        pytest.param((-3.2, 55.95), None, "GB", (55.95, -3.2, False), id="degrees"),
        pytest.param((55.95, -3.2), None, "GB", (55.95, -3.2, True), id="swapped"),
        pytest.param((52.5, 13.4), None, "DE", (13.4, 52.5, False), id="swapped-without-any-sign"),
        pytest.param((13.4, 152.5), None, "DE", (13.4, 152.5, True), id="no-such-latitude"),
        pytest.param((-354_453.5, 7_547_160.8), None, "GB", (55.9434, -3.1841, False), id="web-mercator"),
        pytest.param((325_000, 673_000), None, "GB", (55.9442, -3.2024, False), id="national-grid"),
        pytest.param((673_000, 325_000), None, "GB", (55.9442, -3.2024, True), id="national-grid-swapped"),
        pytest.param((7_547_160.8, -354_453.5), None, "GB", (55.9434, -3.1841, True), id="web-mercator-swapped"),
        pytest.param((325_000, 673_000), "EPSG:27700", None, (55.9442, -3.2024, False), id="named"),
        pytest.param((325_000, 673_000), None, "FR", (6.0345, 2.9195, False), id="no-national-grid-abroad"),
        pytest.param((-3.2, 55.95), "EPSG:3857", "GB", (55.95, -3.2, False), id="named-and-not-kept-to"),
        pytest.param((0, 0), None, "GB", (0, 0, False), id="zero"),
        pytest.param((500, 500), "EPSG:99999", "GB", None, id="no-such-system"),
    ],
)
def test_a_position_becomes_degrees(position, crs, country, expected):
    point = to_degrees(position, crs, country, {"GB": READERS.countries.boxes["GB"]})

    assert (point and (round(point.latitude, 4), round(point.longitude, 4), point.is_swapped)) == expected


@pytest.mark.parametrize(
    ("source", "payload", "point"),
    [
        ("openstreetmap", {"center": {"lat": 55.9, "lon": -3.1}}, ("55.9", "-3.1")),
        (
            "openstreetmap",
            {"bounds": {"minlat": 55.9, "minlon": -3.2, "maxlat": 55.902, "maxlon": -3.198}},
            ("55.901", "-3.199"),
        ),
        ("google_places", {"location": {"latitude": 55.9, "longitude": -3.1}}, ("55.9", "-3.1")),
        ("open_charge_map", {"AddressInfo": {"Latitude": "55.9", "Longitude": "-3.1"}}, ("55.9", "-3.1")),
        ("serper", {"latitude": 55.9, "longitude": -3.1}, ("55.9", "-3.1")),
        ("sport_scotland", {"geometry": None, "properties": {"eastings_x": 325000.0, "northing_y": "673000"}}, HALL),
        ("sport_scotland", {"geometry": {"type": "Polygon", "coordinates": [SQUARE]}}, ("55.95", "-3.15")),
        ("edinburgh_council", {"geometry": {"x": 325000, "y": 673000, "spatialReference": {"wkid": 27700}}}, HALL),
        ("edinburgh_council", {"crs": GRID, "geometry": {"coordinates": [325000, 673000]}}, HALL),
        ("serper", {"title": "A page"}, (None, None)),
    ],
)
def test_point_of_each_source_is_read(source, payload, point):
    found = {reading.field_name: reading.value for reading in READERS.read(source, json.dumps(payload), IN_BRITAIN)}

    assert (found.get("latitude"), found.get("longitude")) == point


KEYS = (
    "coordinates rings paths points geometries type x y lat lon crs wkid minlat minlon maxlat maxlon spatialReference "
    "properties name"
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=4),
    max_leaves=30,
)


@given(JSON)
def test_no_geometry_raises(geometry):
    position = position_of(geometry)

    assert position is None or len(position) == 2
