"""Weights learned without labels: what rivals teach, and where the data cannot tell."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import duckdb
import pytest

from orchestrate.errors import UsageError
from orchestrate.learn.match_weights.competition import read_competition
from orchestrate.learn.match_weights.proposal import comparisons_of, in_order
from orchestrate.learn.match_weights.regression import Pattern, weight_of_levels
from orchestrate.learn.match_weights.unlabelled import (
    MIN_CONTESTED,
    as_many_accepted,
    learn_from_rivals,
    share_changed,
    tune_matching,
)
from orchestrate.settings import SEEDS_DIR

# (share among matches, share among the others)
TRUTH = {
    ("name", "same"): (0.85, 0.15),
    ("name", "other"): (0.15, 0.85),
    ("phone", "same"): (0.9, 0.02),
    ("phone", "different"): (0.1, 0.98),
    ("town", "same"): (0.95, 0.9),
    ("town", "other"): (0.05, 0.1),
}
START = {
    ("prior", "any"): -1.0,
    ("name", "same"): 1.0,
    ("name", "other"): -2.0,
    ("phone", "same"): 2.0,
    ("phone", "different"): -2.0,
    ("phone", "unknown"): 0.0,
    ("town", "same"): 1.5,
    ("town", "other"): -1.5,
}
PLACES = 600
COLUMNS = "left_no integer, right_no integer, left_source varchar, right_source varchar, is_cross_source boolean"


def draw(dice: random.Random, comparison: str, is_match: bool) -> str:
    levels = [(level, shares) for (of, level), shares in TRUTH.items() if of == comparison]
    return dice.choices([level for level, _ in levels], [m if is_match else u for _, (m, u) in levels])[0]


def pair(dice: random.Random, left: int, right: int, is_match: bool) -> tuple[object, ...]:
    name, phone, town = (draw(dice, comparison, is_match) for comparison in ("name", "phone", "town"))
    return left, right, "a", "b", True, name, "unknown" if dice.random() < 1 / 3 else phone, town


def vectors(rows: list[tuple[object, ...]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create schema intermediate")
    connection.execute(
        f"create table intermediate.int_comparison_vectors ({COLUMNS}, name_level varchar, phone_level varchar, "
        "town_level varchar)"
    )
    connection.executemany("insert into intermediate.int_comparison_vectors values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return connection


@pytest.fixture
def compared() -> duckdb.DuckDBPyConnection:
    """Places that two lists name once, each with three other records nearby."""
    dice = random.Random(11)
    places = [(place, PLACES + (place + away) % PLACES, away == 0) for place in range(PLACES) for away in range(4)]
    return vectors([pair(dice, left, right, is_match) for left, right, is_match in places])


@pytest.fixture
def seed(tmp_path) -> Path:
    return write_seed(tmp_path / "match_weights.csv", START)


def write_seed(path: Path, weights: dict[tuple[str, str], float]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["comparison", "level", "threshold", "weight", "meaning"])
        writer.writerows([comparison, level, "", weight, "why"] for (comparison, level), weight in weights.items())
    return path


def learned(connection: duckdb.DuckDBPyConnection, seed: Path) -> dict[tuple[str, str], float]:
    proposal = learn_from_rivals(connection, seed)
    assert proposal.refused_because is None
    return START | {(change.comparison, change.level): change.to for change in proposal.changes}


def test_what_tells_rivals_apart_gains_weight_and_what_they_share_does_not(compared, seed):
    weights = learned(compared, seed)

    for levels in (("name", "same", "other"), ("phone", "same", "different")):
        assert between(weights, *levels) > between(START, *levels) + 0.05
    assert between(weights, "town", "same", "other") == pytest.approx(between(START, "town", "same", "other"), abs=0.02)


def between(weights: dict[tuple[str, str], float], comparison: str, one: str, other: str) -> float:
    return weights[comparison, one] - weights[comparison, other]


def test_what_no_rival_shows_is_not_learned(compared, seed):
    """The same pairs, each of two records that nothing else is compared with."""
    compared.execute("update intermediate.int_comparison_vectors set left_no = rowid, right_no = 10000 + rowid")

    proposal = learn_from_rivals(compared, seed)

    assert proposal.changes == ()
    assert proposal.contested == 0
    assert "Only 0 likely matches have a rival" in proposal.refused_because
    assert proposal.seed == seed.read_text()


def test_pairs_within_a_list_teach_nothing(compared, seed):
    before = learn_from_rivals(compared, seed)
    compared.execute(
        "insert into intermediate.int_comparison_vectors "
        "select left_no, right_no + 10000, 'a', 'a', false, 'same', 'same', 'other' "
        "from intermediate.int_comparison_vectors"
    )

    assert learn_from_rivals(compared, seed) == before


def test_a_proposal_that_decides_too_much_anew_is_refused(compared, tmp_path):
    odd = {**START, ("name", "same"): -3.0, ("name", "other"): 3.0, ("town", "same"): 3.0, ("town", "other"): -3.0}

    proposal = learn_from_rivals(compared, write_seed(tmp_path / "odd.csv", odd))

    assert "would decide otherwise about" in proposal.refused_because
    assert proposal.changes == ()


def test_a_level_that_hardly_occurs_and_silence_keep_their_weights(compared, tmp_path):
    compared.execute("update intermediate.int_comparison_vectors set name_level = 'rare' where rowid < 20")

    weights = learned(compared, write_seed(tmp_path / "rare.csv", {**START, ("name", "rare"): 1.5}))

    assert weights.get(("name", "rare"), 1.5) == 1.5
    assert weights["phone", "unknown"] == 0.0


def test_a_record_with_two_likely_partners_has_one_match_at_most():
    row = "a", "b", True, "same", "same", "same"
    connection = vectors([(1, 11, *row), (1, 12, *row), (2, 13, *row)])

    competition = read_competition(connection, START, comparisons_of(START), 0.0)

    (all_same,) = competition.patterns
    alone = 1 / (1 + 2 ** -weight_of_levels(all_same.levels, START))
    assert all_same.matches - alone == pytest.approx(2 * 2**3.5 / (1 + 2 * 2**3.5))
    assert competition.contested == 2


def test_two_partners_are_rivals_also_when_one_came_before_the_record_and_one_after():
    row = True, "same", "same", "same"
    connection = vectors([(3, 5, "b", "a", *row), (5, 8, "a", "b", *row)])

    competition = read_competition(connection, START, comparisons_of(START), 0.0)

    (all_same,) = competition.patterns
    assert all_same.matches == pytest.approx(2 * 2**3.5 / (1 + 2 * 2**3.5))
    assert competition.contested == 2


def test_two_partners_that_match_each_other_are_one_partner():
    row = "same", "same", "same"
    connection = vectors(
        [(1, 11, "a", "b", True, *row), (1, 12, "a", "b", True, *row), (11, 12, "b", "b", False, *row)]
    )

    competition = read_competition(connection, START, comparisons_of(START), 0.0)

    (all_same,) = competition.patterns
    assert all_same.matches == pytest.approx(2 / (1 + 2 ** -weight_of_levels(all_same.levels, START)))
    assert competition.contested == 0


def test_the_prior_moves_so_that_as_many_pairs_are_accepted():
    patterns = [Pattern((("name", level),), 0, count) for level, count in (("one", 10), ("two", 20), ("three", 70))]
    start = {("prior", "any"): 0.0, ("name", "one"): 2.0, ("name", "two"): 1.0, ("name", "three"): -1.0}
    lower = {level: weight - 3 for level, weight in start.items()}

    weights = as_many_accepted(patterns, start, lower, 0.0)

    assert [weight_of_levels(pattern.levels, weights) >= 0 for pattern in patterns] == [True, True, False]
    assert share_changed(patterns, start, weights, 0.0) == 0
    assert share_changed(patterns, start, lower, 0.0) == 1


def test_levels_of_a_range_keep_their_order():
    far, near, on = ("distance", "far"), ("distance", "near"), ("distance", "on")
    start = {on: 3.0, near: 2.0, far: 1.0}

    corrected = in_order({on: 2.0, near: 3.0, far: 0.5}, start, {on: 100, near: 300, far: 50}, [[on, near, far]])

    assert corrected == {on: 2.75, near: 2.75, far: 0.5}


def test_where_the_seed_has_no_order_none_is_asked_for():
    one, two = ("term_frequency", "one"), ("term_frequency", "two")

    assert in_order({one: 0.2, two: 0.8}, {one: 0.3, two: 0.4}, {}, [[one, two]]) == {one: 0.2, two: 0.8}


def file_of(compared: duckdb.DuckDBPyConnection, warehouse: Path, columns: str = "*") -> Path:
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    compared.execute(f"attach '{warehouse}' as filed")
    compared.execute("create schema filed.intermediate")
    compared.execute(
        f"create table filed.intermediate.int_comparison_vectors as select {columns} "
        "from intermediate.int_comparison_vectors"
    )
    compared.execute("detach filed")
    return warehouse


def test_the_proposal_is_a_diff_and_the_seed_is_left_alone(compared, seed, tmp_path):
    before = seed.read_text()

    proposed = tune_matching(file_of(compared, tmp_path / "warehouse.duckdb"), seed)

    assert seed.read_text() == before
    assert "-phone,same,,2.0,why\n" in proposed.diff
    assert 0.6 * PLACES < proposed.expected_matches <= PLACES
    assert proposed.contested >= MIN_CONTESTED
    assert len(proposed.seed.splitlines()) == len(before.splitlines())


def test_the_command_prints_the_diff_and_writes_the_proposal(command, compared, tmp_path):
    comparisons = comparisons_of(dict.fromkeys(seed_levels(), 0.0))
    levels = dict.fromkeys(comparisons, "'unknown'") | {
        "name": "if(name_level = 'same', 'exact', 'from_56')",
        "phone": "phone_level",
        "distance": "if(town_level = 'same', 'within_80_m', 'within_260_m')",
    }
    file_of(
        compared,
        tmp_path / "data" / "sandbox" / "warehouse.duckdb",
        "left_no, right_no, left_source, right_source, is_cross_source, "
        + ", ".join(f"{level} as {comparison}_level" for comparison, level in levels.items()),
    )

    code, out, errors = command(tmp_path / "data", "tune", "matching", "--out", str(tmp_path / "proposed.csv"))

    assert code == 0, errors
    assert "likely matches have a rival" in out
    assert "+distance,within_80_m," in out
    assert "Nothing was changed" in out
    assert (tmp_path / "proposed.csv").read_text().startswith("comparison,level,threshold,weight,meaning\nprior,any,")


def seed_levels() -> list[tuple[str, str]]:
    with (SEEDS_DIR / "match_weights.csv").open() as file:
        return [(row["comparison"], row["level"]) for row in csv.DictReader(file)]


def test_an_unwritable_proposal_is_refused_before_learning(command, tmp_path):
    code, _, errors = command(tmp_path, "tune", "matching", "--out", str(tmp_path / "nowhere" / "proposed.csv"))

    assert code == 2
    assert "name a file in a directory that exists" in errors
    assert "Traceback" not in errors


def test_nothing_to_learn_from_is_one_sentence(compared, seed, tmp_path):
    with pytest.raises(UsageError, match="Nothing has been built yet"):
        tune_matching(tmp_path / "warehouse.duckdb", seed)

    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create table nothing (x int)")
    with pytest.raises(UsageError, match="No pair of records has been compared yet"):
        tune_matching(tmp_path / "warehouse.duckdb", seed)

    compared.execute("delete from intermediate.int_comparison_vectors")
    with pytest.raises(UsageError, match="No two records were compared"):
        learn_from_rivals(compared, seed)
