"""Confidence against the truth of the sandbox, and the proposed calibration."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import duckdb
import pytest

from orchestrate.errors import UsageError
from orchestrate.learn.eval_confidence import (
    JudgedCell,
    confidence_scores,
    evaluate_confidence,
    judge_cells,
    judge_labelled,
)
from orchestrate.learn.statistics.calibration import AS_COMPUTED, PlattScaling
from orchestrate.learn.tune_confidence import proposed_calibration, recalibrated
from orchestrate.seeds.files import read_seed
from orchestrate.settings import SEEDS_DIR
from tests.printed import printed

SEED = "field_name,slope,intercept,why\n*,1,0,as computed\n"


def cell(place: str, field: str, posterior: float, is_right: bool, cap: float = 0.99) -> JudgedCell:
    return JudgedCell(place, f"tp_{place}", field, posterior, cap, min(posterior, cap), is_right)


def drawn(scalings: dict[str, PlattScaling], places: int = 400) -> list[JudgedCell]:
    dice = random.Random(8)
    cells = []
    for place in range(places):
        for field, line in scalings.items():
            posterior = dice.uniform(0.05, 0.99)
            cells.append(cell(f"place-{place}", field, posterior, dice.random() < line.applied(posterior)))
    return cells


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "confidence_calibration.csv"
    path.write_text(SEED)
    return path


@pytest.fixture(scope="module")
def judged(world) -> list[JudgedCell]:
    with duckdb.connect(str(world.warehouse), read_only=True) as connection:
        return judge_cells(connection)


def test_confidence_in_the_sandbox_is_calibrated(judged):
    scores = printed(confidence_scores(judged))

    assert scores["cases"] > 300
    assert scores["ece"] <= 0.05


def test_a_cell_is_as_sure_as_the_seed_makes_it(judged):
    """What the fit reckons with is what the models reckon."""
    rows = read_seed(SEEDS_DIR / "confidence_calibration.csv")
    scalings = {row["field_name"]: PlattScaling(float(row["slope"]), float(row["intercept"])) for row in rows}

    again = recalibrated(judged, scalings)

    assert [each.confidence for each in again] == pytest.approx([each.confidence for each in judged], abs=1e-4)


def test_a_value_is_right_or_wrong_whatever_its_spelling(judged):
    by_place = {(each.place_id, each.field_name): each.is_right for each in judged}

    # OpenStreetMap has an old number of it; the register spells its name with brackets.
    assert by_place["powerleague-portobello", "phone"]
    assert by_place["powerleague-portobello", "entity_name"]
    assert by_place["powerleague-portobello", "latitude"]
    # The register's "Swim Ctr & Turkish Baths" goes first, which is not what it is called.
    assert not by_place["portobello-swim-centre", "entity_name"]


def test_another_value_is_wrong_and_so_is_an_invented_one(world):
    """Every place is given a telephone number that belongs to no place, charging points among them."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{world.warehouse}' as held (read_only)")
        connection.execute("create schema intermediate; create schema seeds")
        for table in ("intermediate.int_record_entities", "intermediate.int_claims_ranked", "seeds.sources"):
            connection.execute(f"create table {table} as from held.{table}")
        connection.execute(
            "update intermediate.int_claims_ranked set field_name = 'phone' where field_name = 'country'"
        )
        connection.execute(
            "create table intermediate.int_golden_cells as "
            "select * replace ('+441314960999' as value, 'phone' as field_name) "
            "from held.intermediate.int_golden_cells where field_name = 'country'"
        )
        phones = {each.place_id: each.is_right for each in judge_cells(connection)}

    assert phones["newkirkgate-charge"] is False
    assert not any(phones.values())


def test_the_proposal_is_a_diff_with_three_errors(seed):
    cells = drawn(
        {"phone": PlattScaling(1.0, 1.5), "email": PlattScaling(1.0, 1.5), "entity_name": PlattScaling(0.8, -1.0)}
    )

    proposed = printed(proposed_calibration(cells, seed))

    assert seed.read_text() == SEED
    assert proposed["ece_before"] > 0.1
    assert proposed["ece_after"] < 0.05
    assert proposed["ece_cross_validated"] < 0.06
    assert "-*,1,0,as computed\n" in proposed["diff"]
    assert "\n+entity_name,0." in proposed["diff"]
    assert proposed["seed"].startswith("field_name,slope,intercept,why\n*,")


def test_a_field_with_few_errors_uses_the_scaling_of_all(seed):
    cells = [*drawn({"phone": AS_COMPUTED}), *(cell(f"place-{n}", "country", 0.7, True) for n in range(200))]

    proposed = printed(proposed_calibration(cells, seed))

    assert [change["field_name"] for change in proposed["changes"]] == ["*", "phone"]


def test_calibration_never_lifts_a_cell_above_what_holds_it_down():
    lone = cell("place-1", "phone", 0.7, True, cap=0.8)

    (lifted,) = recalibrated([lone], {"*": PlattScaling(1.0, 9.0)})

    assert lifted.confidence == 0.8


RECORDS = """source,source_record_id,entity_name,latitude,longitude,street_address,postcode,city,country,phone,\
website_url,raw_categories
osm,1,Braid Tennis Club,55.9200,-3.2100,12 Braid Road,EH10 6JJ,Edinburgh,GB,0131 496 0321,,
yelp,a,Braid Tennis Club,55.9201,-3.2101,12 Braid Rd,EH10 6JJ,Edinburgh,GB,+44 131 496 0321,,
yelp,b,The Rusty Anchor,55.9300,-3.1000,,,,,,,
"""
PAIRS = "left_source,left_id,right_source,right_id,label\nyelp,a,osm,1,1\nosm,1,yelp,b,0\n"


@pytest.mark.slow
def test_labelled_pairs_may_have_either_order(tmp_path):
    (tmp_path / "records.csv").write_text(RECORDS)
    (tmp_path / "pairs.csv").write_text(PAIRS)

    alike, apart = asyncio.run(judge_labelled(tmp_path / "records.csv", tmp_path / "pairs.csv"))

    assert alike.is_right
    assert alike.probability > 0.9
    assert (apart.is_right, apart.probability) == (False, 0.0)


def test_pairs_without_records_are_refused_before_a_build(tmp_path):
    with pytest.raises(UsageError, match="Give --records and --pairs together"):
        asyncio.run(evaluate_confidence(pairs=tmp_path / "pairs.csv"))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"There is no file .*nowhere\.csv"):
        asyncio.run(evaluate_confidence(tmp_path / "nowhere.csv", tmp_path / "nowhere.csv"))


def test_an_unwritable_proposal_is_refused_before_the_fit(command, tmp_path):
    code, _, errors = command(tmp_path, "tune", "confidence", "--out", str(tmp_path / "nowhere" / "proposed.csv"))

    assert code == 2
    assert "name a file in a directory that exists" in errors
    assert "Traceback" not in errors
