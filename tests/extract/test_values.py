"""The parsers that a value must pass: each finds what is stated, in its normal form, and nothing else."""

import json

import pytest

from extract.values import FINDERS, derives


def found(field: str, text: str) -> list[str]:
    return [hit.value for hit in FINDERS[field](text)]


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        pytest.param("Tel: 0131 496 0123.", ["+441314960123"], id="national"),
        pytest.param("(0131) 496 0123", ["+441314960123"], id="brackets"),
        pytest.param("+44 (0)131 496 0123", ["+441314960123"], id="plus-and-zero"),
        pytest.param("Ring 0131 496 01234567", [], id="too-long"),
        pytest.param("Members since 2019-2024", [], id="years"),
        pytest.param("0131 496 0123 or 0131 496 0124", ["+441314960123", "+441314960124"], id="two"),
    ],
)
def test_phones_are_told_in_e164(text, phones):
    assert found("phone", text) == phones


@pytest.mark.parametrize(
    ("text", "postcodes"),
    [
        pytest.param("Leith EH6 6QW", ["EH6 6QW"], id="plain"),
        pytest.param("leith eh66qw", ["EH6 6QW"], id="no-space"),
        pytest.param("EC1A 1BB", ["EC1A 1BB"], id="london"),
        pytest.param("Route M8 3 lanes", [], id="motorway"),
    ],
)
def test_postcodes(text, postcodes):
    assert found("postcode", text) == postcodes


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        pytest.param(
            "Open Mon-Fri 7am-10.30pm", {d: [["07:00", "22:30"]] for d in ("mo", "tu", "we", "th", "fr")}, id="range"
        ),
        pytest.param("Sat & Sun: 9am to 6pm", {"sa": [["09:00", "18:00"]], "su": [["09:00", "18:00"]]}, id="two-days"),
        pytest.param(
            "Daily 6:30-22:00",
            {d: [["06:30", "22:00"]] for d in ("mo", "tu", "we", "th", "fr", "sa", "su")},
            id="daily",
        ),
        pytest.param(
            "Fri-Mon 10am-4pm", {d: [["10:00", "16:00"]] for d in ("mo", "fr", "sa", "su")}, id="over-the-weekend"
        ),
        pytest.param("Mon 9am-12pm, Mon 1pm-5pm", {"mo": [["09:00", "12:00"], ["13:00", "17:00"]]}, id="twice-a-day"),
    ],
)
def test_hours_in_prose_become_one_week(text, hours):
    assert [json.loads(value) for value in found("opening_hours", text)] == [hours]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Mon-Fri 9 to 5", id="five-in-the-morning-or-not"),
        pytest.param("Open late on Fridays", id="no-times"),
        pytest.param("Mon 25:00-26:00", id="no-such-time"),
    ],
)
def test_hours_that_may_be_anything_are_nothing(text):
    assert found("opening_hours", text) == []


@pytest.mark.parametrize(
    ("field", "text", "values"),
    [
        pytest.param("parking_available", "Free parking for members", ["true"], id="stated"),
        pytest.param("parking_available", "No parking on site", ["false"], id="denied"),
        pytest.param("parking_available", "A large car club", [], id="silent"),
        pytest.param("wifi", "Free Wi-Fi", ["true"], id="wifi"),
        pytest.param("disabled_access", "not wheelchair accessible", ["false"], id="negation"),
    ],
)
def test_a_boolean_is_true_or_false_only_as_stated(field, text, values):
    assert found(field, text) == values


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        pytest.param("six squash courts", [{"squash_courts": 6}], id="word"),
        pytest.param(
            "3 floodlit tennis courts and 2 padel courts", [{"tennis_courts": 3}, {"padel_courts": 2}], id="two"
        ),
        pytest.param("nine five-a-side pitches", [{"five_a_side_pitches": 9}], id="pitches"),
        pytest.param("several tennis courts", [], id="no-number"),
        pytest.param("founded 6 years ago, tennis courts", [], id="another-number"),
    ],
)
def test_courts_are_counted_as_told(text, counts):
    assert [json.loads(value) for value in found("discovered_attributes", text)] == counts


@pytest.mark.parametrize(
    ("text", "values"),
    [("Write to Info@Club.example now", ["info@club.example"]), ("@club on Instagram", []), ("a@b", [])],
)
def test_emails(text, values):
    assert found("email", text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("at 12 High Street, Leith", ["12 High Street"], id="plain"),
        pytest.param("at 4-5 Lochside Way", ["4-5 Lochside Way"], id="range"),
        pytest.param("12 courts", [], id="no-street"),
    ],
)
def test_streets(text, values):
    assert found("street_address", text) == values


def test_a_value_is_derived_again_from_its_quote_or_not():
    assert derives("phone", "+441314960123", "Tel 0131 496 0123") is True
    assert derives("phone", "+441314960124", "Tel 0131 496 0123") is False
    assert derives("entity_name", "A club", "A club") is None
