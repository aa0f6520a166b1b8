"""The area of a query: which of several it is, how a user states it, and how large it is."""

from __future__ import annotations

import pytest

from extract.folding import fold
from ingest.calls import Area
from ingest.sandbox import places as sandbox_places
from orchestrate.errors import UsageError
from orchestrate.plan.areas.boxes import around, distance_km, reach_km
from orchestrate.plan.areas.gazetteer import look_up, nearest_town, town_names
from orchestrate.plan.areas.pins import Pin
from orchestrate.plan.coverage import read_places
from orchestrate.plan.planner import QueryError, load_source_catalogue, plan
from orchestrate.plan.query_plan import plan_query
from orchestrate.settings import SANDBOX_COVERAGE, SEEDS_DIR, Settings

SEEDS = load_source_catalogue(SEEDS_DIR)


def features(query: str, **pin: str):
    return plan(query, SEEDS, pin=Pin(**pin)).features


@pytest.mark.parametrize(
    ("query", "label", "others"),
    [
        ("gyms cambridge", "Cambridge, England, GB", {"Cambridge, Massachusetts, US", "Cambridge, Ontario, CA"}),
        ("gyms newcastle", "Newcastle, England, GB", {"Newcastle, New South Wales, AU"}),
        ("gyms portobello", "Portobello, Edinburgh, GB", {"Portobello, Otago, NZ"}),
        ("gyms san jose", "San Jose, California, US", {"San José, CR"}),
        ("gyms paris texas", "Paris, Texas, US", {"Paris, Île-de-France, FR"}),
        ("gyms springfield illinois", "Springfield, Illinois, US", {"Springfield, Missouri, US"}),
        ("gyms london ontario", "London, Ontario, CA", {"London, England, GB"}),
        ("gyms st andrews", "Saint Andrews, Scotland, GB", {"Saint Andrews, South Carolina, US"}),
    ],
)
def test_the_others_of_a_name_are_listed_and_each_can_be_taken(query, label, others):
    choice = features(query).area_choice

    assert choice.label == label
    assert others <= {other.label for other in choice.alternatives}
    for other in choice.alternatives:
        assert features(query, area=other.label).area == other.area


@pytest.mark.parametrize(
    ("text", "label"),
    [
        pytest.param("Portobello, Edinburgh", "Portobello, Edinburgh, GB", id="city"),
        pytest.param("portobello, New Zealand", "Portobello, Otago, NZ", id="country"),
        pytest.param("Cambridge, MA", "Cambridge, Massachusetts, US", id="code-of-a-state"),
        pytest.param("Paris, TX, US", "Paris, Texas, US", id="two-codes"),
        pytest.param("münchen", "Munich, Bavaria, DE", id="another-language"),
        pytest.param("東京", "Tokyo, JP", id="another-script"),
        pytest.param("EH6", "EH6, Edinburgh, GB", id="postcode-district"),
        pytest.param("Bavaria", "Bavaria, DE", id="region"),
    ],
)
def test_a_stated_area_is_taken_whatever_the_query_says(text, label):
    choice = features("padel berlin", area=text).area_choice

    assert (choice.label, choice.reason) == (label, "as --area says")


def test_the_name_of_a_stated_area_is_no_name_of_a_place():
    assert features("powerleague portobello", area="Portobello, Edinburgh").asked_name == "powerleague"


def test_a_point_has_a_box_around_it_and_the_name_of_the_nearest_town():
    found = features("gyms near me", near="52.52,13.41,5")

    assert (found.area.name, found.area.country, found.area_choice.kind) == ("Mitte", "DE", "circle")
    assert found.area_choice.label.startswith("near Mitte")
    assert found.area.north - found.area.south == pytest.approx(10 / 111.2, abs=0.001)


def test_a_box_over_a_border_has_no_country():
    assert features("gyms", box="50.7,5.9,50.9,6.2").area.country is None
    assert features("gyms", box="50.75,6.05,50.80,6.15").area.country == "DE"


def test_a_stated_box_is_asked_as_it_is():
    area = plan("gyms near leith", SEEDS, pin=Pin(box="55.93,-3.14,55.97,-3.08")).calls[0].ask.area

    assert (area.south, area.west, area.north, area.east) == (55.93, -3.14, 55.97, -3.08)


@pytest.mark.parametrize(
    ("pin", "sentence"),
    [
        pytest.param({"area": ""}, '--area is "", and must be the name', id="blank"),
        pytest.param({"area": "Xqzvia"}, 'There is no area "Xqzvia". Check the spelling', id="unknown"),
        pytest.param({"area": "Cambridge, Japan"}, 'Did you mean "Cambridge, England, GB" or', id="not-there"),
        pytest.param({"near": "berlin"}, '--near is "berlin", and must be latitude and longitude', id="no-numbers"),
        pytest.param({"near": "55.9"}, "must be latitude and longitude", id="one-number"),
        pytest.param({"near": "155.9,-3.1"}, "latitude 155.9, which is not from -90 to 90", id="no-latitude"),
        pytest.param({"near": "55.9,-203"}, "longitude -203, which is not from -180 to 180", id="no-longitude"),
        pytest.param({"near": "55.9,-3.1,0"}, "0 km, and must name more than 0", id="no-distance"),
        pytest.param({"near": "nan,-3.1"}, "must be latitude and longitude", id="nan"),
        pytest.param({"box": "1,2,3"}, '--box is "1,2,3", and must be south, west, north and east', id="three"),
        pytest.param({"box": "56,-3.4,55,-3"}, "south 56, which is not below north 55", id="upside-down"),
        pytest.param({"box": "55,-3,56,-3.4"}, "west -3, which is not below east -3.4", id="the-wrong-way"),
        pytest.param({"area": "Leith", "near": "1,2"}, "--area and --near both name the area", id="two"),
    ],
)
def test_a_bad_value_is_one_sentence(pin, sentence):
    with pytest.raises(UsageError) as caught:
        features("gyms", **pin)

    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 240


