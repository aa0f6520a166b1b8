"""Values as spreadsheets and people read them."""

import csv
import json

import pytest

from extract.hours.opening_hours import read_hours
from orchestrate.export.formats.osm_tags import changed_tags, kind_tags, tags_by_kind, tags_of_fields
from orchestrate.export.formats.values import fit, hours_text, list_text, starts_formula


@pytest.mark.parametrize(
    ("text", "is_formula"),
    [
        ("=1+1", True),
        ("+cmd|' /C calc'!A0", True),
        ("-2+3", True),
        ("@SUM(A1)", True),
        ("\t=1", True),
        ("\rx", True),
        ("\nx", True),
        ("  =1", True),
        ("＝1", True),
        ("＠x", True),
        ("+441314960000", False),
        ("+44 131 496 0000", True),
        ("-3.119", False),
        ("- a dash", True),
        ("a=b", False),
        ("", False),
    ],
)
def test_a_formula_is_known_by_its_start(text, is_formula):
    assert starts_formula(text) is is_formula


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        ({d: [["07:00", "22:30"]] for d in ("mo", "tu", "we", "th", "fr")}, "Mo-Fr 07:00-22:30"),
        ({d: [["00:00", "24:00"]] for d in ("mo", "tu", "we", "th", "fr", "sa", "su")}, "Mo-Su 00:00-24:00"),
        ({"mo": [["09:00", "12:00"]], "we": [["09:00", "12:00"]]}, "Mo 09:00-12:00; We 09:00-12:00"),
        ({"sa": [["22:00", "02:00"]], "su": [["22:00", "02:00"]]}, "Sa,Su 22:00-02:00"),
        ({"tu": [["09:00", "12:00"], ["13:00", "17:00"]]}, "Tu 09:00-12:00,13:00-17:00"),
        ({}, ""),
    ],
)
def test_hours_are_written_in_openstreetmaps_grammar(hours, text):
    assert hours_text(json.dumps(hours)) == text


def test_written_hours_are_read_as_the_same_hours():
    week = {"mo": [["09:00", "12:00"], ["13:00", "17:00"]], "tu": [["09:00", "17:00"]], "fr": [["22:00", "02:00"]]}

    assert json.loads(read_hours(hours_text(json.dumps(week))).week or "") == week


def test_a_list_can_be_read_back():
    items = ["padel", 'the "Old"; club', "tennis"]

    (read,) = csv.reader([list_text(items)], delimiter=";", skipinitialspace=True)
    assert read == items


def test_control_characters_are_replaced_and_letters_stay():
    assert fit("a\x00b\x1bc\td\ne\u200dé🏓") == "a\ufffdb\ufffdc\td\ne\u200dé🏓"


@pytest.mark.parametrize(
    ("address", "tags"),
    [
        ("12 Bath Street", {"addr:housenumber": "12", "addr:street": "Bath Street"}),
        ("12a-14 Bath Street", {"addr:housenumber": "12a-14", "addr:street": "Bath Street"}),
        ("Friedrichstraße 43 b", {"addr:housenumber": "43b", "addr:street": "Friedrichstraße"}),
        ("Westbank Street", {"addr:street": "Westbank Street"}),
        ("Unit 3, 12 Bath Street", {}),
        ("1 Main Street, Leith", {}),
    ],
)
def test_an_address_becomes_street_and_number_only_if_it_is_plain(address, tags):
    assert tags_of_fields({"street_address": address}, ["street_address"]) == tags


def test_a_tag_has_at_most_255_characters():
    assert tags_of_fields({"website_url": "https://a.example/" + "x" * 255}, ["website_url"]) == {}


CATEGORIES = [
    {"source_name": "google_places", "raw_category": "gym", "kind": "place_type", "value": "gym"},
    {"source_name": "openstreetmap", "raw_category": "leisure=fitness_centre", "kind": "place_type", "value": "gym"},
    {"source_name": "openstreetmap", "raw_category": "amenity=gym", "kind": "place_type", "value": "gym"},
    {"source_name": "openstreetmap", "raw_category": "sport=tennis", "kind": "activity", "value": "tennis"},
    {"source_name": "openstreetmap", "raw_category": "sport=padel", "kind": "activity", "value": "padel"},
]


@pytest.mark.parametrize(
    ("place_types", "activities", "tags"),
    [
        (["gym"], [], {"leisure": "fitness_centre"}),
        (["gym"], ["padel", "chess", "tennis"], {"leisure": "fitness_centre", "sport": "padel;tennis"}),
        ([], ["tennis"], {}),
        (["castle"], ["tennis"], {}),
    ],
)
def test_the_kind_of_a_place_becomes_the_tag_that_is_read_as_that_kind(place_types, activities, tags):
    record = {"canonical_place_types": place_types, "canonical_activities": activities}

    assert kind_tags(record, tags_by_kind(CATEGORIES)) == tags


@pytest.mark.parametrize(
    ("held", "wanted", "changed"),
    [
        ({}, {"phone": "+441"}, {"phone": "+441"}),
        ({"phone": "+441"}, {"phone": "+441"}, {}),
        ({"contact:phone": "+440"}, {"phone": "+441"}, {"contact:phone": "+441"}),
        ({"name": "Old"}, {"name": "New"}, {}),
        ({"amenity": "gym"}, {"name": "New"}, {"name": "New"}),
    ],
)
def test_an_object_gets_what_it_lacks_and_keeps_its_name(held, wanted, changed):
    assert changed_tags(held, wanted) == changed
