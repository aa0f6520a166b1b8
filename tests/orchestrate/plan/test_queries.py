"""Real queries against the sandbox, with the places that a local person would expect."""

import csv

import pytest

from orchestrate.learn.eval_matching import SANDBOX, read_truth
from tests.orchestrate.conftest import ANSWERED_QUERIES

pytestmark = pytest.mark.slow

with (SANDBOX / "places.csv").open(newline="") as file:
    PLACES = {row["place_id"]: row for row in csv.DictReader(file)}
TRUTH = read_truth(SANDBOX / "truth.csv")
LEITH = (55.9587, -3.1993, 55.9893, -3.1447)  # south, west, north, east


def in_leith(place: dict[str, str]) -> bool:
    south, west, north, east = LEITH
    return south <= float(place["latitude"]) <= north and west <= float(place["longitude"]) <= east


def expected(query: str) -> set[str]:
    """The places of the world that answer, from its list of places alone."""
    is_answer = {
        "powerleague portobello": lambda p: p["name"] == "Powerleague Portobello",
        "padel courts edinburgh": lambda p: "padel" in p["activities"] and p["locality"] != "Leeds",
        "ev charging leith": lambda p: p["kind"] == "charger" and in_leith(p),
        "libraries in leith": lambda p: p["kind"] == "library" and in_leith(p),
        "swimming pool near portobello": lambda p: "swimming" in p["activities"] and p["locality"] == "Portobello",
        "puregym edinburgh": lambda p: p["name"].startswith("PureGym"),
    }[query]
    return {place_id for place_id, place in PLACES.items() if is_answer(place)}


def places_of(world, entity_id: str) -> set[str]:
    records = world.rows("select record_key from marts.entity_records where entity_id = ?", entity_id)
    return {TRUTH[record] for (record,) in records}


@pytest.mark.parametrize("query", ANSWERED_QUERIES)
def test_a_query_returns_exactly_its_places(world, query):
    answers = [places_of(world, entity["entity_id"]) for entity in world.reports[query]["entities"]]

    assert all(len(places) == 1 for places in answers), "an entity is one place"
    found = [place for places in answers for place in places]
    assert sorted(found) == sorted(expected(query))


def test_powerleague_portobello_has_three_sources_or_more(world):
    (entity,) = world.reports["powerleague portobello"]["entities"]

    assert len(entity["sources"]) >= 3


def test_the_most_trusted_source_wins_every_field(world):
    """By the seeds alone: no verified claim of a more trusted source lost a cell whose strategy is trust.

    A phone, email or website of a single website is the exception.
    """
    wrong = world.rows(
        """
        select loser.entity_id, loser.field_name, loser.source_name, winner.source_name
        from marts.entity_claims as loser
        inner join marts.entity_claims as winner
            on
                loser.entity_id = winner.entity_id
                and loser.field_name = winner.field_name
                and winner.is_winner
        where
            not loser.is_winner
            and loser.strategy = 'trust'
            and loser.verification = 'verified'
            and coalesce(loser.lost_because, '') != 'placeholder'
            and not (
                loser.source_name = 'serper' and winner.source_name != 'serper'
                and loser.lost_because in ('page_contact', 'duplicate')
                and loser.field_name in ('phone', 'email', 'website_url')
            )
            and loser.decayed_trust > winner.decayed_trust
        """
    )

    assert wrong == []


def test_source_info_names_the_winner_and_the_runners_up(world):
    (entity,) = world.reports["powerleague portobello"]["entities"]

    ((winner, first_runner_up),) = world.rows(
        "select source_info->'phone'->>'source', source_info->'phone'->'runners_up'->0->>'source' "
        "from marts.entities where entity_id = ?",
        entity["entity_id"],
    )

    assert winner == "google_places"
    assert first_runner_up in ("serper", "openstreetmap")


def test_no_numbered_or_unnamed_pitch_is_an_entity(world):
    assert world.rows(
        "select entity_name from marts.entities where entity_name is null or "
        "regexp_matches(entity_name, '^(court|pitch)s? ?[0-9]*$', 'i')"
    ) == []  # fmt: skip


def test_every_report_has_the_promised_keys(world):
    promised = {
        "run_id", "query", "mode", "ingestion_mode", "status", "stages", "entities", "cost_usd", "published",
    }  # fmt: skip
    for report in world.reports.values():
        assert promised <= set(report)
        for stage in report["stages"]:
            assert {"name", "rows_in", "rows_out", "losses", "seconds", "cost_usd", "errors"} <= set(stage)
        for entity in report["entities"]:
            assert {
                "entity_id", "slug", "entity_name", "entity_class", "completeness", "sources", "contested",
            } <= set(entity)  # fmt: skip


def test_rows_add_up_in_every_stage_of_every_run(world):
    for query, report in world.reports.items():
        for stage in report["stages"]:
            assert stage["rows_in"] == stage["rows_out"] + sum(stage["losses"].values()), (query, stage)


def test_the_seconds_of_the_stages_add_up(world):
    for query, report in world.reports.items():
        seconds = {stage["name"]: stage["seconds"] for stage in report["stages"]}
        assert min(seconds[name] for name in ("ingest", "stage", "match", "survivorship", "publish")) >= 0.05, (
            query,
            seconds,
        )
        whole = sum(seconds.values()) + report["dbt_seconds"] + report["other_seconds"]
        assert whole == pytest.approx(report["seconds"])
        assert report["dbt_seconds"] > 0
        assert 0 <= report["other_seconds"] < report["seconds"] / 4, "time that no stage has"


def test_a_query_without_results_keeps_the_publication(world):
    report = world.reports["zxqv nothing here"]

    assert report["status"] == "completed"
    assert report["entities"] == []
    assert report["plan"]["calls"], "sources were asked"
    assert world.rows("select count(*) from marts.entities where entity_name ilike 'puregym%'") == [(6,)]


def test_a_second_run_asks_no_source_and_keeps_every_id(world):
    ids = "select entity_id, entity_name from marts.entities order by entity_id"
    before = world.rows(ids)

    report = world.again("powerleague portobello")

    assert world.rows(ids) == before
    assert [reused["source"] for reused in report["reused"]] == sorted(c["source"] for c in report["plan"]["calls"])
    assert (report["sources"], report["cost_usd"]) == ([], 0)
    (first,), (second,) = world.reports["powerleague portobello"]["entities"], report["entities"]
    assert (first["completeness_change"], second["completeness_change"]) == (None, 0)
    assert second == {**first, "completeness_change": 0}
    assert world.rows("select count(*) from marts.runs where query = 'powerleague portobello'") == [(2,)]
