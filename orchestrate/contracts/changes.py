"""Changed golden cells: `trigpoint diff`, `build`, and the decisions `correct`, `join` and `split`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from orchestrate.contracts.base import Contract, Document, Moment
from orchestrate.contracts.explain import EntityName
from orchestrate.contracts.lists import ListReport
from orchestrate.contracts.run import OverrideReview, Touched


class CellChange(Contract):
    """A golden cell whose value differs."""

    entity_id: str
    slug: str | None
    entity_name: str | None
    field_name: str
    kind: Literal["changed", "appeared", "gone"]
    value_before: str | None
    sources_before: tuple[str, ...] | None
    value_after: str | None
    sources_after: tuple[str, ...] | None


class PublishedChange(CellChange):
    """A cell whose value differs between two publications."""

    hand: str | None = Field(description="what changed it, such as correction, match, source, trust, rules or time")
    why: str | None
    build_id: str | None


class RerankedChange(CellChange):
    """A cell whose value another trust would change."""

    confidence_before: float | None
    confidence_after: float | None


class Publication(Contract):
    """A version of the published file."""

    publication_no: int
    build_id: str
    command: str
    as_of: Moment
    published_at: Moment
    run_id: str | None
    query: str | None


class EntityEvent(Contract):
    """An entity that was split from another or absorbed by it."""

    event: Literal["split", "absorb"]
    entity_id: str
    slug: str | None
    entity_name: str | None
    other_entity_id: str | None
    happened_at: Moment


class RunDiff(Document):
    """What `trigpoint diff A B` prints."""

    schema_: Literal["trigpoint.diff/3"] = Field("trigpoint.diff/3", alias="schema")
    before: Publication
    after: Publication
    changes: tuple[PublishedChange, ...]
    by_kind: dict[str, int]
    by_field: dict[str, int]
    by_hand: dict[str, int]
    entities: tuple[EntityEvent, ...]


class TrustChange(Contract):
    """Another trust for a source, in one field or, under "*", in all."""

    source_name: str
    field_name: str
    from_: float | None = Field(alias="from")
    to: float


class WhatIf(Document):
    """What `trigpoint diff --trust` prints."""

    schema_: Literal["trigpoint.diff_trust/2"] = Field("trigpoint.diff_trust/2", alias="schema")
    trust: tuple[TrustChange, ...]
    seed_rows_kept: int
    seed_rows: int
    claims: int
    cells: int
    other_source_only: int
    other_confidence_only: int
    changes: tuple[RerankedChange, ...]
    by_kind: dict[str, int]
    by_field: dict[str, int]


class BuildSeconds(Contract):
    """Seconds of the clock, by part of a build. The command also starts, and compares with the publication before."""

    lists: float = Field(description="the declared lists: what landed, and the values read in it")
    models: float
    tests: float = Field(description="the data tests of the models")
    publication: float = Field(description="the record of what changed, and the published file")


class BuildReport(Document):
    """What `trigpoint build` prints."""

    schema_: Literal["trigpoint.build/3"] = Field("trigpoint.build/3", alias="schema")
    engine: Literal["duckdb", "spark"] = "duckdb"
    marts: str | None = Field(None, description="the folder of the Parquet files, of a build on Spark")
    left_in_files: tuple[str, ...] = Field((), description="marts too large for the published file, which reads them")
    entities_published: int
    entities_ranked: int = Field(description="whose claims this build ranked; it left the others as they were")
    ranks_all_because: str | None = Field(None, description="null if it ranked only what changed")
    touched: Touched | None = None
    seconds: BuildSeconds | None = Field(None, description="null for a build on Spark")
    lists: tuple[ListReport, ...] = ()
    diff: RunDiff | None = Field(description="null for the first publication")


class DecisionReport(Document):
    """What `trigpoint correct`, `join` and `split` print."""

    schema_: Literal["trigpoint.decision/2"] = Field("trigpoint.decision/2", alias="schema")
    command: Literal["correct", "join", "split"]
    is_dry_run: bool
    seed: str
    rows: tuple[str, ...] = Field(description="lines of CSV")
    replaced_lines: tuple[int, ...]
    entities: tuple[EntityName, ...] = Field(description="as they were published before")
    value: str | None
    value_now: str | None
    lines: tuple[int, ...] | None = Field(None, description="where the rows are in the seed; null in a dry run")
    entities_published: int | None = None
    diff: RunDiff | None = None
    without_effect: tuple[OverrideReview, ...] = ()
