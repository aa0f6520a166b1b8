"""A source's view of a place applies the faults of that source, and notes each."""

import random
from dataclasses import replace

import pytest

from ingest.sandbox.places import read_places
from ingest.sandbox.view import Faults, View, views

PLACE = next(place for place in read_places() if place.place_id == "meadowbank")
ID = PLACE.place_id


def view(faults: Faults, place=PLACE) -> View:
    return View(place, faults, random.Random(1))


@pytest.mark.parametrize(
    ("faults", "read", "expected", "note"),
    [
        pytest.param(Faults(), lambda v: v.name, PLACE.name, "", id="no-fault"),
        pytest.param(Faults(other_names={ID: "M"}), lambda v: v.name, "M", "other name", id="other-name"),
        pytest.param(
            Faults(stale_phones={ID: "901"}), lambda v: v.phone("0{}"), "0131 496 0901", "stale phone", id="stale-phone"
        ),
        pytest.param(Faults(missing_postcodes={ID}), lambda v: v.postcode, None, "no postcode", id="no-postcode"),
        pytest.param(
            Faults(wrong_postcodes={ID: "EH1 1AA"}),
            lambda v: v.postcode,
            "EH1 1AA",
            "wrong postcode",
            id="wrong-postcode",
        ),
        pytest.param(
            Faults(phone_placeholders={ID: "-"}), lambda v: v.phone_placeholder, "-", "placeholder", id="placeholder"
        ),
        pytest.param(
            Faults(zero_coordinates={ID}), lambda v: v.spot(50), (0.0, 0.0), "zero coordinates", id="zero-coordinates"
        ),
        pytest.param(
            Faults(swapped_coordinates={ID}),
            lambda v: [round(degrees) for degrees in v.spot(50)],
            [-3, 56],
            "swapped coordinates",
            id="swapped-coordinates",
        ),
    ],
)
def test_fault_changes_one_value_and_has_a_note(faults, read, expected, note):
    assert read(view(faults)) == expected
    assert view(faults).note == note


def test_place_without_staff_has_no_phone():
    park = replace(PLACE, kind="park")

    assert view(Faults(stale_phones={ID: "901"}), park).phone("0{}") is None


def test_place_that_is_listed_twice_has_two_views():
    first, second = views(PLACE, "g", Faults(listed_twice={ID}))

    assert (first.note, second.note) == ("", "listed twice")
    assert first.spot(50) != second.spot(50)


def test_views_are_the_same_every_time():
    (once,), (again,) = views(PLACE, "g", Faults()), views(PLACE, "g", Faults())

    assert once.spot(50) == again.spot(50)
