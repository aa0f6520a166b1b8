"""The parts that add up to the match weight of a pair, for the text and the page of `explain-pair`."""

from __future__ import annotations

from typing import NamedTuple

from orchestrate.contracts.pair import Score
from orchestrate.wording import signed, words


class Step(NamedTuple):
    """One part of a match weight: the comparison, its level, its weight, and the meaning."""

    comparison: str
    level: str
    weight: float | None
    meaning: str

    @property
    def shown(self) -> str:
        return "no weight" if self.weight is None else signed(self.weight)


def score_steps(score: Score) -> list[Step]:
    """The parts of the match weight: the comparisons and the one-to-one penalty."""
    steps = [
        Step(
            step.comparison,
            "" if step.comparison == "prior" else words(step.level),
            step.weight,
            step.meaning or "",
        )
        for step in score.steps
    ]
    if score.one_to_one_penalty:
        fits = [
            f"{match.record_key} ({match.entity_name}) matches {match.of} better" for match in score.competing_matches
        ]
        steps.append(Step("competing match", "", -score.one_to_one_penalty, "; ".join(fits)))
    return steps
