"""The pages of the sandbox have the trouble of real ones, and what is planted in them is not read."""

from __future__ import annotations

import json

import pytest

from ingest.fetch.web.reading import read_page
from ingest.sandbox.places import local_number, read_places
from ingest.sandbox.sources.pages import page_of

PLACES = read_places()
READ = {place.place_id: read_page(page_of(place, is_own=True), place.website) for place in PLACES}


@pytest.mark.parametrize(
    "digits", ["990", "991", "992", "993", "994"], ids=["office", "cookies", "comment", "hidden", "alt"]
)
def test_no_number_of_another_is_in_the_text_of_a_place_or_its_data(digits):
    number = local_number(digits)

    assert any(number in page_of(place, is_own=True) for place in PLACES)
    assert [name for name, read in READ.items() if number in read["text"]] == []
    assert [name for name, read in READ.items() if number in json.dumps(read["shown"])] == []


def test_a_described_place_is_that_of_the_page():
    described = {place.place_id: place.name for place in PLACES if READ[place.place_id]["place"]}

    assert described == {name: READ[name]["place"]["name"] for name in described}
    assert 0.2 < len(described) / len(PLACES) < 0.6


def test_some_pages_have_no_text():
    assert 0 < sum(not read["text"] for read in READ.values()) < len(READ) / 2
