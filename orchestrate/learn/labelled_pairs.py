"""What became of each labelled pair in a build: found by blocking, compared, scored, accepted, joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import duckdb

from orchestrate.contracts.learning.evaluation import BlockingScores, CalibrationScores, ReliabilityBin
from orchestrate.learn.statistics.calibration import Prediction, expected_calibration_error, reliability


class JudgedPair(NamedTuple):
    is_match: bool
    is_candidate: bool  # found by blocking
    is_compared: bool  # not removed by the prefilter
    probability: float  # after the one-to-one penalty; 0 for a pair that is not kept
    is_accepted: bool  # by its own score
    is_joined: bool  # its records are in one cluster


JUDGED_PAIRS = """
with numbered as (

    select
        labelled.*,
        labelled.rowid as row_no,
        least(lefts.record_no, rights.record_no) as left_no,
        greatest(lefts.record_no, rights.record_no) as right_no
    from labelled_pairs as labelled
    left join intermediate.int_match_features as lefts on labelled.left_key = lefts.record_key
    left join intermediate.int_match_features as rights on labelled.right_key = rights.record_key

)

select
    numbered.is_match,
    candidates.left_no is not null as is_candidate,
    compared.left_no is not null as is_compared,
    coalesce(scored.match_probability, 0) as probability,
    accepted.left_no is not null as is_accepted,
    coalesce(left_entities.entity_id = right_entities.entity_id, false) as is_joined
from numbered
left join intermediate.int_candidate_pairs as candidates using (left_no, right_no)
left join intermediate.int_pairs_prefiltered as compared using (left_no, right_no)
left join intermediate.int_predictions as scored using (left_no, right_no)
left join intermediate.int_matches as accepted using (left_no, right_no)
left join intermediate.int_record_entities as left_entities on numbered.left_key = left_entities.record_key
left join intermediate.int_record_entities as right_entities on numbered.right_key = right_entities.record_key
order by numbered.row_no
"""


def judge_pairs(connection: duckdb.DuckDBPyConnection) -> list[JudgedPair]:
    """The outcome of each row of `labelled_pairs`, in their order."""
    return [JudgedPair(*row) for row in connection.execute(JUDGED_PAIRS).fetchall()]


def blocking_scores(judged: Sequence[JudgedPair]) -> BlockingScores:
    """The recall of blocking and of the prefilter. Without a labelled match nothing can be missed."""
    matches = [pair for pair in judged if pair.is_match]
    candidates = sum(pair.is_candidate for pair in matches)
    compared = sum(pair.is_compared for pair in matches)
    return BlockingScores(
        candidates=candidates,
        compared=compared,
        recall=round(candidates / len(matches), 4) if matches else 1.0,
        recall_after_prefilter=round(compared / len(matches), 4) if matches else 1.0,
    )


def predictions(judged: Sequence[JudgedPair]) -> list[Prediction]:
    return [Prediction(pair.probability, pair.is_match) for pair in judged]


def calibration_scores(cases: Sequence[Prediction]) -> CalibrationScores:
    return CalibrationScores(
        cases=len(cases),
        mean_confidence=_mean([case.probability for case in cases]),
        share_right=_mean([case.is_right for case in cases]),
        ece=round(expected_calibration_error(cases), 4),
        bins=tuple(ReliabilityBin.model_validate(each) for each in reliability(cases)),
    )


def _mean(numbers: Sequence[float]) -> float | None:
    return round(sum(numbers) / len(numbers), 4) if numbers else None
