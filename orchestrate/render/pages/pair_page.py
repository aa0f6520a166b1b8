"""The page for a pair that `explain_pair` explains, with the score as a waterfall chart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from orchestrate.contracts.pair import PairExplanation, Score
from orchestrate.explain.pair import FIELDS
from orchestrate.render.pages.charts import Frame, Scale, Tick, ticks, tone, weight_ticks
from orchestrate.render.pages.page import page
from orchestrate.render.score_steps import Step, score_steps

FRAME = Frame(width=1020, height=410, left=44, right=84, top=24, bottom=96)
MAX_LINES = 4  # of a level's name below its column
LETTER_WIDTH = 7


def pair_page(explained: PairExplanation) -> str:
    """One self-contained page for an explained pair."""
    steps = score_steps(explained.score) if explained.score else []
    return page(
        "pair.html",
        **dict(explained),
        fields=FIELDS,
        steps=steps,
        widest=max((abs(step.weight or 0) for step in steps), default=1) or 1,
        chart=_waterfall(explained, explained.score, steps) if explained.score else None,
    )


@dataclass(frozen=True)
class Column:
    """A step of the waterfall. It starts at the end of the previous step."""

    step: Step
    tone: str
    x: float
    high: float  # y of its upper end
    low: float
    end: float  # y of the end from which the next step goes on
    is_falling: bool
    lines: list[str]  # of its level's name


@dataclass(frozen=True)
class Waterfall:
    frame: Frame
    columns: list[Column]
    column_width: float
    grid: list[Tick]
    threshold: float


def _waterfall(explained: PairExplanation, score: Score, steps: list[Step]) -> Waterfall:
    """The waterfall. The last column is the sum of the others."""
    threshold = explained.threshold_weight
    heights = [0.0]
    for step in steps:
        heights.append(heights[-1] + (step.weight or 0))
    total = Step("total", f"{score.match_probability:.1%}", score.match_weight, "")
    least, most = (extreme(*heights, score.match_weight, threshold) for extreme in (min, max))
    y = Scale(most, least, FRAME.top, FRAME.floor)
    width = (FRAME.right_edge - FRAME.left) / (len(steps) + 1)
    spans = [*zip(steps, pairwise(heights), strict=True), (total, (0.0, score.match_weight))]
    return Waterfall(
        FRAME,
        [
            _column(step, FRAME.left + place * width, y(start), y(end), int(width / LETTER_WIDTH))
            for place, (step, (start, end)) in enumerate(spans)
        ],
        width,
        weight_ticks(y, ticks(least, most, 6)),
        y(threshold),
    )


def _column(step: Step, x: float, start: float, end: float, letters: int) -> Column:
    """A column from `start` to `end`, two heights in the drawing. Heights grow downwards."""
    is_plain = step.comparison in ("prior", "total")
    return Column(
        step=step,
        tone="plain" if is_plain else tone(step.weight),
        x=x,
        high=min(start, end),
        low=max(start, end),
        end=end,
        is_falling=end > start,
        lines=_wrapped(step.level, letters),
    )


def _wrapped(text: str, most: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:MAX_LINES]
