"""Weights learned from labelled pairs: known weights are recovered, and few labels change little."""

from __future__ import annotations

import asyncio
import math

import pytest

from orchestrate.errors import UsageError
from orchestrate.learn.eval_matching import PAIR_COLUMNS, RECORD_COLUMNS
from orchestrate.learn.tune_matching_em import MIN_PAIRS, Levels
from orchestrate.learn.tune_matching_labelled import Pattern, learn_labelled, tune_labelled
from orchestrate.settings import SEEDS_DIR
from tests.printed import printed

# of a hundred matches and a hundred others, the number that agree
AGREE = {"name": (85, 5), "phone": (90, 2)}
START: Levels = {
    ("prior", "any"): -1.0,
    ("name", "same"): 0.0,
    ("name", "other"): 0.0,
    ("name", "rare"): 1.5,
    ("phone", "same"): 0.0,
    ("phone", "different"): 0.0,
    ("phone", "unknown"): 0.0,
}


def draw(matches: float, others: float) -> list[Pattern]:
    """Every combination of levels, as often as independent comparisons with the shares of AGREE would give it."""
    patterns = []
    for name, phone in [(True, True), (True, False), (False, True), (False, False)]:
        shares = [
            math.prod(
                (AGREE[of][side] if agrees else 100 - AGREE[of][side]) / 100
                for of, agrees in (("name", name), ("phone", phone))
            )
            for side in (0, 1)
        ]
        levels = (("name", "same" if name else "other"), ("phone", "same" if phone else "different"))
        patterns.append(Pattern(levels, matches * shares[0], others * shares[1]))
    return patterns


def between(weights: Levels, comparison: str, one: str, other: str) -> float:
    """If every pair has one of two levels, the pairs determine only the difference of the weights."""
    return weights[comparison, one] - weights[comparison, other]


def test_the_shares_of_drawn_labelled_pairs_are_recovered():
    learned = learn_labelled([draw(30_000, 90_000)], START)

    assert (learned.pairs, learned.matches) == (pytest.approx(120_000), pytest.approx(30_000))
    for levels, ratios in ((("name", "same", "other"), 17 * 95 / 15), (("phone", "same", "different"), 45 * 9.8)):
        assert between(learned.weights, *levels) == pytest.approx(math.log2(ratios), rel=0.03)


def test_two_comparisons_that_say_the_same_are_not_counted_twice():
    """What m / u would give each in full, the two share."""
    patterns = [
        Pattern((("name", "same"), ("phone", "same")), 9_000, 1_000),
        Pattern((("name", "other"), ("phone", "different")), 1_000, 9_000),
    ]

    weights = learn_labelled([patterns], START).weights

    both = between(weights, "name", "same", "other") + between(weights, "phone", "same", "different")
    assert both == pytest.approx(math.log2(9 * 9), rel=0.03)


def test_few_labels_move_the_weights_less_than_many():
    few, many = (learn_labelled([draw(labels, 3 * labels)], START).weights for labels in (20, 20_000))

    for levels in (("name", "same", "other"), ("phone", "same", "different")):
        assert 0 < between(few, *levels) < 0.9 * between(many, *levels)


def test_a_perfect_level_does_not_become_certain():
    patterns = [Pattern((("name", "same"),), 500, 0), Pattern((("name", "other"),), 0, 500)]

    weights = learn_labelled([patterns], START).weights

    assert 3 < between(weights, "name", "same", "other") < 20


def test_silence_and_what_hardly_occurs_keep_their_weights():
    few = MIN_PAIRS - 1
    patterns = [
        *draw(300, 900),
        Pattern((("name", "rare"), ("phone", "unknown")), few, 0),
        Pattern((("name", "same"), ("phone", "unknown")), 500, 0),
    ]

    weights = learn_labelled([patterns], START).weights

    assert weights["name", "rare"] == START["name", "rare"]
    assert weights["phone", "unknown"] == START["phone", "unknown"]


def test_every_set_counts_the_same_whatever_its_size():
    large = [Pattern((("name", "same"),), 9_000, 1_000), Pattern((("name", "other"),), 1_000, 9_000)]
    small = [Pattern((("name", "same"),), 10, 90), Pattern((("name", "other"),), 90, 10)]

    weights = learn_labelled([large, small], START).weights

    assert between(weights, "name", "same", "other") == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("matches", [pytest.param(0, id="no_match"), pytest.param(100, id="nothing_else")])
def test_labels_of_one_kind_only_are_refused_in_a_sentence(matches):
    with pytest.raises(UsageError, match=f"but {matches} of 100 match"):
        learn_labelled([[Pattern((("name", "same"),), matches, 100 - matches)]], START)


# Far apart from each other: a club in both lists, and beside it in one of them a shop.
RECORDS = [
    f"{key},{name},{55 + number / 50},-3.21,,,,,,,"
    for number in range(MIN_PAIRS)
    for key, name in (
        (f"osm,{number}", f"Braid {number} Tennis Club"),
        (f"yelp,{number}", f"Braid {number} Tennis Club"),
        (f"yelp,x{number}", f"Braid {number} Tennis Shop"),
    )
]
PAIRS = [
    *(f"osm,{number},yelp,{number},1" for number in range(MIN_PAIRS)),
    *(f"yelp,x{number},osm,{number},0" for number in range(MIN_PAIRS)),
    "osm,0,yelp,29,0",
]


def write(tmp_path, records=RECORDS, pairs=PAIRS):
    paths = tmp_path / "records.csv", tmp_path / "pairs.csv"
    for path, columns, rows in zip(paths, (RECORD_COLUMNS, PAIR_COLUMNS), (records, pairs), strict=True):
        path.write_text("\n".join([",".join(columns), *rows]) + "\n")
    return paths


@pytest.mark.slow
def test_learning_uses_the_models_own_comparisons(tmp_path):
    seed = SEEDS_DIR / "match_weights.csv"
    before = seed.read_text()

    proposed = printed(asyncio.run(tune_labelled([write(tmp_path)], seed)))

    assert seed.read_text() == before
    assert (proposed["pairs"], proposed["matches"], proposed["never_compared"]) == (2 * MIN_PAIRS, MIN_PAIRS, 1)
    moved = {(change["comparison"], change["level"]): change["to"] - change["from"] for change in proposed["changes"]}
    assert moved["name", "exact"] > 0
    assert not any(comparison == "phone" for comparison, _ in moved)
    assert "+name,exact," in proposed["diff"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--pairs", "p.csv"], "there are 1 --pairs and 0 --records", id="no_records"),
        pytest.param(["--records", "r.csv"], "there are 0 --pairs and 1 --records", id="no_pairs"),
        pytest.param(["--pairs", "p.csv", "--records", "nowhere.csv"], "There is no file nowhere.csv", id="no_file"),
    ],
)
def test_unusable_files_are_refused_in_a_sentence(command, tmp_path, arguments, words):
    code, _, errors = command(tmp_path, "tune", "matching", *arguments)

    assert code == 2
    assert words in " ".join(errors.split())
    assert "Traceback" not in errors
