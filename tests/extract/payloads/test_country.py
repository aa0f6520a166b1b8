"""The country of a record comes from its own fields, then from the area that was asked, and names its evidence."""

import json

import pytest

from extract.geography.whereabouts import NOWHERE, Asked
from extract.payloads.kinds import load_readers
from orchestrate.settings import SEEDS_DIR
from tests.extract.areas import IN_BERLIN, IN_BRITAIN, IN_DUBLIN, IN_NEW_YORK

READERS = load_readers(SEEDS_DIR, {"clubs": None, "british": '{"countries": ["GB"]}'})


def read(source, payload, asked=NOWHERE):
    """Field -> reading."""
    return {reading.field_name: reading for reading in READERS.read(source, json.dumps(payload), asked)}


def country(source, payload, asked=NOWHERE):
    found = read(source, payload, asked)["country"]
    return found.value, found.reason


@pytest.mark.parametrize(
    ("source", "payload", "expected"),
    [
        pytest.param("openstreetmap", {"tags": {"addr:country": "de"}}, ("DE", "stated"), id="code"),
        pytest.param("clubs", {"country": "Deutschland"}, ("DE", "stated"), id="name"),
        pytest.param("clubs", {"country": "DEU"}, ("DE", "stated"), id="three-letters"),
        pytest.param(
            "google_places",
            {"addressComponents": [{"longText": "Germany", "shortText": "DE", "types": ["country", "political"]}]},
            ("DE", "stated"),
            id="component",
        ),
        pytest.param(
            "google_places",
            {"formattedAddress": "7 rue X, 75011 Paris, Francia"},
            ("FR", "address"),
            id="end-of-address",
        ),
        pytest.param(
            "google_places",
            {"formattedAddress": "Hauptstr. 1, 10115 Berlin, ドイツ"},
            ("DE", "address"),
            id="any-language",
        ),
        pytest.param(
            "google_places", {"formattedAddress": "9 Gorse Row, Edinburgh EH6 4AE"}, ("GB", "postcode"), id="postcode"
        ),
        pytest.param("clubs", {"postcode": "1012 AB"}, ("NL", "postcode"), id="dutch-postcode"),
        pytest.param("clubs", {"postcode": "D02 AF30"}, ("IE", "postcode"), id="eircode"),
        pytest.param("clubs", {"postcode": "10435"}, (None, "no_country"), id="a-postcode-of-many-countries"),
        pytest.param(
            "google_places",
            {"formattedAddress": "1600 NW Gorse St, Portland, OR 97209"},
            ("US", "postcode"),
            id="state",
        ),
        pytest.param(
            "google_places", {"internationalPhoneNumber": "+49 30 23125 001"}, ("DE", "calling_code"), id="calling-code"
        ),
        pytest.param(
            "google_places", {"internationalPhoneNumber": "+1 800 555 0199"}, (None, "no_country"), id="freephone"
        ),
        pytest.param("openstreetmap", {"lat": 52.5, "lon": 13.4}, ("DE", "point"), id="point-in-one-country"),
        pytest.param("openstreetmap", {"lat": 51.5, "lon": -0.12}, (None, "no_country"), id="point-in-two-boxes"),
        pytest.param("sport_scotland", {"properties": {}}, ("GB", "coverage"), id="a-source-of-one-country"),
        pytest.param("british", {}, ("GB", "coverage"), id="a-list-of-one-country"),
        pytest.param(
            "google_places", {"formattedAddress": "Wilmington, DE"}, (None, "no_country"), id="a-state-of-two-letters"
        ),
    ],
)
def test_a_record_shows_its_country(source, payload, expected):
    assert country(source, payload) == expected


@pytest.mark.parametrize(
    ("payload", "asked", "expected"),
    [
        pytest.param({"tags": {}}, IN_BERLIN, ("DE", "area_asked"), id="nothing-else-known"),
        pytest.param({"lat": 51.5, "lon": -0.12}, IN_BRITAIN, ("GB", "area"), id="point-in-the-asked-country"),
        pytest.param({"lat": -0.12, "lon": 51.5}, IN_BRITAIN, ("GB", "area"), id="with-its-axes-exchanged"),
        pytest.param(
            {"tags": {"addr:full": "1 Gorse St, Atlanta, Georgia"}}, IN_NEW_YORK, ("US", "area_asked"), id="a-state"
        ),
        pytest.param(
            {"tags": {"phone": "+1 212 555 0100"}, "lat": 52.5, "lon": 13.4},
            IN_BERLIN,
            ("DE", "area"),
            id="a-number-abroad",
        ),
        pytest.param({"tags": {"addr:country": "FR"}}, IN_BERLIN, ("FR", "stated"), id="own-fields-first"),
    ],
)
def test_the_area_decides_where_the_record_says_nothing(payload, asked, expected):
    assert country("openstreetmap", payload, asked) == expected


