"""The parser of addresses finds numbers, flats, streets, localities and towns."""

import json

import pytest

from extract.addresses.addresses import Address, parse_address
from extract.addresses.house_numbers import house_number
from extract.addresses.towns import proper_case, read_town
from extract.geography.gazetteer import load_gazetteer
from extract.payloads.kinds import load_readers
from orchestrate.settings import SEEDS_DIR
from tests.extract.areas import IN_BERLIN, IN_BRITAIN, IN_NEW_YORK

READERS = load_readers(SEEDS_DIR)
KNOWN = load_gazetteer(SEEDS_DIR)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("1, Gorse Square, Teasel Park, Edinburgh EH12 9GR, UK", ("1 Gorse Square", "Teasel Park", "Edinburgh")),
        ("7 Gorse Pl, Edinburgh EH4 3DH, UK", ("7 Gorse Pl", None, "Edinburgh")),
        ("Gorse Centre, Teasel Rd, Edinburgh EH16 5TZ, UK", ("Teasel Rd", None, "Edinburgh")),
        ("Unit 39, 4-5 Lochside Way, Edinburgh EH12 9DT, UK", ("Unit 39, 4-5 Lochside Way", None, "Edinburgh")),
        ("Unit 4 27 Osprey Way, Livingston", ("Unit 4, 27 Osprey Way", None, "Livingston")),
        ("Flat 2, 10 Teasel Street, Leith, Edinburgh", ("Flat 2, 10 Teasel Street", "Leith", "Edinburgh")),
        ("2F1, 10 Teasel Street, Edinburgh", ("2F1, 10 Teasel Street", None, "Edinburgh")),
        ("1/4 Loaning Road, Edinburgh EH7 6JE", ("1/4 Loaning Road", None, "Edinburgh")),
        ("12, 14 & 16 Teasel Street, Edinburgh", ("12,14,16 Teasel Street", None, "Edinburgh")),
        ("Teasel Street, 12", ("12 Teasel Street", None, None)),
        ("WR3J+8F Edinburgh, UK", (None, None, "Edinburgh")),
        ("United Kingdom", (None, None, None)),
        ("Teaselstraße 1, 10119 Berlin, Germany", ("Teaselstraße 1", None, "Berlin")),
        ("840 Teasel Dr, Lone Tree, CO 80124", ("840 Teasel Dr", None, "Lone Tree")),
        ("", (None, None, None)),
    ],
)
def test_address_in_one_line_is_parsed(written, address):
    assert parse_address(written, "GB", KNOWN) == Address(*address)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("12 Edinburgh Road, South Queensferry, EH30 9HR", ("12 Edinburgh Road", "South Queensferry", None)),
        ("28 Ferry Road, Edinburgh", ("28 Ferry Road", None, None)),
        ("28 Ferry Road Edinburgh EH6 4AE", ("28 Ferry Road", None, None)),
        ("Gorse Hall", ("Gorse Hall", None, None)),
    ],
)
def test_known_city_makes_the_part_after_the_street_a_locality(written, address):
    assert parse_address(written, "GB", KNOWN, city="Edinburgh") == Address(*address)


@pytest.mark.parametrize(
    ("written", "country", "address"),
    [
        ("Kastanienallee 7, 10435 Berlin, Germany", "DE", ("Kastanienallee 7", None, "Berlin")),
        ("Unter den Linden 77, 10117 Berlin", "DE", ("Unter den Linden 77", None, "Berlin")),
        ("Hauptstr. 5a, Nürnberg", "DE", ("Hauptstr. 5a", None, "Nürnberg")),
        ("7 rue de la Paix, 75011 Paris, France", "FR", ("7 rue de la Paix", None, "Paris")),
        ("Via Roma 12, 00184 Roma RM, Italia", "IT", ("Via Roma 12", None, "Roma")),
        ("Via Gorse, 12, Milano (MI)", "IT", ("Via Gorse 12", None, "Milano")),
        ("C. de Gorse, 27, 28012 Madrid, Spain", "ES", ("C. de Gorse 27", None, "Madrid")),
        ("Damrak 1, 1012 LG Amsterdam, Netherlands", "NL", ("Damrak 1", None, "Amsterdam")),
        ("350 Gorse Ave, New York, NY 10001, USA", "US", ("350 Gorse Ave", None, "New York")),
        ("350 Gorse Ave, New York, New York 10001", "US", ("350 Gorse Ave", None, "New York")),
        ("100 Gorse St W, Toronto, ON M5H 2N2, Canada", "CA", ("100 Gorse St W", None, "Toronto")),
        ("1 Gorse St, Carlton VIC 3053, Australia", "AU", ("1 Gorse St", None, "Carlton")),
        ("12 Gorse Street, Dublin 2, D02 AF30, Ireland", "IE", ("12 Gorse Street", None, "Dublin 2")),
        (
            "Av. Gorse, 1000 - Bela Vista, São Paulo - SP, 01310-100",
            "BR",
            ("Av. Gorse 1000", "Bela Vista", "São Paulo"),
        ),
        ("1-2-3 Wakabayashi, Setagaya City, Tokyo 154-0023", "JP", ("1-2-3 Wakabayashi", "Setagaya City", "Tokyo")),
        ("Drottninggatan 5, 111 51 Stockholm, Sweden", "SE", ("Drottninggatan 5", None, "Stockholm")),
        ("ul. Gorse 10, 00-590 Warszawa, Polska", "PL", ("ul. Gorse 10", None, "Warszawa")),
        ("Váci u. 12, 1056 Budapest", "HU", ("Váci u. 12", None, "Budapest")),
    ],
)
def test_address_has_the_form_of_its_country(written, country, address):
    assert parse_address(written, country, KNOWN) == Address(*address)


