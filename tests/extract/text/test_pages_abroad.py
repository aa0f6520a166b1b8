"""Titles and facilities of pages in other languages than English."""

from __future__ import annotations

import pytest

from extract.schema import Extraction, QueryContext, TextRecord
from extract.text.lexicon import load_lexicon
from extract.text.rules import extract_by_rules
from orchestrate.settings import SEEDS_DIR

LEXICON = load_lexicon(SEEDS_DIR)


def read(title: str, text: str, city: str, country: str) -> Extraction:
    query = QueryContext(f"x {city}", None, None, city, (), country)
    record = TextRecord("pages", "1", "h", title, text, "https://www.rowan.example/x")
    return extract_by_rules(record, query, LEXICON.for_query(query))


def value(extraction: Extraction, field: str) -> str | None:
    return next((c.value for c in extraction.claims if c.field_name == field and c.is_kept), None)


@pytest.mark.parametrize(
    ("title", "text", "city", "country", "name"),
    [
        ("Kontakt – Vogelhalle", "Ahornstraße 7, 81371 München", "Munich", "DE", "Vogelhalle"),
        ("Infos pratiques | Le Merle", "7 rue du Houx, 69007 Lyon", "Lyon", "FR", "Le Merle"),
        ("Dove siamo - Il Tordo", "Via del Faggio 7, 10123 Torino", "Turin", "IT", "Il Tordo"),
        ("Contacto | La Urraca", "Calle Haya 7, 46006 Valencia", "Valencia", "ES", "La Urraca"),
        ("Bezoek — De Merel", "Eikgracht 7, 3016 DE Rotterdam", "Rotterdam", "NL", "De Merel"),
    ],
)
def test_a_word_for_a_page_is_no_name(title, text, city, country, name):
    assert value(read(title, text, city, country), "entity_name") == name


def test_the_town_of_the_address_comes_before_the_town_of_the_query():
    found = read("Le Merle", "Près de Grenoble. 7 chemin du Houx, 38320 Eybens", "Grenoble", "FR")

    assert value(found, "city") == "Eybens"


@pytest.mark.parametrize(
    "title",
    [
        "Los 8 mejores gimnasios",
        "Les meilleures piscines",
        "Die 10 besten Bäder",
        "Onze locaties | De Merel",
        "Locations | Rowan Clubs",
    ],
)
def test_a_list_is_a_list_in_any_language(title):
    assert read(title, "7 rue du Houx, 69007 Lyon", "Lyon", "FR").aboutness == "list_page"


@pytest.mark.parametrize(
    "title",
    ["Vacancy: host - Rowan", "Stellenangebot: Koch (m/w/d)", "Offre d'emploi | Le Merle", "We're hiring! Rowan"],
)
def test_a_job_advert_is_no_place_in_any_language(title):
    assert read(title, "7 rue du Houx, 69007 Lyon", "Lyon", "FR").aboutness == "unrelated"


@pytest.mark.parametrize(
    ("text", "field", "stated"),
    [
        ("Gratis parkeren voor de deur.", "parking_available", "true"),
        ("Estacionamento gratuito.", "parking_available", "true"),
        ("Het museum is rolstoeltoegankelijk.", "disabled_access", "true"),
        ("Street parking only.", "parking_available", None),
        ("Parking: street parking only.", "parking_available", None),
        ("There is metered parking on the street.", "parking_available", None),
    ],
)
def test_facilities_are_read_and_the_street_is_nobody_s_car_park(text, field, stated):
    assert value(read("Rowan Museum", f"12 Rowan Road, York YO1 8AZ. {text}", "York", "GB"), field) == stated


@pytest.mark.parametrize(
    ("path", "is_read"),
    [("privacy-policy", False), ("datenschutz/", False), ("politica-de-cookies", False), ("terms", False),
     ("contact", True), ("privacyroom", True)],
)  # fmt: skip
def test_the_contacts_on_a_legal_page_are_not_those_of_the_place(path, is_read):
    query = QueryContext("x York", None, None, "York", (), "GB")
    record = TextRecord(
        "pages",
        "1",
        "h",
        "Rowan Museum",
        "12 Rowan Road, York YO1 8AZ. Call 01904 496 012.",
        f"https://rowan.example/{path}",
    )

    assert (value(extract_by_rules(record, query, LEXICON.for_query(query)), "phone") is not None) == is_read
