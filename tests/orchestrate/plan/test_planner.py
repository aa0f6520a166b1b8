"""The plan of a query: its meaning, its sources and the reasons, before any request."""

import csv
import subprocess
import sys
from dataclasses import replace

import pytest

from ingest.calls import SkippedSource
from orchestrate.plan.planner import QueryError, load_source_catalogue, plan
from orchestrate.plan.query_parser import MAX_QUERY_CHARACTERS
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR

SEEDS = load_source_catalogue(SEEDS_DIR)
SHORT = {
    "osm": "openstreetmap",
    "spf": "sport_scotland",
    "cec": "edinburgh_council",
    "ocm": "open_charge_map",
}
with (PROJECT_ROOT / "tests" / "data" / "planner_queries.csv").open(newline="", encoding="utf-8") as file:
    QUERIES = list(csv.DictReader(file))


def sources(planned) -> list[str]:
    return [call.source for call in planned.calls]


def reason(planned, source: str) -> str:
    return next(entry.reason for entry in (*planned.calls, *planned.skipped) if entry.source == source)


@pytest.mark.parametrize("row", [pytest.param(row, id=row["query"].strip()) for row in QUERIES])
def test_a_query_is_understood_and_put_to_those_who_can_answer(row):
    planned = plan(row["query"], SEEDS)

    features = planned.features
    understood = {
        "area": features.area.name,
        "mode": planned.ingestion_mode,
        "name": features.asked_name or "",
        "categories": " ".join(sorted(features.categories)),
        "sources": " ".join(short for short, source in SHORT.items() if source in sources(planned)),
    }
    assert understood == {name: row[name] for name in understood}
    assert {"serper", "google_places"} <= set(sources(planned))


def test_there_are_queries_enough_to_know():
    assert len({row["query"] for row in QUERIES}) >= 120


@pytest.mark.parametrize("query", ["padel glasgow", "ev charging leith", "zxqv nothing here"])
def test_every_source_is_asked_or_skipped_with_a_reason_in_words(query):
    planned = plan(query, SEEDS, pages=1)

    entries = [*planned.calls, *planned.skipped]
    assert sorted(entry.source for entry in entries) == sorted(SEEDS.sources)
    assert all(len(entry.reason.split()) >= 4 and "{" not in entry.reason for entry in entries)


def test_an_unavailable_source_is_skipped_with_the_reason():
    planned = plan("padel edinburgh", SEEDS, unavailable={"serper": "SERPER_API_KEY is not set"})

    assert "serper" not in sources(planned)
    assert reason(planned, "serper") == "SERPER_API_KEY is not set"


@pytest.mark.parametrize(
    ("query", "source", "expected"),
    [
        pytest.param("libraries leith", "open_charge_map", "only asked about electric vehicle charging", id="no-ev"),
        pytest.param("padel leeds", "sport_scotland", "outside its coverage, which is Scotland", id="england"),
        pytest.param("skatepark leith", "sport_scotland", "has no filter for skateboarding", id="no-layer"),
        pytest.param("council offices leith", "openstreetmap", "has no filter for council hub", id="no-filter"),
        pytest.param("meadowbank", "openstreetmap", "OpenStreetMap needs a name or a category to filter by", id="bare"),
        pytest.param("ev charging leith", "open_charge_map", "the register of chargers near Leith", id="chosen"),
        pytest.param(
            "padel leith",
            "openstreetmap",
            "free, and rich in places in Leith; filter: padel",
            id="chosen-for-a-category",
        ),
        pytest.param("hotels leith", "openstreetmap", "free, and rich in places in Leith; filter: hotel", id="a-kind"),
    ],
)
def test_the_reason_is_that_of_this_query(query, source, expected):
    assert reason(plan(query, SEEDS), source) == expected


def test_only_the_sources_asked_for_are_planned():
    planned = plan("padel edinburgh", SEEDS, only=["openstreetmap"])

    assert sources(planned) == ["openstreetmap"]


@pytest.mark.parametrize("only", [["yelp"], ["serper", "yelp"], []])
def test_a_source_nobody_knows_is_refused_with_those_that_are(only):
    with pytest.raises(QueryError, match="google_places"):
        plan("padel edinburgh", SEEDS, only=only)


def test_the_mode_changes_what_is_asked_and_what_it_costs():
    one, many = plan("powerleague portobello", SEEDS), plan("padel edinburgh", SEEDS)

    pages = {p.query: {c.source: c.ask.max_pages for c in p.calls}["google_places"] for p in (one, many)}
    assert pages == {"powerleague portobello": 1, "padel edinburgh": 3}
    assert one.expected_cost_usd < many.expected_cost_usd
    assert (one.printed().expected_hits, many.printed().expected_hits) == (1, None)


def test_a_budget_keeps_the_cheapest_calls():
    full = plan("padel edinburgh", SEEDS)

    cheap = plan("padel edinburgh", SEEDS, max_cost_usd=0.01)

    assert cheap.expected_cost_usd <= 0.01
    assert set(sources(full)) - set(sources(cheap)) == {"google_places"}
    assert "budget of $0.010" in reason(cheap, "google_places")


def test_the_cheaper_of_two_paid_sources_fits_the_budget():
    planned = plan("padel edinburgh", SEEDS, only=["serper", "google_places"], max_cost_usd=0.105)

    assert sources(planned) == ["serper"]
    assert "would cost $0.105" in reason(planned, "google_places")


def test_what_fits_the_budget_exactly_is_kept():
    full = plan("padel edinburgh", SEEDS)

    assert plan("padel edinburgh", SEEDS, max_cost_usd=full.expected_cost_usd) == full


