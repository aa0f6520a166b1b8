"""The town of a running text stands behind its postcode, where the country writes it there."""

from __future__ import annotations

import pytest

from extract.addresses.towns import town_beside_code
from extract.geography.gazetteer import load_gazetteer
from orchestrate.settings import SEEDS_DIR

KNOWN = load_gazetteer(SEEDS_DIR)


@pytest.mark.parametrize(
    ("text", "country", "town"),
    [
        pytest.param("Thalkirchner Straße 7\n81371 München\nTel. 089 99998 123", "DE", "München", id="a-line"),
        pytest.param("8 quai Claude-Bernard, 69007 Lyon. Ouvert.", "FR", "Lyon", id="prose"),
        pytest.param("Rosengasse 7, 9000 St. Gallen", "CH", "St. Gallen", id="a-saint"),
        pytest.param("Nerudova 49, 118 00 Praha 1", "CZ", "Praha", id="with-its-district"),
        pytest.param("Jægersborggade 61, 2200 København N", "DK", "København", id="with-its-part"),
        pytest.param("12345 Berlin, 10115 Berlin", "DE", "Berlin", id="twice"),
        pytest.param("81371 München, 50667 Köln", "DE", None, id="two-towns"),
        pytest.param("9 Elm Road, York YO1 8AZ Tuesday", "GB", None, id="the-code-comes-last"),
        pytest.param("Über 12000 Besucher", "DE", None, id="no-code"),
        pytest.param("81371 München", None, None, id="no-country"),
    ],
)
def test_the_town_is_beside_the_code(text, country, town):
    assert town_beside_code(text, country, KNOWN) == town
