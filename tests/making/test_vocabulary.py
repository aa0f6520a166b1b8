"""The vocabulary of places out of packages of their form."""

from __future__ import annotations

import pytest

from making.vocabulary.__main__ import check_kinds, write_csv
from making.vocabulary.brands import Brand, read_brands
from making.vocabulary.names import KindName, kind_names, read_overture
from making.vocabulary.packages import PRESETS, Package
from making.vocabulary.presets import Kind, KindWord, rarest_tags, read_kinds, read_words
from orchestrate.errors import TrigpointError

PRESET = {"geometry": ["point", "area"]}
SCHEMA = {
    "amenity": {**PRESET, "tags": {"amenity": "*"}, "searchable": False},
    "amenity/cafe": {**PRESET, "tags": {"amenity": "cafe"}},
    "amenity/cafe/tea": {**PRESET, "tags": {"amenity": "cafe", "cuisine": "tea"}},
    "amenity/school": {**PRESET, "tags": {"amenity": "school"}, "searchable": False},
    "highway/path": {"geometry": ["line"], "tags": {"highway": "path"}},
    "leisure/track": {"geometry": ["line"], "tags": {"leisure": "track"}},
    "natural/tree": {**PRESET, "tags": {"natural": "tree"}},
    "shop": {**PRESET, "tags": {"shop": "*"}},
    "shop/yes": {**PRESET, "tags": {"shop": "yes"}},
}
WORDS = {
    "en-GB": {"amenity/cafe": {"name": "Cafe"}, "shop": {"name": "Shop"}, "amenity/school": {"name": "School"}},
    "en": {
        "amenity/cafe": {
            "name": "Café / Coffeehouse (indoor)",
            "aliases": ["Coffee Bar"],
            "terms": ["brew", "tea", "22"],
        },
        "amenity/cafe/tea": {"name": "Tea Room", "terms": ["tea", "cake"]},
        "shop": {"name": "Store", "terms": ["tea"]},
    },
    "de": {"amenity/cafe": {"name": "Kaffeehaus"}, "amenity/cafe/tea": {"name": "Teestube", "terms": ["kaffeehaus"]}},
}
CAFE = Kind("amenity/cafe", "Cafe", ("amenity=cafe",))
TEA = Kind("amenity/cafe/tea", "Tea Room", ("amenity=cafe", "cuisine=tea"))
SCHOOL = Kind("amenity/school", "School", ("amenity=school",))
SHOP = Kind("shop", "Shop", ("shop=*",))
KINDS = [CAFE, TEA, SCHOOL, SHOP]


def test_a_kind_is_a_preset_that_people_look_for():
    assert read_kinds(SCHEMA, WORDS) == KINDS


def test_the_rarest_tag_is_that_of_the_fewest_kinds():
    assert rarest_tags(KINDS) == {
        "amenity/cafe": "amenity=cafe",
        "amenity/cafe/tea": "cuisine=tea",
        "amenity/school": "amenity=school",
        "shop": "shop=*",
    }


def test_names_and_search_terms_differ():
    assert read_words(KINDS, WORDS) == [
        KindWord("brew", "amenity/cafe", "term", ("en",)),
        KindWord("cafe", "amenity/cafe", "name", ("en",)),
        KindWord("cake", "amenity/cafe/tea", "term", ("en",)),
        KindWord("coffeebar", "amenity/cafe", "name", ("en",)),
        KindWord("coffeehouse", "amenity/cafe", "name", ("en",)),
        KindWord("kaffeehaus", "amenity/cafe", "name", ("de",)),
        KindWord("kaffeehaus", "amenity/cafe/tea", "term", ("de",)),
        KindWord("school", "amenity/school", "name", ("en",)),
        KindWord("shop", "shop", "name", ("en",)),
        KindWord("store", "shop", "name", ("en",)),
        KindWord("tearoom", "amenity/cafe/tea", "name", ("en",)),
        KindWord("teestube", "amenity/cafe/tea", "name", ("de",)),
    ]


