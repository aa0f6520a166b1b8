"""What differs between two published files: `trigpoint diff OLD.duckdb NEW.duckdb`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from orchestrate.contracts.base import Contract, Document


class GoldenCell(Contract):
    """A golden cell with another value or another source, and why."""

    entity_id: str
    slug: str | None
    entity_name: str | None
    field_name: str
    kind: Literal["changed", "appeared", "gone"]
    value_before: str | None
    sources_before: tuple[str, ...]
    value_after: str | None
    sources_after: tuple[str, ...]
    why: str


class EntityChange(Contract):
    """An entity that was joined, split, minted or retired, or a place that closed, reopened or moved."""

    event: Literal["merged", "split", "minted", "retired", "closed", "reopened", "moved"]
    entity_id: str
    entity_name: str | None
    others: tuple[str, ...] = Field(description="of merged and split: the other entities, by name")
    metres: int | None = Field(None, description="of moved: how far")


class SourceChange(Contract):
    """In how many of the changed cells a source won or lost."""

    source_name: str
    won: int
    lost: int


class GoldenDiff(Document):
    """What `trigpoint diff OLD NEW` prints for two files."""

    schema_: Literal["trigpoint.golden_diff/1"] = Field("trigpoint.golden_diff/1", alias="schema")
    before: str
    after: str
    counts: dict[str, int] = Field(description="what `--fail-if` can name")
    by_field: dict[str, int]
    by_source: tuple[SourceChange, ...]
    entities: tuple[EntityChange, ...]
    changes: tuple[GoldenCell, ...]
