"""What is counted about labelled pairs, and how it is printed."""

import io

from rich.console import Console

from orchestrate.contracts.learning.evaluation import MatchingEvaluation, PairwiseScores
from orchestrate.learn.labelled_pairs import JudgedPair, blocking_scores, calibration_scores, predictions
from orchestrate.render.learning import render_matching

NEVER_MET = JudgedPair(True, False, False, 0.0, False, False)
JUDGED = [
    NEVER_MET,
    JudgedPair(True, True, False, 0.0, False, False),
    JudgedPair(True, True, True, 0.97, True, True),
    JudgedPair(False, True, True, 0.93, True, True),
    JudgedPair(False, True, True, 0.02, False, False),
]


def evaluated(judged: list[JudgedPair]) -> MatchingEvaluation:
    return MatchingEvaluation(
        records=9,
        pairs=len(judged),
        matches=sum(pair.is_match for pair in judged),
        precision=0.5,
        recall=0.3333,
        f1=0.4,
        false_positives=1,
        false_negatives=2,
        pair_decisions=PairwiseScores(precision=0.5, recall=0.3333, f1=0.4, false_positives=1, false_negatives=2),
        probabilities=calibration_scores(predictions(judged)),
        blocking=blocking_scores(judged),
        build_seconds=1.0,
        peak_megabytes=200,
    )


def test_a_match_is_missed_by_blocking_or_by_the_prefilter():
    scores = blocking_scores(JUDGED)

    assert (scores.candidates, scores.compared) == (2, 1)
    assert (scores.recall, scores.recall_after_prefilter) == (0.6667, 0.3333)


def test_without_a_labelled_match_blocking_misses_nothing():
    assert blocking_scores([JUDGED[-1]]).recall == 1.0


def test_a_pair_that_is_not_kept_counts_in_the_lowest_band():
    bands = calibration_scores(predictions(JUDGED)).bins

    assert [(band.low, band.cases, band.right_cases) for band in bands] == [(0.0, 3, 2), (0.9, 2, 1)]


def test_the_scores_are_printed_in_80_columns():
    printed = Console(file=io.StringIO(), width=80)

    render_matching(evaluated(JUDGED), printed)

    text = printed.file.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    assert "Recall of blocking 0.6667, after the prefilter 0.3333" in text
    assert [line.split() for line in text.splitlines() if line.startswith("0.9 to")] == [
        ["0.9", "to", "1.0", "2", "1", "0.950", "0.500"]
    ]


def test_a_set_without_pairs_has_no_bands():
    printed = Console(file=io.StringIO(), width=80)

    render_matching(evaluated([]), printed)

    assert "calibration" not in printed.file.getvalue()
