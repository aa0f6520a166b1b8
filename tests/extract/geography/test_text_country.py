"""The country of a text is what the text says of itself, else that of the area of the query."""

import pytest

from extract.geography.text_country import country_of_text
from extract.schema import QueryContext, TextRecord
from extract.text.lexicon import load_lexicon
from extract.text.rules import extract_by_rules
from orchestrate.settings import SEEDS_DIR

LEXICON = load_lexicon(SEEDS_DIR)
BERLIN = QueryContext("cafes berlin", None, None, "Berlin", ("cafe",), "DE")
EDINBURGH = QueryContext("cafes edinburgh", None, None, "Edinburgh", ("cafe",))


@pytest.mark.parametrize(
    ("text", "query", "country"),
    [
        pytest.param("Ginsterallee 7, 10435 Berlin. Tel. 030 23125001", BERLIN, "DE", id="area-of-the-query"),
        pytest.param("9 Gorse Row, Leith EH6 4AE", BERLIN, "GB", id="postcode"),
        pytest.param("A cafe in Porto, Portugal.", BERLIN, "PT", id="name-after-a-comma"),
        pytest.param("Ham, Turkey, cheese", BERLIN, "DE", id="a-word-of-a-menu"),
        pytest.param("A cafe in Stockbridge", BERLIN, "GB", id="town-of-the-seed"),
        pytest.param("Open 1800 PM, since 2019 AD", BERLIN, "DE", id="letters-after-digits"),
        pytest.param("Call 0131 496 0001", EDINBURGH, "GB", id="city-of-the-query"),
    ],
)
def test_a_text_shows_its_country(text, query, country):
    assert country_of_text(text, query, LEXICON.for_query(query)) == country


def test_a_page_of_berlin_has_its_own_phone_postcode_and_street():
    snippet = "Kaffee und Kuchen, Ginsterallee 7, 10435 Berlin. Tel. 030 23125001."
    record = TextRecord("serper", "a", "h", "Kaffee Ginster | Berlin", snippet, "https://ginster.example/")

    claims = extract_by_rules(record, BERLIN, LEXICON.for_query(BERLIN)).claims

    found = {claim.field_name: claim.value for claim in claims if claim.is_kept}
    wanted = {"phone": "+493023125001", "postcode": "10435", "street_address": "Ginsterallee 7", "city": "Berlin"}
    assert {field: found.get(field) for field in wanted} == wanted
