"""The page of a run as data. The templates show it; nothing else reads the tables for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from orchestrate.contracts.changes import PublishedChange
from orchestrate.contracts.explain import Explanation
from orchestrate.contracts.export import LeftOutCells, UsedSource
from orchestrate.contracts.run import FoundEntity, ReusedAnswer, SourceCalls, Stage

# One dbt build makes all that lies between the last text that was read and the publication.
FOLLOWED_BY = {
    "plan": "ingest",
    "ingest": "extract",
    "extract": "transform",
    "fetch_pages": "extract_pages",
    "extract_pages": "transform",
}
Licence = Literal["all", "open"]


@dataclass(frozen=True)
class Area:
    """The box that a run asked about."""

    name: str
    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True)
class RunFacts:
    """A run as the ledger has it, whether it was published or not."""

    run_id: str
    query: str
    mode: str
    status: str  # completed, partial, failed, interrupted or running
    error: str | None
    started_at: datetime
    ended_at: datetime | None
    cost_usd: float
    seconds: float
    dbt_seconds: float
    area: Area | None
    stages: tuple[Stage, ...]
    sources: tuple[SourceCalls, ...]
    reused: tuple[ReusedAnswer, ...]
    not_asked: tuple[tuple[str, str], ...]  # source and reason
    paid_usd: float  # for the language model; also in the sandbox it is real money

    @property
    def is_published(self) -> bool:
        return self.status in ("completed", "partial")

    @property
    def failed_in(self) -> str:
        """The stage that a run which failed did not get through."""
        if not self.stages:
            return "plan"
        last = self.stages[-1]
        if last.rows_in != last.rows_out + sum(last.losses.values()) or (last.errors and not last.rows_out):
            return last.name
        return FOLLOWED_BY.get(last.name, "publish")


@dataclass(frozen=True)
class Place:
    """An answer: its cells with their claims, and what the report counts of it."""

    found: FoundEntity
    explanation: Explanation


@dataclass(frozen=True)
class NamedEntity:
    """An entity that entered or left the answer. The name is null where it may not be passed on."""

    entity_id: str
    name: str | None
    reason: str | None


@dataclass(frozen=True)
class Since:
    """What changed since the query was asked last."""

    run_id: str
    asked_at: datetime
    entered: tuple[NamedEntity, ...]
    left: tuple[NamedEntity, ...]
    changes: tuple[PublishedChange, ...]


@dataclass(frozen=True)
class Published:
    """The published file, which holds the answers of earlier runs too."""

    path: str
    publication_no: int | None
    published_at: datetime | None
    entities: int
    last_answer: str | None  # the last published run of the same query, for a run that failed


@dataclass(frozen=True)
class RunPage:
    """All that the page of a run shows."""

    run: RunFacts
    licence: Licence
    published: Published | None
    places: tuple[Place, ...]
    answers: int  # of which `places` are the first
    withheld: frozenset[str]  # ids of claims that may not be passed on
    sources: tuple[UsedSource, ...]  # whose cells may be passed on
    left_out: tuple[LeftOutCells, ...]  # cells that may not
    since: Since | None
    names_around: tuple[tuple[str, float, float], ...]  # name, latitude, longitude
    delete_by: datetime | None  # when the terms of a source ask for the page to go
