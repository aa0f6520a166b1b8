"""The pairs whose labels say most about the weights, for a person to answer.

A Bayesian D-optimal design (Chaloner and Verdinelli 1995) for the regression that learns from the answers: each pair
taken is the one whose answer the weights know least about. Its probability is near one half, and its levels are not
yet those of the pairs before. A pair that stands for many of the same kind counts more.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from orchestrate.learn.match_weights.proposal import PRIOR, SILENT_LEVELS, Level, Levels
from orchestrate.learn.match_weights.regression import BIT, Strength, probability_of, weight_of_levels

# The exponent of the number of pairs with the same levels. With 0, odd pairs are asked about; with 1, one kind of pair.
COUNT_EXPONENT = 1 / 3
# How little is known about the weights before the answers. A wide prior asks about more different levels than the
# narrow one that protects the weights from few answers. Found on repeated draws of answers about the labelled sets.
DOUBT = Strength(sd=2.0, prior_sd=2.0, min_pairs=0)
MOST_KINDS = 2_000  # the kinds with the most information of their own; the others are never chosen


@dataclass(frozen=True)
class Kind:
    """Compared pairs with the same level in every comparison."""

    levels: tuple[Level, ...]
    pairs: int


def read_kinds(connection: duckdb.DuckDBPyConnection, comparisons: Sequence[str]) -> list[Kind]:
    """The kinds of the pairs across lists; of all pairs, if there is only one list.

    The table `kinds_of_pairs` has the number of each pair's kind.
    """
    levels = [f"{comparison}_level" for comparison in comparisons]
    connection.execute(
        "create or replace temp table kinds_of_pairs as "  # noqa: S608 (names of columns of ours)
        f"select dense_rank() over (order by {', '.join(levels)}) - 1 as kind_no, left_no, right_no, "
        f"{', '.join(f'{level}::varchar as {level}' for level in levels)} from intermediate.int_comparison_vectors "
        "where is_cross_source or not exists (from intermediate.int_comparison_vectors where is_cross_source)"
    )
    rows = connection.execute(
        f"select kind_no, {', '.join(levels)}, count(*) from kinds_of_pairs group by all order by kind_no"  # noqa: S608
    ).fetchall()
    return [Kind(tuple(zip(comparisons, reached, strict=True)), pairs) for _, *reached, pairs in rows]


def most_telling(kinds: Sequence[Kind], weights: Levels, accepted_from: float, wanted: int) -> list[int]:
    """The numbers of the kinds to ask about, the most telling first. A kind comes again when every other came as often.

    There are fewer than `wanted` if there are fewer pairs.
    """
    design = _Design(weights)
    curvature = {n: _curvature(kinds[n].levels, weights, accepted_from) for n in range(len(kinds))}
    own = {n: curvature[n] * kinds[n].pairs ** COUNT_EXPONENT for n in curvature}
    open_kinds = heapq.nsmallest(max(MOST_KINDS, wanted), own, key=lambda n: (-own[n], n))
    asked: Counter[int] = Counter()
    chosen: list[int] = []
    while len(chosen) < wanted and (left := [n for n in open_kinds if asked[n] < kinds[n].pairs]):
        fewest = min(asked[n] for n in left)
        fresh = (n for n in left if asked[n] == fewest)
        best = max(fresh, key=lambda n: (own[n] * design.variance(kinds[n].levels), -n))
        design.learn(kinds[best].levels, curvature[best])
        asked[best] += 1
        chosen.append(best)
    return chosen


def _curvature(levels: Sequence[Level], weights: Levels, accepted_from: float) -> float:
    """How much an answer says about the log odds of its pair. It is greatest at the threshold."""
    probability = probability_of(weight_of_levels(levels, weights) - accepted_from)
    return BIT**2 * probability * (1 - probability)


class _Design:
    """What is not known about the weights: their covariance, which shrinks with each answer."""

    def __init__(self, weights: Levels) -> None:
        free = [PRIOR, *(level for level in weights if level != PRIOR and level[1] not in SILENT_LEVELS)]
        self.place = {level: number for number, level in enumerate(free)}
        self.covariance = [[0.0] * len(free) for _ in free]
        for level, number in self.place.items():
            self.covariance[number][number] = (DOUBT.prior_sd if level == PRIOR else DOUBT.sd) ** 2

    def variance(self, levels: Sequence[Level]) -> float:
        """The variance of the log odds of a pair with these levels."""
        places = self._places(levels)
        return sum(self.covariance[row][column] for row in places for column in places)

    def learn(self, levels: Sequence[Level], curvature: float) -> None:
        """The covariance after an answer (Sherman and Morrison 1950)."""
        places = self._places(levels)
        along = [sum(row[column] for column in places) for row in self.covariance]
        share = curvature / (1 + curvature * self.variance(levels))
        for number, row in enumerate(self.covariance):
            if along[number]:
                self.covariance[number] = [
                    value - share * along[number] * other for value, other in zip(row, along, strict=True)
                ]

    def _places(self, levels: Sequence[Level]) -> list[int]:
        return [self.place[PRIOR], *(self.place[level] for level in levels if level in self.place)]
