"""Pairwise scores, compared with a count of every pair."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from orchestrate.learn.eval_matching import PairwiseScores, pairwise_scores

PARTITION = st.dictionaries(st.integers(0, 12).map(str), st.sampled_from("abcd"), min_size=1)


def test_a_wrong_join_costs_precision_and_a_missed_one_recall():
    truth = {"1": "x", "2": "x", "3": "y", "4": "y"}
    found = {"1": "a", "2": "a", "3": "a", "4": "b"}

    scores = pairwise_scores(found, truth)

    assert scores == PairwiseScores(true_positives=1, false_positives=2, false_negatives=1)
    assert (scores.precision, scores.recall, scores.f1) == (1 / 3, 1 / 2, 2 / 5)


def test_a_record_that_was_lost_stands_alone():
    assert pairwise_scores({"1": "a"}, {"1": "x", "2": "x"}) == PairwiseScores(0, 0, 1)


def test_nothing_to_join_and_nothing_joined_is_perfect():
    scores = pairwise_scores({}, {"1": "x", "2": "y"})

    assert (scores.precision, scores.recall, scores.f1) == (1, 1, 1)


@given(PARTITION, PARTITION)
def test_counting_clusters_equals_counting_pairs(found, truth):
    pairs = list(combinations(sorted(truth), 2))
    joined = {p for p in pairs if p[0] in found and p[1] in found and found[p[0]] == found[p[1]]}
    same = {p for p in pairs if truth[p[0]] == truth[p[1]]}

    assert pairwise_scores(found, truth) == PairwiseScores(len(joined & same), len(joined - same), len(same - joined))
