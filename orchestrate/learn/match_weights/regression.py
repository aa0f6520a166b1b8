"""Logistic regression of matches on levels, with a normal prior around the present weights.

Fitted by Newton's method (iteratively reweighted least squares, Nelder and Wedderburn 1972). If the comparisons are
independent, its coefficients are the log Bayes factors of the levels (Fellegi and Sunter 1969). If they are not, the
coefficients take that into account. The prior (Hoerl and Kennard 1970) keeps the change small if there is little data.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orchestrate.learn.match_weights.proposal import PRIOR, SILENT_LEVELS, FittedWeights, Level, Levels
from orchestrate.learn.statistics.newton import Matrix, Vector, cholesky, minimise, moved, solve_transposed

ITERATIONS = 30
TOLERANCE = 0.001  # log2; stop when no weight changes by more
MAX_HALVINGS = 20
BIT = math.log(2)


@dataclass(frozen=True)
class Pattern:
    """Pairs with the same level in every comparison: how many of them match, and how many do not."""

    levels: tuple[Level, ...]
    matches: float
    others: float

    @property
    def pairs(self) -> float:
        return self.matches + self.others


@dataclass(frozen=True)
class Strength:
    """How firmly the present weights stand: the standard deviation of the prior, and what a level needs to move."""

    sd: float  # log2, of each weight
    prior_sd: float  # log2, of the weight with which every pair starts
    min_pairs: float  # a rarer level keeps its weight


def weight_of_levels(levels: Iterable[Level], weights: Levels) -> float:
    return weights[PRIOR] + sum(weights.get(level, 0.0) for level in levels)


def probability_of(weight: float) -> float:
    """The probability of a match with this weight, which is the log2 of its odds."""
    return 1 / (1 + 2**-weight)


def pairs_by_level(patterns: Iterable[Pattern]) -> Levels:
    seen: Levels = {}
    for pattern in patterns:
        for level in pattern.levels:
            seen[level] = seen.get(level, 0.0) + pattern.pairs
    return seen


def most_probable(patterns: Sequence[Pattern], seen: Levels, start: Levels, strength: Strength) -> FittedWeights:
    """The most probable weights, given the patterns and the prior around `start`. A level that few have seen stays."""
    held = frozenset(
        level
        for level in start
        if level != PRIOR and (level[1] in SILENT_LEVELS or seen.get(level, 0.0) < strength.min_pairs)
    )
    free = [PRIOR, *(level for level in start if level not in (PRIOR, *held))]
    loss = _Loss(patterns, start, free, strength)
    found = minimise([start[level] for level in free], loss.derivatives, loss.share_of, TOLERANCE, ITERATIONS)
    matches = sum(pattern.matches for pattern in patterns)
    pairs = sum(pattern.pairs for pattern in patterns)
    return FittedWeights(loss.weights(found.point), pairs, matches, found.iterations, seen, held)


def drawn_weights(patterns: Sequence[Pattern], start: Levels, strength: Strength, draws: int) -> list[Levels]:
    """Weights from their posterior, given the patterns and the prior around `start`. The same each time.

    Near its most probable point the posterior is taken as normal (Laplace's approximation).
    """
    free = [PRIOR, *(level for level in start if level != PRIOR and level[1] not in SILENT_LEVELS)]
    loss = _Loss(patterns, start, free, strength)
    found = minimise([start[level] for level in free], loss.derivatives, loss.share_of, TOLERANCE, ITERATIONS)
    lower = cholesky(loss.derivatives(found.point)[1])
    dice = random.Random(draws)  # noqa: S311 (no secret)
    return [
        loss.weights(moved(found.point, solve_transposed(lower, [dice.gauss(0, 1) for _ in free]), 1.0))
        for _ in range(draws)
    ]


class _Loss:
    """The negative log posterior of the free weights."""

    def __init__(self, patterns: Sequence[Pattern], start: Levels, free: Sequence[Level], strength: Strength) -> None:
        self.start, self.free = start, free
        self.centre = [start[level] for level in free]
        self.precision = [1 / (strength.prior_sd if level == PRIOR else strength.sd) ** 2 for level in free]
        place = {level: number for number, level in enumerate(free)}
        fixed = {level: weight for level, weight in start.items() if level not in place}
        self.rows = [
            (
                [place[PRIOR], *(place[level] for level in pattern.levels if level in place)],
                sum(fixed.get(level, 0.0) for level in pattern.levels),
                pattern.matches,
                pattern.others,
            )
            for pattern in patterns
        ]

    def weights(self, point: Vector) -> Levels:
        return {**self.start, **dict(zip(self.free, point, strict=True))}

    def share_of(self, point: Vector, step: Vector) -> float:
        """Halves the step until it lowers the loss."""
        before = self.at(point)
        shares = (0.5**halving for halving in range(MAX_HALVINGS))
        return next((share for share in shares if self.at(moved(point, step, share)) <= before), 0.0)

    def at(self, point: Vector) -> float:
        away = zip(point, self.centre, self.precision, strict=True)
        loss = sum(precision * (value - centre) ** 2 / 2 for value, centre, precision in away)
        for reached, fixed, matches, others in self.rows:
            odds = BIT * (fixed + sum(point[place] for place in reached))
            surprise = math.log1p(math.exp(-abs(odds)))
            loss += matches * (surprise + max(0.0, -odds)) + others * (surprise + max(0.0, odds))
        return loss

    def derivatives(self, point: Vector) -> tuple[Vector, Matrix]:
        """The gradient and the curvature of the loss."""
        away = zip(point, self.centre, self.precision, strict=True)
        gradient = [precision * (value - centre) for value, centre, precision in away]
        curvature = [[0.0] * len(point) for _ in point]
        for number, precision in enumerate(self.precision):
            curvature[number][number] = precision
        for reached, fixed, matches, others in self.rows:
            probability = 1 / (1 + math.exp(-BIT * (fixed + sum(point[place] for place in reached))))
            pairs = matches + others
            slope = BIT * (pairs * probability - matches)
            bend = BIT**2 * pairs * probability * (1 - probability)
            for row in reached:
                gradient[row] += slope
                line = curvature[row]
                for column in reached:
                    line[column] += bend
        return gradient, curvature
