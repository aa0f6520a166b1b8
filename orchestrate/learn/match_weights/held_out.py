"""What labels promise: how many answers weights decide rightly that were learned from the other answers.

The answers are the pairs that the weights know least about. So this is no estimate of F1 over all pairs: it says how
much more of the hard ones is right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from orchestrate.learn.match_weights.proposal import FittedWeights, Levels
from orchestrate.learn.match_weights.regression import Pattern, weight_of_levels

FOLDS = 10

Learn = Callable[[Sequence[Sequence[Pattern]]], FittedWeights]


@dataclass(frozen=True)
class Promise:
    """Of the answers, how many are decided rightly now, and how many by weights that did not see them."""

    now: int
    held_out: int


def promise_of(sets: Sequence[Sequence[Pattern]], present: Levels, least: float, learn: Learn) -> Promise | None:
    """The answers are left out in turn, a tenth at a time. A pair of at least the weight `least` is decided a match.

    None if the rest of some turn has no matches, or nothing but matches.
    """
    single = [[one for pattern in patterns for one in _answers(pattern)] for patterns in sets]
    now = held_out = 0
    for fold in range(FOLDS):
        learned_from = [[one for i, one in enumerate(answers) if i % FOLDS != fold] for answers in single]
        left_out = [one for answers in single for i, one in enumerate(answers) if i % FOLDS == fold]
        matches = sum(one.matches for answers in learned_from for one in answers)
        if not 0 < matches < sum(map(len, learned_from)):
            return None
        if not left_out:
            continue
        weights = learn(learned_from).weights
        now += sum(_is_right(one, present, least) for one in left_out)
        held_out += sum(_is_right(one, weights, least) for one in left_out)
    return Promise(now, held_out)


def _answers(pattern: Pattern) -> list[Pattern]:
    matches, others = round(pattern.matches), round(pattern.others)
    return [Pattern(pattern.levels, 1, 0)] * matches + [Pattern(pattern.levels, 0, 1)] * others


def _is_right(answer: Pattern, weights: Levels, least: float) -> bool:
    return (weight_of_levels(answer.levels, weights) >= least) == bool(answer.matches)
