"""Prices with their currency, by what they are for."""

import json

import pytest

from extract.schema import QueryContext, TextRecord
from extract.text.amounts.counted import load_counted_things
from extract.text.lexicon import load_lexicon
from extract.text.rules import extract_by_rules
from orchestrate.settings import SEEDS_DIR

THINGS = load_counted_things(SEEDS_DIR / "counted_things.csv")
LEXICON = load_lexicon(SEEDS_DIR)


def prices(text: str, language: str = "en") -> dict[str, str]:
    return {name: value for hit in THINGS.find(text, (language,)) for name, value in json.loads(hit.value).items()}


@pytest.mark.parametrize(
    ("language", "text", "stated"),
    [
        ("en", "Admission £9.50 for members.", {}),
        ("en", "Admission: £9.50. Children £4.", {"admission_price": "£ 9.50"}),
        ("en", "€44 per court hour.", {"price_per_hour": "€ 44"}),
        ("en", "Rooms from $1,250.", {"from_price": "$ 1250"}),
        ("en", "Day pass $25 + tax.", {"day_pass_price": "$ 25"}),
        ("de", "Eintritt 14,00 €. Ermäßigt 9 €.", {"admission_price": "€ 14.00"}),
        ("de", "Platzmiete ab 24 € pro Stunde", {"price_per_hour": "€ 24"}),
        ("fr", "Plein tarif 8,50 €. Réduit 6,50 €.", {"admission_price": "€ 8.50"}),
        ("it", "Ingresso intero 7,50 €", {"admission_price": "€ 7.50"}),
        ("es", "Desde 18 € la hora.", {"price_per_hour": "€ 18"}),
        ("nl", "Entree € 12,50 | Parkeren € 3 per uur", {"admission_price": "€ 12.50", "price_per_hour": "€ 3"}),
        ("pl", "Bilet normalny 25 zł", {"admission_price": "zł 25"}),
        ("pt", "Aluguer de courts 12 €", {"court_price": "€ 12"}),
    ],
)
def test_a_price_says_what_it_is_for(language, text, stated):
    assert prices(text, language) == stated


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Tickets £5 to £12", id="range"),
        pytest.param("Admission £9. Admission £11.", id="two-prices"),
        pytest.param("Admission was £9", id="past"),
        pytest.param("Our shop sold £9 mugs", id="no-label"),
        pytest.param("12 admissions", id="no-currency"),
    ],
)
def test_a_price_that_is_unclear_is_none(text):
    assert prices(text) == {}


@pytest.mark.parametrize(("source", "is_read"), [("pages", True), ("serper", False)])
def test_a_price_is_read_from_a_page_not_from_a_search_result(source, is_read):
    query = QueryContext("museum springfield", None, None, "Springfield", (), "GB")
    record = TextRecord(source, "u", "h", "Clock Museum", "Springfield. Admission £9.50.", "https://clock.example/")
    claims = extract_by_rules(record, query, LEXICON.for_query(query)).claims

    assert any(claim.value == '{"admission_price": "£ 9.50"}' for claim in claims) is is_read