def item(name: str, include: list[object], exclude: list[object] = [], **tags: str) -> dict[str, object]:  # noqa: B006
    places = {"include": include, "exclude": exclude}
    return {"displayName": name, "locationSet": places, "tags": {"name": name, **tags}}


@pytest.mark.parametrize(
    ("include", "exclude", "countries"),
    [
        pytest.param(["gb", "ie"], [], "gb ie", id="countries"),
        pytest.param(["001"], ["us", "gb-sct"], "* -us", id="the-world-without"),
        pytest.param(["053"], ["nz"], "au", id="a-group-without"),
        pytest.param(["us-ca.geojson", "gb-lon.geojson"], [], "gb us", id="parts-of-countries"),
    ],
)
def test_a_brand_has_its_kind_and_countries(include, exclude, countries):
    tags = {"amenity": "cafe", "cuisine": "tea", "brand:wikidata": "Q1"}
    index = {"brands/amenity/cafe": {"items": [item("Leaf's (UK)", include, exclude, **tags)]}}

    assert read_brands(index, KINDS) == [Brand("leaf", "name", "Leaf's", "amenity/cafe/tea", countries, "Q1")]


def test_a_sign_is_also_typed_as_a_word():
    index = {"brands/amenity/cafe": {"items": [item("Cup & Co", ["gb"], amenity="cafe", short_name="Cups")]}}

    assert [(brand.key, brand.rank) for brand in read_brands(index, KINDS)] == [
        ("cup", "alias"),
        ("cupandco", "name"),
        ("cupco", "name"),
        ("cupetco", "name"),
        ("cupundco", "name"),
    ]


def test_a_brand_of_one_spot_or_no_kind_is_left_out():
    index = {
        "brands/amenity/cafe": {
            "items": [
                item("One Spot", [[-3.1, 55.9]], amenity="cafe"),
                item("A Cinema", ["gb"], amenity="cinema"),
                item("B", ["gb"], amenity="cafe"),
            ]
        },
        "operators/amenity/cafe": {"items": [item("The Council", ["gb"], amenity="cafe")]},
    }

    assert read_brands(index, KINDS) == []


def test_a_category_is_found_by_hand_then_in_overture_then_by_name():
    overture = read_overture('places_tags: dict = {"tea_room": {"amenity": "cafe"}, "bank": {"amenity": "bank"}}')

    names = kind_names(KINDS, WORDS, overture, {"kaffeehaus": "", "cha": "amenity/cafe/tea"})

    assert names == [
        KindName("cafe", "amenity/cafe"),
        KindName("cha", "amenity/cafe/tea"),
        KindName("coffeebar", "amenity/cafe"),
        KindName("coffeehouse", "amenity/cafe"),
        KindName("school", "amenity/school"),
        KindName("shop", "shop"),
        KindName("store", "shop"),
        KindName("tearoom", "amenity/cafe"),
        KindName("teestube", "amenity/cafe/tea"),
    ]


def test_a_package_with_other_bytes_is_not_the_pinned_one(tmp_path):
    archive = tmp_path / "package.tgz"
    archive.write_bytes(b"kinds")
    pinned = Package("kinds", "1", "sha256", "8c5ccb6f3bf7dd0c5ba2e5b7b8b4f5d8", "ISC", ())

    assert not pinned.has_digest_of(archive)
    assert not PRESETS.has_digest_of(archive)


def test_a_mistyped_kind_of_the_lists_by_hand_is_named():
    with pytest.raises(TrigpointError, match="amenity/caff"):
        check_kinds(["amenity/caff", "amenity/cafe", ""], KINDS)


def test_the_rows_are_sorted_as_they_are_looked_up(tmp_path):
    write_csv(tmp_path / "rows.csv", ("key", "value"), [("b", "1"), ("カ", "3"), ("a", "2"), ("b", "1")])

    assert (tmp_path / "rows.csv").read_text(encoding="utf-8") == "key,value\na,2\nb,1\nカ,3\n"
