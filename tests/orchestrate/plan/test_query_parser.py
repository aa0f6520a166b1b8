"""The words of a query: whole words, in any spelling, the longest phrase first, a city before a part of another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate.plan.query_parser import QueryError, clean_query, read_query
from orchestrate.plan.query_vocabulary import Vocabulary, load_vocabulary
from orchestrate.plan.vocabulary.words import BRAND_COLUMNS, BRANDS_FILE, WORD_COLUMNS, WORDS_FILE, PlaceWords
from orchestrate.seeds.files import read_seed
from orchestrate.settings import SEEDS_DIR

KNOWN = load_vocabulary(SEEDS_DIR)
TERMS = """term,kind,canonical,brand_category,not_with
tennis,sport,tennis,,
table tennis,sport,table_tennis,,
goals,brand,goals,football,for sale
north star,brand,north star,football,
play park,category,park,,
soft play,category,soft_play,,
court,venue_word,,,
in,stop_word,,,
"""
AREAS = """area_name,aliases,kind,parent,region,country,latitude,longitude,south,west,north,east
Ayton,old ayton,city,,Scotland,GB,1,1,0,0,2,2
North Side,,locality,Ayton,Scotland,GB,1,1,0.5,0.5,1.5,1.5
Beeton,,city,,England,GB,5,5,4,4,6,6
Star Tower,the pin,landmark,Ayton,Scotland,GB,1,1,0.9,0.9,1.1,1.1
"""


@pytest.fixture
def small(tmp_path: Path) -> Vocabulary:
    (tmp_path / "query_vocabulary.csv").write_text(TERMS, encoding="utf-8")
    (tmp_path / "areas.csv").write_text(AREAS, encoding="utf-8")
    return replace(load_vocabulary(tmp_path), places=PlaceWords(tmp_path, no_words(tmp_path)))


def no_words(folder: Path) -> Path:
    """A vocabulary of places without words."""
    for name, columns in {
        "kinds.csv": ("kind", "kind_name", "tags"),
        "kind_categories.csv": ("kind", "category"),
        WORDS_FILE.name: WORD_COLUMNS,
        BRANDS_FILE.name: BRAND_COLUMNS,
        "address_forms.csv": ("country", "languages", "number_place"),
        "plurals.csv": ("language", "ending", "singular"),
    }.items():
        (folder / name).write_text(f"{','.join(columns)}\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("query", "area", "brand", "place_name", "categories"),
    [
        pytest.param("tennis", "Ayton", None, None, ("tennis",), id="no-area-is-the-first-of-the-list"),
        pytest.param("table tennis beeton", "Beeton", None, None, ("table_tennis",), id="longest-phrase"),
        pytest.param("soft play park", "Ayton", None, "park", ("soft_play",), id="the-first-of-equally-long-phrases"),
        pytest.param("goals north star", "Ayton", "north star", None, ("football",), id="the-longer-brand"),
        pytest.param("tennis courts, TENNIS", "Ayton", None, None, ("tennis",), id="twice"),
        pytest.param("tennisball", "Ayton", None, "tennisball", (), id="no-part-of-a-word"),
        pytest.param("tennis north side", "North Side", None, None, ("tennis",), id="narrowest-area"),
        pytest.param("tennis beeton north side", "Beeton", None, None, ("tennis",), id="the-city-decides"),
        pytest.param("tennis old ayton", "Ayton", None, None, ("tennis",), id="alias"),
        pytest.param("goals north side", "North Side", "goals", None, ("football",), id="brand"),
        pytest.param("goals for sale", "Ayton", None, "goals for sale", (), id="goods"),
        pytest.param("north star tennis", "Ayton", "north star", None, ("tennis",), id="brand-and-sport"),
        pytest.param("northstar", "Ayton", "north star", None, ("football",), id="brand-in-one-word"),
        pytest.param("Café Ōmi in Beeton", "Beeton", None, "Café Ōmi", (), id="a-name-stays-as-written"),
        pytest.param("O'Brien's, Beeton", "Beeton", None, "O'Brien's", (), id="apostrophes"),
        pytest.param("the pin", "Star Tower", None, "the pin", (), id="a-landmark-alone-is-the-place"),
        pytest.param("tennis the pin", "Star Tower", None, None, ("tennis",), id="a-landmark-as-area"),
    ],
)
def test_a_query_is_read_word_by_word(small, query, area, brand, place_name, categories):
    features = read_query(query, small)

    assert (features.area.name, features.brand, features.place_name, features.categories) == (
        area,
        brand,
        place_name,
        categories,
    )


def test_the_features_agree_with_each_other(small):
    category, brand, name = (read_query(q, small) for q in ("tennis north side", "goals beeton", "tennis acme beeton"))

    assert (category.is_category_search, category.is_brand_search, category.asked_name) == (True, False, None)
    assert (brand.is_category_search, brand.is_brand_search, brand.asked_name) == (False, True, "goals")
    assert (name.is_category_search, name.is_brand_search, name.asked_name) == (False, False, "acme")
    assert (category.locality, category.city, category.city == small.default_area.city) == ("North Side", "Ayton", True)
    assert (brand.locality, brand.city, brand.region) == (None, "Beeton", "England")
    assert brand.city != small.default_area.city


@settings(deadline=None)  # each reads the files of the world
@given(st.sampled_from([term for term in KNOWN.terms if term.kind in ("sport", "ev")]), st.sampled_from(KNOWN.areas))
def test_every_known_sport_is_understood_in_every_area(term, row):
    features = read_query(f"{' '.join(term.words)} {row.area.name}", KNOWN)

    assert features.categories == (term.canonical,)
    assert features.area == row.area
    assert features.asked_name is None


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_and_nothing_is_made_up(text):
    try:
        query = clean_query(text)
    except QueryError:
        return

    try:
        features = read_query(query, KNOWN)
    except QueryError:  # it names a town elsewhere
        return

    if features.place_name:
        assert all(word in query for word in features.place_name.split())


@pytest.mark.parametrize("query", ["gyms near me", "padel close to me"])
def test_where_the_user_is_nobody_knows(query):
    with pytest.raises(QueryError, match="does not know where you are"):
        read_query(query, KNOWN)


def test_a_postcode_elsewhere_needs_its_town():
    with pytest.raises(QueryError, match="does not know where SW1A 1AA is"):
        read_query("cafe SW1A 1AA", KNOWN)

    assert read_query("cafe london SW1A 1AA", KNOWN).area.name == "London"


@pytest.mark.parametrize("query", ["gyms in xqzvia", "sushi near blorptown centre"])
def test_an_area_that_nobody_knows_is_not_answered_with_the_default(query):
    with pytest.raises(QueryError, match="so no source was asked"):
        read_query(query, KNOWN)


def test_every_area_has_a_centre_and_a_parent():
    cities = {row.area.name for row in KNOWN.areas if row.kind == "city"}

    for row in KNOWN.areas:
        area = row.area
        assert area.south < area.latitude < area.north
        assert area.west < area.longitude < area.east
        assert row.city in cities, area.name


def test_every_term_stands_once_and_has_a_meaning():
    rows = read_seed(SEEDS_DIR / "query_vocabulary.csv")

    assert len({row["term"] for row in rows}) == len(rows)
    assert {row["kind"] for row in rows} == {"sport", "category", "ev", "brand", "venue_word", "stop_word"}
    assert all(bool(row["canonical"]) == (row["kind"] not in ("venue_word", "stop_word")) for row in rows)
    assert all(not row["brand_category"] or row["kind"] == "brand" for row in rows)


def test_every_category_is_one_that_places_are_sorted_into():
    """A category outside the taxonomy would be asked for and never found."""
    sorted_into = {row["value"] for row in read_seed(SEEDS_DIR / "taxonomy.csv")}
    rows = read_seed(SEEDS_DIR / "query_vocabulary.csv")

    asked = {row["canonical"] for row in rows if row["kind"] in ("sport", "category", "ev")}
    asked |= {row["brand_category"] for row in rows if row["brand_category"]}
    assert asked <= sorted_into
