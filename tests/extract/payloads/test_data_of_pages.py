"""The data of a page for machines: each value with its path, and profiles from addresses alone."""

from __future__ import annotations

import json
from typing import Any

from extract.geography.whereabouts import Asked
from extract.payloads.kinds import load_readers
from orchestrate.settings import SEEDS_DIR

READERS = load_readers(SEEDS_DIR)


def read(place: dict[str, Any], **more: Any) -> dict[str, tuple[str, str | None]]:
    """Field -> value and path."""
    found = READERS.read("pages", json.dumps({"place": place, **more}), Asked(("GB",)))
    return {r.field_name: (r.value, r.written.path if r.written else None) for r in found if r.value is not None}


def test_opengraph_gives_the_address_and_the_point_with_their_paths():
    found = read(
        {
            "og:site_name": "Rowan Club",
            "business:contact_data:street_address": "7 Rowan Road",
            "business:contact_data:locality": "Edinburgh",
            "business:contact_data:postal_code": "EH6 4AB",
            "business:contact_data:country_name": "United Kingdom",
            "place:location:latitude": "55.97",
            "place:location:longitude": "-3.17",
        }
    )

    assert found["street_address"] == ("7 Rowan Road", "/place/business:contact_data:street_address")
    assert found["postcode"] == ("EH6 4AB", "/place/business:contact_data:postal_code")
    assert found["city"][0] == "Edinburgh"
    assert found["country"][0] == "GB"
    assert (found["latitude"], found["longitude"]) == (("55.97", "/place"), ("-3.17", "/place"))


def test_same_as_gives_profiles_and_no_website():
    found = read(
        {
            "name": "Rowan Hall",
            "sameAs": [
                "https://en.wikipedia.org/wiki/Rowan",
                "https://www.facebook.com/rowanhall",
                "https://www.instagram.com/p/1",
                "rowan",
            ],
        }
    )

    assert found["facebook_url"] == ("https://www.facebook.com/rowanhall", "/place/sameAs/1")
    assert not {"website_url", "instagram_url", "twitter_url"} & found.keys()


def test_phone_and_website_in_the_data_alone_are_not_read():
    found = read({"name": "Rowan", "telephone": "0131 496 0666", "url": "https://evil.example", "address": "Leith"})

    assert not {"website_url", "phone"} & found.keys()
