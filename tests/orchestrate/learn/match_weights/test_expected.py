"""The promise of F1: it is the mean over truths of known probability, and its range holds the rise of a known world."""

from __future__ import annotations

import random
from statistics import fmean

import pytest

from orchestrate.learn.eval_matching import scores_of
from orchestrate.learn.match_weights.expected import (
    Clustered,
    ComparedPair,
    Pair,
    chained,
    expected_f1,
    expected_rise,
    probabilities,
    rise_of,
)
from orchestrate.learn.match_weights.labelled import learn_labelled
from orchestrate.learn.match_weights.proposal import Level, Levels
from orchestrate.learn.match_weights.regression import Pattern

PRESENT: Levels = {("prior", "any"): -3.0, ("name", "same"): 5.0, ("name", "near"): 1.0, ("name", "other"): -2.0}
# In this world a near name says more than the present weights believe, and there are more matches.
TRUE: Levels = {("prior", "any"): -1.0, ("name", "same"): 5.0, ("name", "near"): 3.0, ("name", "other"): -4.0}
LEVELS = ("same", "near", "other")
PAIRS = 2_000


def name(level: str) -> tuple[Level, ...]:
    return (("name", level),)


def pairs_of(*chances: float) -> dict[Pair, float]:
    """Unrelated pairs of records with these probabilities."""
    return {(f"a{n:04}", f"b{n:04}"): chance for n, chance in enumerate(chances)}


def test_the_expected_f1_of_certain_pairs_is_their_f1():
    first, second, third = (certain := pairs_of(1, 1, 0))

    assert expected_f1(certain, {first, second}) == 1
    assert expected_f1(certain, {first, third}) == 0.5
    assert expected_f1(certain, set()) == 0
    assert expected_f1({}, set()) == 1


def test_the_expected_f1_is_the_mean_over_truths_drawn_with_the_probabilities():
    dice = random.Random(7)
    chances = pairs_of(*(dice.random() ** 2 for _ in range(PAIRS)))
    decided = {pair for pair, chance in chances.items() if chance > 0.4}

    drawn = [
        scores_of((dice.random() < chance, pair in decided) for pair, chance in chances.items()).f1 for _ in range(40)
    ]

    assert expected_f1(chances, decided) == pytest.approx(fmean(drawn), abs=0.005)


def test_two_records_of_a_cluster_are_one_place_as_likely_as_the_chain_between_them():
    chances = {("a", "b"): 0.9, ("b", "c"): 0.8, ("a", "c"): 0.1, ("c", "d"): 0.5}
    cluster = {("a", "b"), ("a", "c"), ("b", "c")}

    assert chained(chances, cluster) == {**chances, ("a", "c"): pytest.approx(0.72)}
    assert chained({("a", "b"): 0.9, ("b", "c"): 0.8}, cluster)["a", "c"] == pytest.approx(0.72)
    assert chained(chances, set()) == chances


def world(labels: int) -> tuple[Clustered, set[Pair], list[Pattern], float]:
    """The present clusters, those of the learned weights, the labels, and the rise that the true weights give."""
    dice = random.Random(labels)
    compared = [ComparedPair(pair, name(LEVELS[n % 3])) for n, pair in enumerate(pairs_of(*[0] * PAIRS))]
    true = probabilities(compared, TRUE)
    answered = {level: [dice.random() < true[one.pair] for one in compared if one.levels == name(level)][: labels // 3]
                for level in LEVELS}  # fmt: skip
    patterns = [
        Pattern(name(level), sum(is_match), len(is_match) - sum(is_match)) for level, is_match in answered.items()
    ]
    before, after = (
        {pair for pair, chance in probabilities(compared, weights).items() if chance >= 0.45}
        for weights in (PRESENT, learn_labelled([patterns], PRESENT).weights)
    )
    return Clustered(compared, before), after, patterns, rise_of(true, before, after)


@pytest.mark.parametrize("labels", [40, 200])
def test_the_range_holds_the_rise_that_the_true_probabilities_give(labels):
    clustered, after, patterns, true_rise = world(labels)

    rise = expected_rise(clustered, after, patterns, PRESENT)

    assert set() < clustered.joined < after
    assert true_rise > 0.1
    assert rise.low < true_rise < rise.high
    assert rise.low < rise.mean < rise.high


def test_more_labels_make_the_range_narrower():
    few, many = (expected_rise(*world(labels)[:3], PRESENT) for labels in (40, 400))

    assert many.high - many.low < (few.high - few.low) / 2


def test_the_same_decisions_promise_nothing():
    clustered, _, patterns, _ = world(40)

    rise = expected_rise(clustered, clustered.joined, patterns, PRESENT)

    assert (rise.low, rise.mean, rise.high) == (0, 0, 0)
