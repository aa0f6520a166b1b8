"""Learns match weights from labelled pairs. It proposes a change of the seed and makes none.

Logistic regression, fitted by Newton's method (iteratively reweighted least squares, Nelder and Wedderburn 1972). If
the comparisons are independent, its coefficients are the log Bayes factors of the levels (Fellegi and Sunter 1969).
If they are not, the coefficients take that into account. A normal prior around each present weight (Hoerl and
Kennard 1970) keeps the change small if there are few labels. The seed's weights come from such a regression.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestrate.contracts.learning.tuning import MatchTuning
from orchestrate.errors import UsageError
from orchestrate.learn.eval_matching import build_matching, scratch_warehouse
from orchestrate.learn.statistics.newton import Matrix, Vector, minimise, moved
from orchestrate.learn.tune_matching_em import (
    MIN_PAIRS,
    SILENT_LEVELS,
    FittedWeights,
    Levels,
    comparisons_of,
    propose,
    read_weights,
)

PRIOR_SD = 0.5  # log2; the standard deviation of the prior around the present weight
ITERATIONS = 30
TOLERANCE = 0.001  # log2; stop when no weight changes by more
MAX_HALVINGS = 20
BIT = math.log(2)

Level = tuple[str, str]
PRIOR: Level = ("prior", "any")


@dataclass(frozen=True)
class Pattern:
    """Labelled pairs with the same level in every comparison."""

    levels: tuple[Level, ...]
    matches: float
    others: float


async def tune_labelled(sets: Sequence[tuple[Path, Path]], seed: Path) -> MatchTuning:
    """Learn weights from the records and labelled pairs of each set. Returns a proposal for `seed`.

    Raises UsageError for an unusable file, or for labels without matches or without non-matches.
    """
    start = read_weights(seed)
    read = [await _read_set(records, pairs, comparisons_of(start)) for records, pairs in sets]
    learned = learn_labelled([patterns for patterns, _ in read], start)
    return propose(seed, learned).model_copy(
        update={
            "sets": len(sets),
            "matches": round(learned.matches),
            "never_compared": sum(never_compared for _, never_compared in read),
        }
    )


async def _read_set(records: Path, pairs: Path, comparisons: list[str]) -> tuple[list[Pattern], int]:
    """The set's patterns, and the number of pairs that are no candidate pairs: nothing is learned from those."""
    async with scratch_warehouse() as (warehouse, dbt):
        await build_matching(warehouse, dbt, records, pairs, selector="comparisons")
        return _patterns(warehouse.connection, comparisons)


def _patterns(connection: duckdb.DuckDBPyConnection, comparisons: list[str]) -> tuple[list[Pattern], int]:
    levels = [f"compared.{comparison}_level::varchar" for comparison in comparisons]
    rows = connection.execute(
        f"select compared.left_no is not null, {', '.join(levels)}, "  # noqa: S608 (names of columns of ours)
        "count(*) filter (where is_match), count(*) filter (where not is_match) from labelled_pairs as pairs "
        "left join intermediate.int_match_features as one on pairs.left_key = one.record_key "
        "left join intermediate.int_match_features as other on pairs.right_key = other.record_key "
        "left join intermediate.int_comparison_vectors as compared "
        "on compared.left_no = least(one.record_no, other.record_no) "
        "and compared.right_no = greatest(one.record_no, other.record_no) group by all order by all"
    ).fetchall()
    patterns = [
        Pattern(tuple(zip(comparisons, reached, strict=True)), matches, others)
        for is_compared, *reached, matches, others in rows
        if is_compared
    ]
    return patterns, sum(matches + others for is_compared, *_, matches, others in rows if not is_compared)