@pytest.mark.parametrize(
    ("text", "country", "is_street"),
    [
        ("Unter den Linden 77", "DE", True),
        ("Unter den Linden 77", "GB", False),
        ("Nürnberg", "DE", False),
        ("Fire Brigade", "GB", False),
        ("Vestergade", "DK", True),
        ("Via Roma", "IT", True),
        ("Via Roma", "GB", False),
        ("Margate", "GB", False),
    ],
)
def test_words_of_a_language_make_a_street_where_it_is_spoken(text, country, is_street):
    assert KNOWN.streets.is_street(text, country) == is_street


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1;2;3;4", "1-4"),
        ("1;3;5", "1,3,5"),
        ("1;2", "1,2"),
        ("12 – 14", "12-14"),
        ("12 to 16", "12-16"),
        ("12, 14 & 16", "12,14,16"),
        ("1/4", "1/4"),
        ("12a", "12A"),
        ("12a-c", "12A-C"),
        ("No. 5", "5"),
        ("Gorse House", None),
    ],
)
def test_house_numbers_are_one_word(written, number):
    assert house_number(written) == number


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        pytest.param(
            {"addr:unit": "4", "addr:housenumber": "27", "addr:street": "Osprey Way"},
            {"street_address": "Unit 4, 27 Osprey Way"},
            id="unit",
        ),
        pytest.param(
            {"addr:flats": "1-6", "addr:housenumber": "220", "addr:street": "Teasel Street", "addr:town": "Livingston"},
            {"street_address": "220 Teasel Street", "city": "Livingston"},
            id="flats-of-a-house",
        ),
        pytest.param(
            {"addr:housename": "Gorse House", "addr:street": "Teasel Street"},
            {"street_address": "Gorse House, Teasel Street"},
            id="house-name",
        ),
        pytest.param({"addr:housenumber": "3", "addr:place": "Gorse"}, {"street_address": "3 Gorse"}, id="place"),
        pytest.param({"addr:housenumber": "3"}, {}, id="a-number-alone"),
        pytest.param(
            {"addr:housenumber": "2F1, 12", "addr:street": "Teasel Street"},
            {"street_address": "2F1, 12 Teasel Street"},
            id="flat-in-the-number",
        ),
        pytest.param(
            {"addr:housenumber": "27 Teasel Street", "addr:street": "Teasel Street"},
            {"street_address": "27 Teasel Street"},
            id="street-in-the-number",
        ),
        pytest.param(
            {"addr:housenumber": "27", "addr:street": "Teasel Street;Gorse Row"},
            {"street_address": "27 Teasel Street"},
            id="two-streets",
        ),
        pytest.param(
            {"addr:housenumber": "yes", "addr:street": "Teasel Street", "addr:city": "yes"},
            {"street_address": "Teasel Street"},
            id="yes-is-no-number-and-no-town",
        ),
        pytest.param({"addr:street": "GORSE ROW"}, {"street_address": "Gorse Row"}, id="capitals"),
        pytest.param(
            {"addr:full": "3 Gorse Row, Leith, Edinburgh EH6 4AE", "addr:hamlet": "Gorse"},
            {"street_address": "3 Gorse Row", "locality": "Edinburgh", "city": "Gorse", "postcode": "EH6 4AE"},
            id="full",
        ),
        pytest.param({"addr:city": "Edinburgh, UK"}, {"city": "Edinburgh"}, id="country-behind-the-city"),
    ],
)
def test_tags_are_composed_into_an_address(tags, expected):
    assert said("openstreetmap", {"tags": tags}) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"site_name": "Gorse Park (Gorse FC)", "address": "(Gorse FC)", "town": "EDINBURGH"}, {"city": "Edinburgh"}),
        ({"site_name": "Gorse Links", "address": "LEITH", "town": "LEITH"}, {"city": "Leith"}),
        (
            {"site_name": "Gorse FC", "address": "Unit 3, 2-4 GORSE ROAD", "town": "LEITH"},
            {"street_address": "Unit 3, 2-4 Gorse Road", "city": "Leith"},
        ),
        (
            {"site_name": "Gorse Road Club", "address": "GORSE ROAD", "town": "NEWTON-ON-AYR"},
            {"street_address": "Gorse Road", "city": "Newton-on-Ayr"},
        ),
    ],
)
def test_rest_of_the_name_is_no_street(fields, expected):
    assert said("sport_scotland", {"properties": fields}) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"AddressLine1": "Gorse Depot", "Town": "14 Gorse Avenue"}, {"street_address": "14 Gorse Avenue"}),
        (
            {"AddressLine1": "Gorse Close", "Town": "University of Edinburgh", "StateOrProvince": "Edinburgh"},
            {"street_address": "Gorse Close", "city": "Edinburgh"},
        ),
        (
            {
                "Title": "Gorse Hall, Edinburgh",
                "AddressLine1": "Gorse Hall",
                "Town": "Horse Wynd",
                "StateOrProvince": "City of Edinburgh",
            },
            {"street_address": "Horse Wynd", "city": "Edinburgh"},
        ),
        (
            {"AddressLine1": "Gorse Row", "Town": "Leith", "StateOrProvince": "Lothian"},
            {"street_address": "Gorse Row", "city": "Leith"},
        ),
    ],
)
def test_a_town_that_is_a_street_is_no_town(fields, expected):
    assert said("open_charge_map", {"AddressInfo": fields}) == expected