def test_a_plan_reads_only_its_words_and_opens_no_connection():
    guarded = """
import sys
import duckdb
from orchestrate.plan.planner import load_source_catalogue, plan
from orchestrate.settings import SEEDS_DIR
seeds = load_source_catalogue(SEEDS_DIR)
used = []
def note(event, args):
    if event == "open" or event.startswith("socket."):
        used.append(f"{event} {args[0]}")
sys.addaudithook(note)
plan("powerleague portobello", seeds).printed().as_json()
sys.exit("\\n".join(line for line in used if "/orchestrate/plan/vocabulary/" not in line) or 0)
"""

    done = subprocess.run([sys.executable, "-c", guarded], cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")


def test_without_money_only_what_is_free_is_asked():
    planned = plan("padel edinburgh", SEEDS, max_cost_usd=0.0)

    assert planned.expected_cost_usd == 0
    assert sources(planned) == ["openstreetmap", "sport_scotland", "edinburgh_council"]


def test_near_reaches_past_the_areas_box():
    inside, near = plan("gym portobello", SEEDS).features, plan("gym near portobello", SEEDS).features

    assert near.area.north > inside.area.north
    assert near.area.west < inside.area.west


@pytest.mark.parametrize(
    ("query", "types"),
    [
        pytest.param("libraries leeds", ("library",), id="one-type"),
        pytest.param("ev charging cardiff", ("electric_vehicle_charging_station",), id="another-word"),
        pytest.param("coffee shops berlin", (), id="several-types"),
        pytest.param("swimming pools leeds", (), id="an-activity-of-many-types"),
        pytest.param("gym and library leith", (), id="a-category-without-a-type"),
        pytest.param("pubs and museums york", ("pub", "museum"), id="two-categories"),
    ],
)
def test_google_is_told_the_type_that_says_all_of_the_category(query, types):
    assert {call.source: call.ask.targets for call in plan(query, SEEDS).calls}["google_places"] == types


def test_a_type_of_google_is_the_only_one_of_its_category():
    with (SEEDS_DIR / "category_map.csv").open(newline="", encoding="utf-8") as file:
        known = [
            (row["value"], row["raw_category"]) for row in csv.DictReader(file) if row["source_name"] == "google_places"
        ]

    for (source, category), targets in SEEDS.targets.items():
        if source == "google_places":
            assert targets == tuple({raw for value, raw in known if value == category}), category


# What a made-up source asks for, a query, and whether it is put to it.
CONDITIONS = [
    pytest.param({}, "libraries leith", True, id="none"),
    pytest.param({"asked_about": "sport"}, "padel leith", True, id="subject"),
    pytest.param({"asked_about": "sport"}, "libraries leith", False, id="another-subject"),
    pytest.param({"asked_about": "ev"}, "ev charging leith", True, id="charging"),
    pytest.param({"needs_target": True}, "padel leith", True, id="target"),
    pytest.param({"needs_target": True}, "libraries leith", False, id="no-target"),
    pytest.param({"needs_target": True}, "powerleague portobello", False, id="a-name-is-no-target"),
    pytest.param({"needs_target": True, "is_name_enough": True}, "powerleague portobello", True, id="a-name-is-enough"),
]


@pytest.mark.parametrize(("condition", "query", "is_asked"), CONDITIONS)
def test_source_is_asked_when_its_row_says_so(condition, query, is_asked):
    bare = replace(SEEDS.sources["serper"], name="made_up", skipped_because="not for this query")
    seeds = replace(
        SEEDS,
        sources={"made_up": replace(bare, **condition)},
        targets={("made_up", "padel"): ("courts",)},
        coverage={},
    )

    assert (sources(plan(query, seeds)) == ["made_up"]) is is_asked


@pytest.mark.parametrize(
    ("query", "word"),
    [
        pytest.param("", "make run", id="empty"),
        pytest.param(" \t\n", "make run", id="blank"),
        pytest.param("x" * (MAX_QUERY_CHARACTERS + 1), "501", id="too-long"),
        pytest.param("x" * 10_000, "10,000", id="far-too-long"),
        pytest.param("padel\x00edinburgh", "control character", id="nul"),
        pytest.param("padel\x1b[31m", "control character", id="escape"),
    ],
)
def test_a_query_that_cannot_be_one_is_refused_in_a_sentence(query, word):
    with pytest.raises(QueryError, match=word):
        plan(query, SEEDS)


def test_the_json_plan_has_every_call_with_reason_and_cost():
    printed = plan("powerleague portobello", SEEDS).printed().as_json()

    assert printed["ingestion_mode"] == "verify_one"
    assert {"source", "ask", "reason", "expected_cost_usd"} <= set(printed["calls"][0])
    assert printed["features"]["brand"] == "powerleague"


def test_pages_are_planned_with_a_request_for_the_robots_of_each():
    planned = plan("padel courts edinburgh", SEEDS, pages=5)

    *others, call = planned.calls
    assert (call.source, call.ask.max_pages, call.ask.targets, call.expected_requests) == ("pages", 5, (), 10)
    assert tuple(others) == plan("padel courts edinburgh", SEEDS).calls


def test_pages_without_a_search_are_skipped_with_the_reason():
    planned = plan("padel courts edinburgh", SEEDS, pages=5, only=["openstreetmap"])

    assert [call.source for call in planned.calls] == ["openstreetmap"]
    assert planned.skipped[-1] == SkippedSource("pages", "no search is asked, so there are no links to read")


def test_pages_go_with_a_search_that_the_budget_drops():
    planned = plan("padel courts edinburgh", SEEDS, pages=5, max_cost_usd=0.0)

    assert planned.skipped[-1].source == "pages"
