"""Weights learned without labels: pairs drawn with known shares of levels give these shares back."""

from __future__ import annotations

import csv
import math
import random
from pathlib import Path

import duckdb
import pytest

from orchestrate.errors import UsageError
from orchestrate.learn.tune_matching_em import MIN_PAIRS, learn, tune_matching
from tests.printed import printed

# (share among matches, share among the others)
TRUTH = {
    ("name", "same"): (0.85, 0.05),
    ("name", "other"): (0.15, 0.95),
    ("phone", "same"): (0.9, 0.02),
    ("phone", "different"): (0.1, 0.98),
    ("town", "same"): (0.95, 0.3),
    ("town", "other"): (0.05, 0.7),
}
START = {
    ("prior", "any"): -1.0,
    ("name", "same"): 2.0,
    ("name", "other"): -2.0,
    ("phone", "same"): 2.0,
    ("phone", "different"): -2.0,
    ("phone", "unknown"): 0.0,
    ("town", "same"): 0.5,
    ("town", "other"): -0.5,
}
MATCHES, OTHERS = 3_000, 9_000


def draw(dice: random.Random, comparison: str, is_match: bool) -> str:
    levels = [(level, shares) for (of, level), shares in TRUTH.items() if of == comparison]
    return dice.choices([level for level, _ in levels], [m if is_match else u for _, (m, u) in levels])[0]


@pytest.fixture
def compared() -> duckdb.DuckDBPyConnection:
    """Pairs drawn by TRUTH; of one in three, one record has no phone."""
    dice = random.Random(11)
    rows = [
        (
            draw(dice, "name", is_match),
            "unknown" if dice.random() < 1 / 3 else draw(dice, "phone", is_match),
            draw(dice, "town", is_match),
        )
        for is_match in [True] * MATCHES + [False] * OTHERS
    ]
    connection = duckdb.connect()
    connection.execute("create schema intermediate")
    connection.execute(
        "create table intermediate.int_comparison_vectors (name_level varchar, phone_level varchar, town_level varchar)"
    )
    connection.executemany("insert into intermediate.int_comparison_vectors values (?, ?, ?)", rows)
    return connection


def test_the_shares_that_pairs_were_drawn_by_are_found_again(compared):
    learned = learn(compared, START)

    assert learned.matches == pytest.approx(MATCHES, rel=0.05)
    for level, (m, u) in TRUTH.items():
        assert learned.weights[level] == pytest.approx(math.log2(m / u), abs=0.35), level
    assert learned.weights["prior", "any"] == pytest.approx(math.log2(MATCHES / OTHERS), abs=0.15)


def test_silence_is_no_evidence_and_its_weight_stays(compared):
    learned = learn(compared, START)

    assert learned.weights["phone", "unknown"] == 0.0


def test_a_level_that_hardly_occurs_keeps_its_weight(compared):
    compared.execute(
        f"update intermediate.int_comparison_vectors set name_level = 'rare' where rowid < {MIN_PAIRS - 1}"
    )

    learned = learn(compared, {**START, ("name", "rare"): 1.5})

    assert learned.weights["name", "rare"] == 1.5


@pytest.mark.parametrize(("level", "kind"), [("same", "a match"), ("other", "no match")])
def test_pairs_of_one_kind_teach_nothing(compared, level, kind):
    phone = "same" if level == "same" else "different"
    compared.execute(
        f"update intermediate.int_comparison_vectors "
        f"set name_level = '{level}', phone_level = '{phone}', town_level = '{level}'"
    )

    with pytest.raises(UsageError, match=f"is {kind}"):
        learn(compared, {level: 60 * weight for level, weight in START.items()})


def write_seed(path: Path) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["comparison", "level", "weight", "meaning"])
        writer.writerows([comparison, level, weight, "why"] for (comparison, level), weight in START.items())
    return path


def test_the_proposal_is_a_diff_and_the_seed_is_left_alone(compared, tmp_path):
    warehouse = tmp_path / "warehouse.duckdb"
    compared.execute(f"attach '{warehouse}' as filed")
    compared.execute("create schema filed.intermediate")
    compared.execute(
        "create table filed.intermediate.int_comparison_vectors as from intermediate.int_comparison_vectors"
    )
    compared.execute("detach filed")
    seed = write_seed(tmp_path / "match_weights.csv")
    before = seed.read_text()

    proposed = printed(tune_matching(warehouse, seed))

    assert seed.read_text() == before
    assert "-phone,same,2.0,why\n" in proposed["diff"]
    assert "+phone,same,5." in proposed["diff"]
    assert proposed["pairs"] == MATCHES + OTHERS
    assert {(change["comparison"], change["level"]) for change in proposed["changes"]} == {
        level for level in START if level[1] != "unknown"
    }
    assert proposed["seed"].splitlines()[0] == before.splitlines()[0]
    assert len(proposed["seed"].splitlines()) == len(before.splitlines())


def test_the_command_prints_the_diff_and_writes_the_proposal(command, compared, tmp_path):
    warehouse = tmp_path / "data" / "sandbox" / "warehouse.duckdb"
    warehouse.parent.mkdir(parents=True)
    levels = [f"'unknown' as {comparison}_level" for comparison in ("number", "term_frequency", "distance", "postcode")]
    levels += [f"'unknown' as {comparison}_level" for comparison in ("website", "street", "category", "identifier")]
    compared.execute(f"attach '{warehouse}' as filed")
    compared.execute("create schema filed.intermediate")
    compared.execute(
        "create table filed.intermediate.int_comparison_vectors as "
        "select if(name_level = 'same', 'exact', 'from_40') as name_level, phone_level, "
        f"{', '.join(levels)} from intermediate.int_comparison_vectors"
    )
    compared.execute("detach filed")

    code, out, errors = command(tmp_path / "data", "tune", "matching", "--out", str(tmp_path / "proposed.csv"))

    assert code == 0, errors
    assert "12000 compared pairs" in out
    assert "+name,exact," in out
    assert "Nothing was changed" in out
    assert (tmp_path / "proposed.csv").read_text().startswith("comparison,level,threshold,weight,meaning\nprior,any,")


def test_an_unwritable_proposal_is_refused_before_learning(command, tmp_path):
    code, _, errors = command(tmp_path, "tune", "matching", "--out", str(tmp_path / "nowhere" / "proposed.csv"))

    assert code == 2
    assert "name a file in a directory that exists" in errors
    assert "Traceback" not in errors


def test_nothing_to_learn_from_is_one_sentence(tmp_path):
    seed = write_seed(tmp_path / "match_weights.csv")

    with pytest.raises(UsageError, match="Nothing has been built yet"):
        tune_matching(tmp_path / "warehouse.duckdb", seed)

    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create table nothing (x int)")
    with pytest.raises(UsageError, match="No pair of records has been compared yet"):
        tune_matching(tmp_path / "warehouse.duckdb", seed)
