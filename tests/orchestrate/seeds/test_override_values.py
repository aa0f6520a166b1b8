"""A person's value is read like a source's value. An unreadable value is refused with a sentence."""

import pytest

from orchestrate.seeds.files import ClosedList
from orchestrate.seeds.override_values import UnreadableValueError, read_value

LISTS = {"canonical_activities": ClosedList("activity", frozenset({"padel", "table_tennis"}))}
WEEK = '{"sa": [["10:00", "12:00"]]}'


@pytest.mark.parametrize(
    ("field", "given", "read"),
    [
        ("phone", "0131 496 0000", "+441314960000"),
        ("phone", "+44 (0)131 496 0000", "+441314960000"),
        ("postcode", "eh15  1dr", "EH15 1DR"),
        ("phone", "+49 30 23125001", "+493023125001"),
        ("postcode", "10435", "10435"),
        ("postcode", "1012 ab", "1012 AB"),
        ("email", "Club@Club.example", "club@club.example"),
        ("website_url", "www.club.example/join", "https://www.club.example/join"),
        ("facebook_url", "facebook.com/aclub", "https://www.facebook.com/aclub"),
        ("opening_hours", "Sa 10:00-12:00", WEEK),
        ("opening_hours", WEEK, WEEK),
        ("wifi", "Yes", "true"),
        ("disabled_access", "no", "false"),
        ("country", "gb", "GB"),
        ("operating_status", "Closed temporarily", "closed_temporarily"),
        ("rating", "4.5", "4.5"),
        ("rating_count", "12", "12"),
        ("latitude", "55.95", "55.95"),
        ("canonical_activities", "Table tennis", "table_tennis"),
        ("entity_name", "  The   Club ", "The Club"),
    ],
)
def test_a_value_is_in_the_form_of_a_source_s(field, given, read):
    assert read_value(field, given, LISTS, "GB") == read


@pytest.mark.parametrize(
    ("field", "given", "sentence"),
    [
        ("phone", "0131 496", '"0131 496" is not a phone number'),
        ("phone", "0131 496 0000, 0131 496 0001", "is not a phone number"),
        ("postcode", "EH15", "is not a postcode, such as EC1Y 8SY"),
        ("email", "club at club", "is not an email address"),
        ("website_url", "the club", "is not one address"),
        ("facebook_url", "https://x.com/aclub", "is not a profile on facebook.com"),
        ("opening_hours", "sometimes", "is not a week of hours"),
        ("opening_hours", '{"mo": [["25:00", "26:00"]]}', "is not a week of hours"),
        ("opening_hours", '{"monday": []}', "is not a week of hours"),
        ("wifi", "fast", "is not yes or no"),
        ("operating_status", "shut", "is not one of operational, closed_temporarily"),
        ("country", "UK", "is not a country of ISO 3166"),
        ("rating", "6", "is not a rating from 0 to 5"),
        ("rating", "nan", "is not a rating from 0 to 5"),
        ("rating_count", "many", "is not a whole number"),
        ("longitude", "200", "is not a longitude"),
        ("canonical_activities", "padl", 'there is no activity "padl"; did you mean "padel"'),
        ("external_ids", "x=1", "no single value can correct it"),
        ("entity_name", "   ", "is not a text"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused(field, given, sentence):
    with pytest.raises(UnreadableValueError, match=sentence):
        read_value(field, given, LISTS, "GB")


@pytest.mark.parametrize(
    ("field", "given", "read"), [("phone", "030 23125001", "+493023125001"), ("postcode", "D-10435", "10435")]
)
def test_a_value_is_read_in_the_country_of_its_place(field, given, read):
    assert read_value(field, given, LISTS, "DE") == read
