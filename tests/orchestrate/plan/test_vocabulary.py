"""What a phrase means that the seeds of words do not know: a kind of place, a brand or a name."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from rich.console import Console

from extract.folding import fold_each
from ingest.target_forms.openstreetmap import fault, of_tags
from orchestrate.plan.planner import load_source_catalogue, plan
from orchestrate.plan.vocabulary.index import SortedFile
from orchestrate.plan.vocabulary.reading import SeedWords, read_places
from orchestrate.plan.vocabulary.words import (
    BRAND_COLUMNS,
    BRANDS_FILE,
    FOLDER,
    WORD_COLUMNS,
    WORDS_FILE,
    PlaceWords,
)
from orchestrate.render.runs.plan import render_plan
from orchestrate.seeds.files import read_seed
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR

CATALOGUE = load_source_catalogue(SEEDS_DIR)
PLACES = CATALOGUE.vocabulary.places
with (PROJECT_ROOT / "tests" / "data" / "place_words.csv").open(newline="", encoding="utf-8") as file:
    PHRASES = list(csv.DictReader(file))
SMALL = {
    "kinds.csv": """kind,kind_name,tags
amenity/bath,Bath,amenity=bath
amenity/cafe,Cafe,amenity=cafe
amenity/cafe/tea,Tea Room,amenity=cafe;cuisine=tea
amenity/grill,Grill,amenity=grill
shop/lamp,Lamp Shop,shop=lamp
shop/shoes,Shoe Shop,shop=shoes
""",
    "kind_categories.csv": "kind,category\namenity/cafe,cafe\n",
    "kind_words.csv": """key,kind,rank,languages
bath,amenity/bath,name,en
bootshop,shop/shoes,term,en
boot,shop/shoes,term,en
cafe,amenity/cafe,name,de en
cafe,amenity/cafe/tea,name,de
grill,amenity/grill,name,de en
lampe,shop/lamp,name,de
lampen,shop/shoes,term,de
light,shop/lamp,term,en
""",
    "brands.csv": """key,rank,brand,kind,countries,wikidata