@pytest.mark.parametrize(
    ("asked", "street", "line"),
    [
        (IN_BERLIN, "Kastanienallee", "Kastanienallee 7"),
        (IN_NEW_YORK, "Gorse Avenue", "7 Gorse Avenue"),
    ],
)
def test_the_number_of_a_tag_stands_where_the_country_puts_it(asked, street, line):
    tags = {"tags": {"addr:street": street, "addr:housenumber": "7"}}

    assert said("openstreetmap", tags, asked)["street_address"] == line


@pytest.mark.parametrize(
    ("text", "country", "streets"),
    [
        ("Kaffee in der Kastanienallee 7, 10435 Berlin", "DE", ["Kastanienallee 7"]),
        ("Berliner Straße 12a, geöffnet ab 9", "DE", ["Berliner Straße 12a"]),
        ("au 7 rue de la Paix, 75011 Paris", "FR", ["7 rue de la Paix"]),
        ("in Via dei Gorse, 12 - Roma", "IT", ["Via dei Gorse, 12"]),
        ("at 350 Gorse Avenue, New York", "US", ["350 Gorse Avenue"]),
        ("Kastanienallee 7", "GB", []),
    ],
)
def test_street_in_prose_has_the_form_of_its_country(text, country, streets):
    assert [found.value for found in KNOWN.streets.find(text, country)] == streets


def test_google_components_come_before_the_line():
    place = {
        "formattedAddress": "Sports Centre, 7 Gorse Place, Dean Village, Edinburgh EH4 3DH, UK",
        "addressComponents": [
            {"longText": "39", "types": ["subpremise"]},
            {"longText": "7", "types": ["street_number"]},
            {"longText": "Gorse Place", "types": ["route"]},
            {"longText": "Dean Village", "types": ["neighborhood", "political"]},
            {"longText": "Edinburgh", "types": ["postal_town"]},
        ],
    }

    assert said("google_places", place) == {
        "postcode": "EH4 3DH",
        "street_address": "Unit 39, 7 Gorse Place",
        "locality": "Dean Village",
        "city": "Edinburgh",
    }


@pytest.mark.parametrize(
    ("text", "streets"),
    [
        ("Gorse Club, 1/4 Loaning Road, Edinburgh.", ["1/4 Loaning Road"]),
        ("Unit 4, 27 Osprey Way", ["Unit 4, 27 Osprey Way"]),
        ("at 12, 14 & 16 Teasel Street.", ["12,14,16 Teasel Street"]),
        ("since 2001, 12 Teasel Street", ["12 Teasel Street"]),
        ("courts 1-4, 12 Teasel Road", ["12 Teasel Road"]),
        ("Gorse Club, Flat 3/2, 12 Osprey Road, Edinburgh", ["Flat 3/2, 12 Osprey Road"]),
    ],
)
def test_street_in_prose_has_its_flat(text, streets):
    assert [found.value for found in KNOWN.streets.find(text, "GB")] == streets


@pytest.mark.parametrize(
    ("written", "town"),
    [
        ("University of Edinburgh", "Edinburgh"),
        ("XQ5V+2H Edinburgh", "Edinburgh"),
        ("Edinburgh Road", None),
        ("Scotland", None),
        ("EH15 1DR", None),
        ("Livingston", "Livingston"),
    ],
)
def test_a_town_is_no_country_code_or_street(written, town):
    assert read_town(written, "GB", KNOWN) == town


@pytest.mark.parametrize(
    ("written", "cased"),
    [
        ("NEWTON-ON-AYR", "Newton-on-Ayr"),
        ("ST. ANDREW'S ROAD", "St. Andrew's Road"),
        ("O'NEILL PARK", "O'Neill Park"),
        ("12A GORSE ST", "12A Gorse St"),
        ("La Rue", "La Rue"),
    ],
)
def test_capitals_become_proper_case(written, cased):
    assert proper_case(written) == cased


def said(source, payload, asked=IN_BRITAIN):
    """The readings of an address in a payload, by field."""
    found = READERS.read(source, json.dumps(payload), asked)
    return {reading.field_name: reading.value for reading in found if reading.value and reading.field_name != "country"}