def test_the_box_of_a_town_fits_those_of_the_seed():
    """Within a factor of two for each town of the seed that has its people in GeoNames."""
    rows = [row for row in SEEDS.vocabulary.areas if row.kind == "city"]
    places = look_up({" ".join(fold(row.area.name)) for row in rows})

    compared = 0
    for row in rows:
        for place in places[" ".join(fold(row.area.name))]:
            if place.kind == "city" and distance_km(place.area, row.area) < 5 and place.weight > 10_000:
                half = (row.area.north - row.area.south) / 2 * 111.2
                assert 0.5 < reach_km(place.weight) / half < 2, row.area.name
                compared += 1
    assert compared >= 15


def test_a_box_ends_at_the_pole():
    assert around(89.99, 0, 500) == (85.4936, -180.0, 90.0, 180.0)


def test_a_box_may_cross_the_antimeridian():
    stated, circle = features("gyms", box="-18,177,-16,-179").area, features("gyms", near="-17,179.99,50").area

    assert (stated.west, stated.east, stated.width, stated.longitude) == (177, -179, 4, 179)
    assert (stated.country, circle.country) == ("FJ", "FJ")
    assert circle.west == pytest.approx(179.52, abs=0.01)
    assert circle.east == pytest.approx(-179.54, abs=0.01)


def test_a_town_has_names_in_other_languages():
    assert {"roma", "rzym"} <= {*town_names("Rome", "IT")}
    assert "munich" in town_names("München", "DE")


def test_the_nearest_town_may_be_across_the_antimeridian():
    town = nearest_town(-16.8, -179.99)

    assert town is not None
    assert town.area.country == "FJ"


def test_distance_goes_the_short_way_round():
    west, east = (Area("there", 0, longitude, -1, -180, 1, 180, None) for longitude in (-179.5, 179.5))

    assert distance_km(west, east) == pytest.approx(111.2)


def test_the_sandbox_covers_its_places_but_for_those_of_other_cities():
    (covered,) = read_places(SANDBOX_COVERAGE)
    assert covered.box is not None

    outside = {
        place.locality
        for place in sandbox_places.read_places()
        if not covered.box.holds(place.latitude, place.longitude)
    }
    assert outside == {"Glasgow", "Leeds"}


@pytest.fixture
def sandbox(tmp_path) -> Settings:
    return Settings(_env_file=None, mode="sandbox", data_dir=tmp_path / "data")


@pytest.mark.parametrize("query", ["coffee shops berlin", "powerleague glasgow", "libraries leeds"])
def test_the_sandbox_does_not_answer_for_another_place(sandbox, query):
    with pytest.raises(QueryError, match="is outside the sandbox, which has only Edinburgh"):
        plan_query(query, sandbox)


def test_a_source_with_its_own_address_answers_beside_the_sandbox(sandbox, monkeypatch):
    monkeypatch.setenv("TRIGPOINT_OPENSTREETMAP_URL", "http://127.0.0.1:9/overpass")

    planned, _ = plan_query("coffee shops berlin", sandbox)

    assert [call.source for call in planned.calls] == ["openstreetmap"]
    assert "its stand-in in the sandbox has only Edinburgh" in next(
        skipped.reason for skipped in planned.skipped if skipped.source == "serper"
    )


@pytest.mark.parametrize(
    ("query", "asked", "locations"),
    [
        ("coffee shops berlin", {"serper", "google_places", "openstreetmap"}, "Berlin, Germany"),
        (
            "ev charging cardiff",
            {"serper", "google_places", "openstreetmap", "open_charge_map"},
            "Cardiff, Wales, United Kingdom",
        ),
        ("padel dublin", {"serper", "google_places", "openstreetmap"}, "Dublin, Leinster, Ireland"),
        ("libraries leeds", {"serper", "google_places", "openstreetmap"}, "Leeds, England, United Kingdom"),
        ("dentist new york", {"serper", "google_places", "openstreetmap"}, "New York City, New York, United States"),
        (
            "padel glasgow",
            {"serper", "google_places", "openstreetmap", "sport_scotland"},
            "Glasgow, Scotland, United Kingdom",
        ),
    ],
)
def test_the_services_that_cover_the_area_are_asked_for_it(query, asked, locations):
    planned = plan(query, SEEDS)

    assert {call.source for call in planned.calls} == asked
    assert {call.ask.location for call in planned.calls} == {locations}
    assert all("outside its coverage" in s.reason or "only asked about" in s.reason for s in planned.skipped)
