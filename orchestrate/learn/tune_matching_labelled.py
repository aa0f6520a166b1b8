"""Match weights learned from pairs that a person labelled: a proposal, never a change.

Logistic regression, whose coefficients are the log Bayes factors of the levels where the comparisons are independent
(Fellegi and Sunter 1969), and allow for each other where they are not; by Newton's method (iteratively reweighted least
squares, Nelder and Wedderburn 1972). Every weight is held near the one it has by a normal prior (Hoerl and Kennard
1970), so that few labels move it little. The seed's own weights come from such a regression.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestrate.contracts.tuning import MatchTuning
from orchestrate.errors import UsageError
from orchestrate.learn.eval_matching import build_matching, scratch_warehouse
from orchestrate.learn.tune_matching_em import (
    MIN_PAIRS,
    SILENT_LEVELS,
    FittedWeights,
    Levels,
    comparisons_of,
    propose,
    read_weights,
)

PRIOR_SD = 0.5  # log2; the standard deviation of the prior around the weight a level has
ITERATIONS = 30
TOLERANCE = 0.001  # log2; no weight moves by more
MAX_HALVINGS = 20
BIT = math.log(2)

Level = tuple[str, str]
PRIOR: Level = ("prior", "any")


@dataclass(frozen=True)
class Pattern:
    """Labelled pairs whose comparisons reached the same levels throughout."""

    levels: tuple[Level, ...]
    matches: float
    others: float


async def tune_labelled(sets: Sequence[tuple[Path, Path]], seed: Path) -> MatchTuning:
    """Learn weights from the records and labelled pairs of each set, and say how `seed` would change.

    Raises UsageError for a file that cannot be used, or labels that nothing can be learned from.
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
    """The set's patterns, and how many of its pairs no blocking key brought together: of those nothing is learned."""
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
    """The most probable weights, given the labels and that they lie near those at hand. Every set counts the same."""
    seen: Levels = {}
    for pattern in (pattern for patterns in sets for pattern in patterns):
        for level in pattern.levels:
            seen[level] = seen.get(level, 0.0) + pattern.matches + pattern.others
    matches = sum(pattern.matches for patterns in sets for pattern in patterns)
    pairs = matches + sum(pattern.others for patterns in sets for pattern in patterns)
    if not 0 < matches < pairs:
        raise UsageError(
            "The labels cannot be learned from: among the pairs that are compared there must be some that match and "
            f"some that do not, and of {pairs:.0f} there are {matches:.0f} that match."
        )
    free = [PRIOR, *(level for level in start if level not in (PRIOR, *_held(start, seen)))]
    weighed = _weigh(sets, pairs)
    weights, iterations, moved = dict(start), 0, math.inf
    while moved > TOLERANCE and iterations < ITERATIONS:
        step = dict(zip(free, _newton_step(weighed, weights, start, free), strict=True))
        weights, moved = _descend(weighed, weights, start, step)
        iterations += 1
    return FittedWeights(weights, pairs, matches, iterations, seen)


def _held(start: Levels, seen: Levels) -> set[Level]:
    return {level for level in start if level[1] in SILENT_LEVELS or seen.get(level, 0.0) < MIN_PAIRS}


def _weigh(sets: Sequence[Sequence[Pattern]], pairs: float) -> list[Pattern]:
    """All patterns, each set scaled to count as many pairs as the sets have on average."""
    weighed = []
    for patterns in sets:
        held = sum(pattern.matches + pattern.others for pattern in patterns)
        scale = pairs / len(sets) / held if held else 0.0
        weighed += [Pattern(p.levels, p.matches * scale, p.others * scale) for p in patterns]
    return weighed


def _log_odds(pattern: Pattern, weights: Levels) -> float:
    return BIT * (weights[PRIOR] + sum(weights.get(level, 0.0) for level in pattern.levels))


def _loss(patterns: list[Pattern], weights: Levels, start: Levels) -> float:
    """Minus the log of how probable the weights are, labels and prior together."""
    loss = sum(((weights[level] - start[level]) / PRIOR_SD) ** 2 / 2 for level in weights if level != PRIOR)
    for pattern in patterns:
        odds = _log_odds(pattern, weights)
        surprise = math.log1p(math.exp(-abs(odds)))
        loss += pattern.matches * (surprise + max(0.0, -odds)) + pattern.others * (surprise + max(0.0, odds))
    return loss


def _newton_step(patterns: list[Pattern], weights: Levels, start: Levels, free: list[Level]) -> list[float]:
    """How far each free weight is to move: the gradient of the loss over its curvature."""
    place = {level: number for number, level in enumerate(free)}
    gradient = [0.0 if level == PRIOR else (start[level] - weights[level]) / PRIOR_SD**2 for level in free]
    curvature = [[0.0] * len(free) for _ in free]
    for level, number in place.items():
        curvature[number][number] = 1e-9 if level == PRIOR else 1 / PRIOR_SD**2
    for pattern in patterns:
        probability = 1 / (1 + math.exp(-_log_odds(pattern, weights)))
        pairs = pattern.matches + pattern.others
        slope = BIT * (pattern.matches - pairs * probability)
        bend = BIT**2 * pairs * probability * (1 - probability)
        reached = [place[PRIOR], *(place[level] for level in pattern.levels if level in place)]
        for row in reached:
            gradient[row] += slope
            for column in reached:
                curvature[row][column] += bend
    return _solve(curvature, gradient)


def _descend(patterns: list[Pattern], weights: Levels, start: Levels, step: dict[Level, float]) -> tuple[Levels, float]:
    """The weights after the step, halved until it lowers the loss, and the furthest that one of them moved."""
    before = _loss(patterns, weights, start)
    for halving in range(MAX_HALVINGS):
        share = 0.5**halving
        moved = {**weights, **{level: weights[level] + share * change for level, change in step.items()}}
        if _loss(patterns, moved, start) <= before:
            return moved, max(abs(share * change) for change in step.values())
    return weights, 0.0


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Of a symmetric positive definite system, by Cholesky's decomposition."""
    size = len(right)
    lower = [[0.0] * size for _ in range(size)]
    for row in range(size):
        for column in range(row + 1):
            rest = matrix[row][column] - sum(lower[row][k] * lower[column][k] for k in range(column))
            lower[row][column] = math.sqrt(rest) if row == column else rest / lower[column][column]
    forward: list[float] = []
    for row in range(size):
        forward.append((right[row] - sum(lower[row][k] * forward[k] for k in range(row))) / lower[row][row])
    solution = [0.0] * size
    for row in reversed(range(size)):
        known = sum(lower[k][row] * solution[k] for k in range(row + 1, size))
        solution[row] = (forward[row] - known) / lower[row][row]
    return solution