boot,alias,A Corner of Boots,shop/shoes,gb us,Q4
boot,name,Boots,shop/shoes,gb,Q1
cafe,name,The Cafe,amenity/cafe,*,Q2
lampandsun,name,Lamp & Sun,shop/lamp,* -fr,Q3
""",
    "address_forms.csv": "country,languages,number_place\nDE,de,after\n",
    "plurals.csv": "language,ending,singular\nde,n,\n",
}


@pytest.fixture
def small(tmp_path: Path) -> PlaceWords:
    for name, text in SMALL.items():
        header, *lines = text.splitlines()
        (tmp_path / name).write_text("\n".join([header, *sorted(lines), ""]), encoding="utf-8")
    return PlaceWords(tmp_path, tmp_path)


def read(text: str, words: PlaceWords, country: str | None):
    """The reading, and the words that are left as a name. "the" and "and" are stop words."""
    spelled = fold_each(text)
    taken = [word.folded in ("the", "and") for word in spelled]
    stops = tuple((at, at + 1) for at, is_taken in enumerate(taken) if is_taken)
    reading = read_places(text, spelled, taken, SeedWords((), stops, (), country), words)
    return reading, " ".join(
        text[word.start : word.end] for word, is_taken in zip(spelled, taken, strict=True) if not is_taken
    )


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row['words']} {row['country']}") for row in PHRASES])
def test_a_phrase_is_understood_in_the_languages_of_its_country(row):
    reading, left = read(row["words"], PLACES, row["country"])

    assert {
        "categories": " ".join(reading.brand_categories if reading.brand else reading.categories),
        "brand": reading.brand or "",
        "name": left,
    } == {name: row[name] for name in ("categories", "brand", "name")}


def test_there_are_phrases_enough_in_ten_languages():
    assert len(PHRASES) >= 80
    assert len({row["country"] for row in PHRASES}) >= 12


@pytest.mark.parametrize(
    ("text", "country", "categories", "brand", "left"),
    [
        pytest.param("cafe", "GB", ("cafe",), None, "", id="a-name-of-a-kind-before-a-brand"),
        pytest.param("cafe", "DE", ("cafe",), None, "", id="a-kind-includes-the-kinds-below-it"),
        pytest.param("boots", "GB", (), "Boots", "", id="a-brand-before-a-search-term"),
        pytest.param("boots", "FR", ("shop/shoes",), None, "", id="a-brand-only-where-it-is"),
        pytest.param("boots", "US", (), "A Corner of Boots", "", id="an-alias-of-a-brand"),
        pytest.param("boots corner", "GB", (), None, "boots corner", id="a-brand-of-one-word-only-alone"),
        pytest.param("lamp and sun corner", "GB", (), "Lamp & Sun", "corner", id="a-brand-of-several-words"),
        pytest.param("lamp and sun", "FR", (), None, "lamp sun", id="not-in-a-country-left-out"),
        pytest.param("light", "GB", ("shop/lamp",), None, "", id="a-search-term"),
        pytest.param("light house", "GB", (), None, "light house", id="a-search-term-only-alone"),
        pytest.param("light cafe", "GB", ("cafe",), None, "light", id="a-search-term-beside-a-kind"),
        pytest.param("the grill", "GB", (), None, "grill", id="a-name-by-its-article"),
        pytest.param("the grills", "GB", ("amenity/grill",), None, "", id="a-plural-with-an-article"),
        pytest.param("lampe", "GB", (), None, "lampe", id="a-word-of-another-language"),
        pytest.param("lampe", None, ("shop/lamp",), None, "", id="any-language-in-an-unknown-country"),
        pytest.param("Lampen", "DE", ("shop/lamp",), None, "", id="a-plural-before-a-search-term"),
        pytest.param("Stehlampe", "DE", ("shop/lamp",), None, "", id="a-compound"),
        pytest.param("Stehlampe", "GB", (), None, "Stehlampe", id="no-compound-in-english"),
        pytest.param("ca fé", "GB", ("cafe",), None, "", id="written-in-two-words"),
    ],
)
def test_a_phrase_is_a_kind_a_brand_or_a_name(small, text, country, categories, brand, left):
    reading, name = read(text, small, country)

    assert (reading.categories, reading.brand, name) == (categories, brand, left)


@pytest.mark.parametrize(
    ("text", "country", "sentence"),
    [
        pytest.param("cafe", "GB", '"cafe" is the kind cafe, not the brand The Cafe', id="kind"),
        pytest.param("Boots", "GB", '"Boots" is the brand Boots, not the kind shoe shop', id="brand"),
        pytest.param("light", "GB", '"light" is a word for the kind lamp shop', id="term"),
        pytest.param("the grill", "GB", '"the grill" is read as a name, because of "the"', id="article"),
        pytest.param(
            "lamp and sun", "FR", '"lamp and sun" is read as a name: the brand Lamp & Sun is not in FR', id="no"
        ),
        pytest.param("Stehlampe", "DE", '"Stehlampe" is a compound of the kind lamp shop', id="compound"),
    ],
)
def test_what_was_decided_is_said(small, text, country, sentence):
    assert read(text, small, country)[0].sentences == (sentence,)


def test_a_word_that_the_seed_refuses_is_not_looked_up_again(small):
    text = "grill light"
    spelled = fold_each(text)

    reading = read_places(text, spelled, [False, False], SeedWords((), (), ((0, 1),), "GB"), small)

    assert reading.categories == ()


def test_a_phrase_may_say_more_than_a_word_of_the_seed(small):
    spelled = fold_each("lamp and sun")

    reading = read_places("lamp and sun", spelled, [True, False, False], SeedWords(((0, 1),), (), (), "GB"), small)

    assert (reading.brand, reading.explains(0, 1), reading.explains(2, 4)) == ("Lamp & Sun", True, False)


def test_a_brand_of_three_words_that_the_seed_knows_one_by_one_is_found(small):
    spelled, known = fold_each("lamp and sun"), ((0, 1), (2, 3))

    reading = read_places("lamp and sun", spelled, [True] * 3, SeedWords(known, ((1, 2),), (), "GB"), small)

    assert (reading.brand, reading.explains(0, 1)) == ("Lamp & Sun", True)


def test_rows_are_found_by_their_first_cell_alone(tmp_path):
    lines = sorted(f"{key},{at}" for at, key in enumerate(["a", "ab", "b", "b", "ba", "ß", "カフェ"]))
    (tmp_path / "rows.csv").write_text("\n".join(["key,at", *lines, ""]), encoding="utf-8")
    index = SortedFile(tmp_path / "rows.csv", ("key", "at"))

    found = {
        key: [row["at"] for row in index.rows(key)] for key in ("a", "aa", "ab", "b", "bb", "ß", "カフェ", "", "z")
    }

    assert found == {
        "a": ["0"], "aa": [], "ab": ["1"], "b": ["2", "3"], "bb": [], "ß": ["5"], "カフェ": ["6"], "": [], "z": []
    }  # fmt: skip


@pytest.mark.parametrize(("path", "columns"), [(WORDS_FILE, WORD_COLUMNS), (BRANDS_FILE, BRAND_COLUMNS)])
def test_a_looked_up_file_is_sorted_and_names_known_kinds(path, columns):
    header, *lines = path.read_bytes().splitlines()
    kinds = {row["kind"] for row in csv.DictReader(path.open(newline="", encoding="utf-8"))}

    assert header.decode() == ",".join(columns)
    assert [line.split(b",")[0] for line in lines] == sorted(line.split(b",")[0] for line in lines)
    assert kinds <= set(PLACES.kinds)


def test_the_seeds_of_kinds_agree_with_each_other():
    canonical = {row["canonical"] for row in read_seed(SEEDS_DIR / "query_vocabulary.csv")}

    assert set(PLACES.categories) <= set(PLACES.kinds)
    assert set(PLACES.categories.values()) <= canonical
    assert {row["kind"] for row in read_seed(SEEDS_DIR / "kind_names.csv")} <= set(PLACES.kinds)
    assert {row["language"] for row in read_seed(FOLDER / "plurals.csv")} <= PLACES.languages


def test_every_kind_has_a_filter_of_overpass():
    faults = {kind: fault(of_tags(kind.tags)) for kind in PLACES.kinds.values()}

    assert {kind.kind: wrong for kind, wrong in faults.items() if wrong} == {}


@pytest.mark.parametrize(
    ("query", "targets"),
    [
        pytest.param("florists leith", ('["shop"="florist"]',), id="a-kind"),
        pytest.param("barber shops leith", ('["shop"="hairdresser"]',), id="a-kind-that-the-seed-knows"),
        pytest.param(
            "italian restaurants leith",
            ('["amenity"="restaurant"]["cuisine"~"(^|;) *italian *($|;)"]',),
            id="more-than-the-seed-knows",
        ),
        pytest.param(
            "language schools leith",
            ('["amenity"="language_school"]', '["education"="language_school"]'),
            id="two-kinds",
        ),
    ],
)
def test_openstreetmap_is_asked_by_the_tags_of_the_kind(query, targets):
    planned = plan(query, CATALOGUE)

    (ask,) = [call.ask for call in planned.calls if call.source == "openstreetmap"]
    assert (ask.targets, ask.name, planned.ingestion_mode) == (targets, None, "discover_many")


def test_a_brand_is_asked_for_by_its_name():
    planned = plan("boots leith", CATALOGUE)

    assert {call.ask.name for call in planned.calls} == {"Boots"}
    assert (planned.ingestion_mode, planned.features.is_brand_search) == ("verify_one", True)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        pytest.param("florists leith", "only asked about sports", id="no-sport"),
        pytest.param("petanque leith", "has no filter for boules", id="a-sport-without-a-layer"),
    ],
)
def test_a_register_of_sports_says_why_it_is_not_asked(query, reason):
    planned = plan(query, CATALOGUE)

    assert {skipped.source: skipped.reason for skipped in planned.skipped}["sport_scotland"].startswith(reason)


def test_the_plan_on_screen_says_what_was_decided():
    console = Console(record=True, width=120)

    render_plan(plan("boots leith", CATALOGUE).printed(), console)

    assert '"boots" is the brand Boots, not the kind shoe shop.' in console.export_text()