def test_the_country_names_the_text_that_it_comes_from():
    found = read("google_places", {"formattedAddress": "Kastanienallee 7, 10435 Berlin, Germany"})["country"]

    assert (found.written.text, found.written.path) == ("Kastanienallee 7, 10435 Berlin, Germany", "/formattedAddress")


def test_a_run_of_before_kept_no_country_and_its_box_shows_it():
    area = {"country": None, "south": 55.85, "west": -3.4, "north": 56.0, "east": -3.0}

    assert Asked.of_json(json.dumps([area]), READERS.countries).countries == ("GB",)
    assert Asked.of_json(json.dumps([{**area, "south": 48.0, "east": 5.0}]), READERS.countries).countries == ()


@pytest.mark.parametrize(
    ("phone", "asked", "number"),
    [
        pytest.param("030 23125001", IN_BERLIN, "+493023125001", id="berlin"),
        pytest.param("(020) 910 0001", IN_DUBLIN, "+353209100001", id="ireland"),
        pytest.param("(212) 555-0100", IN_NEW_YORK, "+12125550100", id="new-york"),
        pytest.param("03-5550-0100", Asked(("JP",), (READERS.countries.boxes["JP"],)), "+81355500100", id="tokyo"),
        pytest.param("0131 496 0001", IN_BRITAIN, "+441314960001", id="edinburgh"),
        pytest.param("030 23125001", NOWHERE, None, id="no-country-no-number"),
    ],
)
def test_a_number_is_of_the_country_of_its_record(phone, asked, number):
    assert read("google_places", {"nationalPhoneNumber": phone}, asked)["phone"].value == number


@pytest.mark.parametrize(
    ("payload", "asked", "flag", "is_elsewhere"),
    [
        pytest.param({"lat": 52.5, "lon": 13.4}, IN_BERLIN, None, False, id="berlin-when-asked"),
        pytest.param({"lat": 53.8, "lon": -1.5}, IN_BRITAIN, None, False, id="leeds-for-a-british-query"),
        pytest.param({"lat": 52.5, "lon": 13.4}, IN_BRITAIN, None, True, id="berlin-for-a-british-query"),
        pytest.param({"lat": 52.5, "lon": 13.4}, NOWHERE, None, False, id="a-list-asks-for-no-area"),
        pytest.param({"lat": 0, "lon": 0}, IN_BERLIN, "zero", False, id="zero"),
        pytest.param({"lat": 13.4, "lon": 52.5}, IN_BERLIN, "swapped", False, id="swapped"),
        pytest.param(
            {"lat": 55.9, "lon": 3.1, "tags": {"addr:postcode": "EH4 3DH"}},
            IN_BRITAIN, "outside", False, id="lost-its-sign",
        ),
        pytest.param(
            {"lat": 52.5, "lon": 13.4, "tags": {"addr:country": "FR"}},
            NOWHERE, "outside", False, id="not-in-its-country",
        ),
        pytest.param(
            {"lat": 48.57, "lon": 7.81, "tags": {"addr:country": "DE"}},
            Asked(("FR",), (READERS.countries.boxes["FR"],)), None, False, id="across-the-border",
        ),
        pytest.param({"lat": -17.8, "lon": -179.9}, Asked(("FJ",), ()), None, False, id="across-the-antimeridian"),
    ],
)  # fmt: skip
def test_a_point_is_judged_by_the_area_and_the_country(payload, asked, flag, is_elsewhere):
    found = read("openstreetmap", payload, asked)

    assert (found["location_flag"].value if "location_flag" in found else None) == flag
    assert ("is_elsewhere" in found) == is_elsewhere


def test_a_point_outside_the_coverage_of_its_source_is_flagged():
    in_leeds = {"geometry": {"type": "Point", "coordinates": [-1.5, 53.8]}}

    assert read("sport_scotland", in_leeds, IN_BRITAIN)["location_flag"].value == "outside"
    assert "location_flag" not in read("openstreetmap", {"lat": 53.8, "lon": -1.5}, IN_BRITAIN)
