"""What the rules read in the pages of the sandbox is right: no branch, office or hidden text is taken for the place."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from extract.payloads.kinds import load_readers
from extract.schema import QueryContext, TextRecord
from extract.text.lexicon import load_lexicon
from extract.text.rules import extract_by_rules
from ingest.fetch.web.reading import read_page
from ingest.sandbox.places import Place, read_places
from ingest.sandbox.sources.pages import page_of
from orchestrate.settings import SEEDS_DIR

PLACES = [place for place in read_places() if place.in_edinburgh and place.website][::3]
QUERY = QueryContext("sports edinburgh", None, None, "Edinburgh", ("sport",), "GB")


def truth(place: Place) -> dict[str, str | None]:
    phone = f"+44{place.phone.replace(' ', '')}" if place.phone else None
    return {"phone": phone, "postcode": place.postcode, "street_address": place.street, "entity_name": place.name}


@pytest.fixture(scope="module")
def pages() -> list[tuple[Place, dict]]:
    return [(place, read_page(page_of(place, is_own=True), place.website)) for place in PLACES]


def test_no_value_in_the_text_of_a_page_is_wrong(pages):
    lexicon = load_lexicon(SEEDS_DIR).for_query(QUERY)
    found, wrong = Counter(), []
    for place, page in pages:
        text = TextRecord("pages", place.website, "h", page["title"], page["text"], place.website)
        for claim in extract_by_rules(text, QUERY, lexicon).claims:
            if claim.is_kept and claim.field_name in truth(place):
                found[claim.field_name] += 1
                wrong += [claim] if claim.value != truth(place)[claim.field_name] else []

    # The one address with a building before its street: "Omni Centre Greenside Row".
    assert [(claim.field_name, claim.value, claim.verification) for claim in wrong] == [
        ("street_address", "Greenside Row", "inferred")
    ]
    assert found["phone"] > len(PLACES) / 2
    assert found["postcode"] > len(PLACES) / 2


def test_no_value_in_the_data_of_a_page_is_wrong(pages):
    readers = load_readers(SEEDS_DIR)
    found, wrong = Counter(), []
    for place, page in pages:
        payload = json.dumps({name: page[name] for name in ("place", "shown", "weeks")})
        for reading in readers.read("pages", payload) if page["place"] else []:
            if reading.value and reading.field_name in truth(place):
                found[reading.field_name] += 1
                wrong += [reading] if reading.value != truth(place)[reading.field_name] else []

    assert wrong == []
    assert min(found["phone"], found["postcode"], found["street_address"]) > len(PLACES) / 8