def learn_labelled(sets: Sequence[Sequence[Pattern]], start: Levels) -> FittedWeights:
    """The most probable weights, given the labels and the prior around the present weights. All sets count equally."""
    seen: Levels = {}
    for pattern in (pattern for patterns in sets for pattern in patterns):
        for level in pattern.levels:
            seen[level] = seen.get(level, 0.0) + pattern.matches + pattern.others
    matches = sum(pattern.matches for patterns in sets for pattern in patterns)
    pairs = matches + sum(pattern.others for patterns in sets for pattern in patterns)
    if not 0 < matches < pairs:
        raise UsageError(
            "These labels are not enough to learn from: the compared pairs must include matches and non-matches, "
            f"but {matches:.0f} of {pairs:.0f} match."
        )
    weights, iterations = _most_probable(_weigh(sets, pairs), start, _held(start, seen))
    return FittedWeights(weights, pairs, matches, iterations, seen)


def _most_probable(patterns: list[Pattern], start: Levels, held: set[Level]) -> tuple[Levels, int]:
    """The weights with the least loss, and the number of iterations. The weights of `held` levels stay the same."""
    free = [PRIOR, *(level for level in start if level not in (PRIOR, *held))]

    def at(point: Vector) -> Levels:
        return {**start, **dict(zip(free, point, strict=True))}

    def share_of(point: Vector, step: Vector) -> float:
        """Halves the step until it lowers the loss."""
        before = _loss(patterns, at(point), start)
        shares = (0.5**halving for halving in range(MAX_HALVINGS))
        return next((s for s in shares if _loss(patterns, at(moved(point, step, s)), start) <= before), 0.0)

    found = minimise(
        [start[level] for level in free],
        lambda point: _derivatives(patterns, at(point), start, free),
        share_of,
        TOLERANCE,
        ITERATIONS,
    )
    return at(found.point), found.iterations


def _held(start: Levels, seen: Levels) -> set[Level]:
    return {level for level in start if level[1] in SILENT_LEVELS or seen.get(level, 0.0) < MIN_PAIRS}


def _weigh(sets: Sequence[Sequence[Pattern]], pairs: float) -> list[Pattern]:
    """All patterns. Each set is scaled to the average number of pairs of the sets."""
    weighed = []
    for patterns in sets:
        held = sum(pattern.matches + pattern.others for pattern in patterns)
        scale = pairs / len(sets) / held if held else 0.0
        weighed += [Pattern(p.levels, p.matches * scale, p.others * scale) for p in patterns]
    return weighed


def _logit(pattern: Pattern, weights: Levels) -> float:
    return BIT * (weights[PRIOR] + sum(weights.get(level, 0.0) for level in pattern.levels))


def _loss(patterns: list[Pattern], weights: Levels, start: Levels) -> float:
    """The negative log posterior of the weights."""
    loss = sum(((weights[level] - start[level]) / PRIOR_SD) ** 2 / 2 for level in weights if level != PRIOR)
    for pattern in patterns:
        odds = _logit(pattern, weights)
        surprise = math.log1p(math.exp(-abs(odds)))
        loss += pattern.matches * (surprise + max(0.0, -odds)) + pattern.others * (surprise + max(0.0, odds))
    return loss


def _derivatives(patterns: list[Pattern], weights: Levels, start: Levels, free: list[Level]) -> tuple[Vector, Matrix]:
    """The gradient and the curvature of the loss for the free weights."""
    place = {level: number for number, level in enumerate(free)}
    gradient = [0.0 if level == PRIOR else (weights[level] - start[level]) / PRIOR_SD**2 for level in free]
    curvature = [[0.0] * len(free) for _ in free]
    for level, number in place.items():
        curvature[number][number] = 1e-9 if level == PRIOR else 1 / PRIOR_SD**2
    for pattern in patterns:
        probability = 1 / (1 + math.exp(-_logit(pattern, weights)))
        pairs = pattern.matches + pattern.others
        slope = BIT * (pairs * probability - pattern.matches)
        bend = BIT**2 * pairs * probability * (1 - probability)
        reached = [place[PRIOR], *(place[level] for level in pattern.levels if level in place)]
        for row in reached:
            gradient[row] += slope
            for column in reached:
                curvature[row][column] += bend
    return gradient, curvature
