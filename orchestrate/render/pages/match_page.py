"""The page about the pairs of one build: the quality of the matching, the weights, and the hardest decisions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from orchestrate.contracts.learning.evaluation import MatchingEvaluation, SandboxEvaluation
from orchestrate.render.pages.charts import Frame, Scale, Tick, count_ticks, ticks, weight_ticks
from orchestrate.render.pages.page import page
from orchestrate.wording import signed, words

FRAME = Frame(width=960, height=260, left=56, right=10, top=26, bottom=36)


def match_page(report: dict[str, Any], evaluation: SandboxEvaluation | MatchingEvaluation) -> str:
    """One self-contained page of a match report and the scores of its evaluation."""
    hardest = [*report["hardest_accepted"], *report["hardest_rejected"]]
    levels = report["levels"]
    return page(
        "match.html",
        **report,
        evaluation=evaluation,
        chart=_histogram(report["histogram"], report["threshold_weight"]) if report["histogram"] else None,
        is_labelled=any(pair["is_right"] is not None for pair in hardest),
        chips=_chips,
        levels_by_comparison=[(name, list(group)) for name, group in groupby(levels, itemgetter("comparison"))],
        widest=max((abs(level["weight"] or 0) for level in levels), default=1) or 1,
        most_scored=max((level["scored"] for level in levels), default=1) or 1,
        most_met=max((row["met"] for row in report["blocking"]), default=1),
        most_conflicts=max((row["pairs"] for row in report["conflicts"]), default=1),
    )


def _chips(pair: dict[str, Any]) -> list[tuple[str, float]]:
    """The levels with a weight other than 0, the heaviest first."""
    weighed = [(f"{of['comparison']} {words(of['level'])}", of["weight"]) for of in pair["levels"]]
    weighed.append(("competing match", -pair["one_to_one_penalty"]))
    return sorted(((label, weight) for label, weight in weighed if weight), key=lambda chip: -abs(chip[1]))


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    tone: str
    title: str


@dataclass(frozen=True)
class Histogram:
    frame: Frame
    bars: list[Bar]
    grid: list[Tick]
    axis: list[Tick]
    threshold: float


def _histogram(bins: list[dict[str, Any]], threshold: float) -> Histogram:
    start, end = min(bins[0]["from"], threshold), max(bins[-1]["to"], threshold)
    most = max(b["pairs"] for b in bins)
    x = Scale(start, end, FRAME.left, FRAME.right_edge)
    y = Scale(0, most, FRAME.floor, FRAME.top)
    return Histogram(
        FRAME,
        [_bar(b, x, y, threshold) for b in bins],
        count_ticks(y, ticks(0, most, 4)),
        weight_ticks(x, ticks(start, end, 10)),
        x(threshold),
    )


def _bar(counted: dict[str, Any], x: Scale, y: Scale, threshold: float) -> Bar:
    left, right, top = x(counted["from"]), x(counted["to"]), y(counted["pairs"])
    return Bar(
        x=left + 1,
        y=top,
        width=max(1.0, right - left - 2),
        height=FRAME.floor - top,
        tone="up" if counted["from"] >= threshold - 1e-9 else "down",
        title=f"{counted['pairs']:,} pairs from {signed(counted['from'])} to {signed(counted['to'])}",
    )
