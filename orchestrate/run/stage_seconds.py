"""Computes the seconds of each stage of a build: the wall time of dbt's nodes, by the folder of the node."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

# A data test counts for the stage of its folder. Tests that compare stages count for publishing.
STAGE_OF_FOLDER = {
    "dbt_project/seeds/": "stage",
    "models/staging/": "stage",
    "models/intermediate/sources/": "stage",
    "models/intermediate/records/": "stage",
    "models/intermediate/matching/": "match",
    "models/intermediate/survivorship/": "survivorship",
    "models/marts/": "publish",
    "dbt_project/tests/": "publish",
}


@dataclass(frozen=True)
class Span:
    """An interval in which a node of a stage ran."""

    stage: str
    start: datetime
    end: datetime
    is_test: bool = False


def stage_of(path: str) -> str:
    """The stage of a node's file. Raises KeyError for a folder without a stage."""
    for folder, stage in STAGE_OF_FOLDER.items():
        if path.startswith(folder):
            return stage
    raise KeyError(path)


def spans_of(outcomes: Iterable[Any]) -> list[Span]:
    """One span for each node that dbt compiled or executed. A skipped node has none."""
    return [
        Span(
            stage_of(outcome.node.original_file_path),
            min(part.started_at for part in outcome.timing),
            max(part.completed_at for part in outcome.timing),
            is_test=outcome.node.resource_type == "test",
        )
        for outcome in outcomes
        if outcome.timing and all(part.started_at and part.completed_at for part in outcome.timing)
    ]


def wall_seconds(spans: Iterable[Span]) -> dict[str, float]:
    """Seconds of wall time by stage. Nodes that run at the same time share it, so that the stages add up."""
    spans = list(spans)
    moments = sorted({moment for span in spans for moment in (span.start, span.end)})
    seconds: dict[str, float] = defaultdict(float)
    for start, end in pairwise(moments):
        running = [span.stage for span in spans if span.start <= start and span.end >= end]
        for stage in running:
            seconds[stage] += (end - start).total_seconds() / len(running)
    return dict(seconds)


def test_seconds(spans: Iterable[Span]) -> float:
    """Seconds of wall time of the data tests."""
    return wall_seconds(replace(span, stage="tests" if span.is_test else "models") for span in spans).get("tests", 0.0)


def added_up(*parts: Mapping[str, float]) -> dict[str, float]:
    stages = dict.fromkeys(stage for part in parts for stage in part)
    return {stage: sum(part.get(stage, 0.0) for part in parts) for stage in stages}
