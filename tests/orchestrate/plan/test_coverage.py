"""A source is asked only about the part of the world that it covers."""

from __future__ import annotations

import pytest

from ingest.calls import Area
from orchestrate.plan.areas.boxes import Box
from orchestrate.plan.coverage import CoveredPlace
from orchestrate.plan.planner import load_source_catalogue, plan
from orchestrate.settings import SEEDS_DIR

SCOTLAND = CoveredPlace("Scotland", "region", "GB", Box(54.6, -8.7, 60.9, -0.7))
CITY = CoveredPlace("Ayton", "box", "GB", Box(55.8, -3.4, 56.0, -3.0))
PACIFIC = CoveredPlace("the islands", "box", None, Box(-20, 170, 0, -170))


def area(south: float, west: float, north: float, east: float, country: str | None = "GB") -> Area:
    return Area("there", (south + north) / 2, (west + east) / 2, south, west, north, east, country)


@pytest.mark.parametrize(
    ("place", "asked", "region", "is_covered"),
    [
        pytest.param(CoveredPlace("Japan", "country", "JP", None), area(1, 1, 2, 2, "JP"), None, True, id="country"),
        pytest.param(CoveredPlace("Japan", "country", "JP", None), area(1, 1, 2, 2), None, False, id="other-country"),
        pytest.param(CoveredPlace("Japan", "country", "JP", None), area(1, 1, 2, 2, None), None, False, id="unknown"),
        pytest.param(SCOTLAND, area(54.8, -3, 54.9, -2.9), "England", False, id="in-the-box-of-the-region-not-in-it"),
        pytest.param(SCOTLAND, area(51, -1, 52, 0), "Scotland", True, id="region-by-name"),
        pytest.param(SCOTLAND, area(55.9, -3.2, 56, -3.1), None, True, id="region-unknown-inside-its-box"),
        pytest.param(SCOTLAND, area(51, -1, 52, 0), None, False, id="region-unknown-outside-its-box"),
        pytest.param(SCOTLAND, area(55, -7, 56, -6, "IE"), None, False, id="another-country-in-its-box"),
        pytest.param(CITY, area(55.9, -3.2, 55.95, -3.1), "Scotland", True, id="part-of-the-city"),
        pytest.param(CITY, area(54, -8, 61, 0), "Scotland", True, id="the-country-around-the-city"),
        pytest.param(CITY, area(55.95, -3.1, 56.2, -2.6), "Scotland", False, id="only-the-edges-overlap"),
        pytest.param(PACIFIC, area(-10, 178, -9, 179, "FJ"), None, True, id="west-of-the-antimeridian"),
        pytest.param(PACIFIC, area(-10, -179, -9, -178, "FJ"), None, True, id="east-of-the-antimeridian"),
        pytest.param(PACIFIC, area(-10, 0, -9, 1, "GA"), None, False, id="the-other-side-of-the-world"),
    ],
)
def test_an_area_is_covered_or_not(place, asked, region, is_covered):
    assert place.covers(asked, region) is is_covered


def test_a_source_without_a_row_covers_the_world():
    planned = plan("coffee berlin", load_source_catalogue(SEEDS_DIR))

    assert {"serper", "google_places", "openstreetmap"} <= {call.source for call in planned.calls}
    assert "serper" not in load_source_catalogue(SEEDS_DIR).coverage


def test_the_middle_of_a_box_across_the_antimeridian_is_inside_it():
    assert Box(-20, 170, 0, -170).middle == (-10, 180)


def test_the_council_covers_every_area_of_its_city_and_no_other():
    seeds = load_source_catalogue(SEEDS_DIR)
    (council,) = seeds.coverage["edinburgh_council"]

    covered = {row.city for row in seeds.vocabulary.areas if council.covers(row.area, row.region)}
    assert covered == {"Edinburgh"}
    assert all(council.covers(row.area, row.region) for row in seeds.vocabulary.areas if row.city == "Edinburgh")
