"""The contested cells, narrowest first, each with its values in an order that does not say which one won."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.export.formats.values import hours_text
from orchestrate.seeds.files import SeedFile, SeedRow
from orchestrate.store.queries import check_was_built, query_rows
from orchestrate.store.warehouse import connect

MOST_CELLS = 200

_CONTESTED = """
    select
        conflicts.entity_id, entities.slug, entities.entity_name, conflicts.field_name, conflicts.winning_value,
        conflicts.losing_value, conflicts.lost_because, conflicts.margin, conflicts.narrowness,
        nullif(concat_ws(', ', entities.street_address, entities.city, entities.postcode), '') as address
    from marts.entity_conflicts as conflicts
    inner join marts.entities as entities using (entity_id)
    order by conflicts.narrowness
    limit ?
"""
_CLAIMS = """
    select
        entity_id, field_name, value, coalesce(value_normalised, value) as sameness, is_winner, claim_rank, quote,
        source_name, source_record_id, fetched_at, source_updated_at, lost_because
    from marts.entity_claims
    where
        list_contains($1::varchar[], entity_id || ' ' || field_name)
        and coalesce(lost_because, '') not in ('placeholder', 'other_entity', 'unverified', 'expired')
    order by entity_id, field_name, claim_rank, claim_id
"""


@dataclass(frozen=True)
class Candidate:
    """A value that sources state for a cell. The claims of one value are together."""

    value: str
    claims: tuple[dict[str, Any], ...]

    @property
    def mark(self) -> str:
        """Names the value in a form, and orders the values without saying which one won."""
        return hashlib.sha256(self.value.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class ReviewCell:
    entity_id: str
    slug: str
    entity_name: str
    address: str | None
    field_name: str
    candidates: tuple[Candidate, ...]  # in the order of their marks
    # The model's opinion, which a reviewer sees only after the decision.
    winning_value: str
    lost_because: str
    margin: float

    @property
    def key(self) -> tuple[str, str]:
        return self.entity_id, self.field_name

    @property
    def about(self) -> str:
        return f"{self.entity_name}, {self.field_name}"


def read_cells(published: Path, most: int = MOST_CELLS) -> list[ReviewCell]:
    """The contested cells of the published file."""
    check_was_built(published)
    with connect(published, read_only=True) as marts:
        contested = query_rows(marts, _CONTESTED, [most])
        claims = _claims_by_cell(marts, contested)
    return [
        ReviewCell(
            **{name: cell[name] for name in _OF_A_CELL},
            candidates=_candidates(claims.get((cell["entity_id"], cell["field_name"]), [])),
        )
        for cell in contested
    ]


_OF_A_CELL = (
    "entity_id", "slug", "entity_name", "address", "field_name", "winning_value", "lost_because", "margin",
)  # fmt: skip


def _claims_by_cell(
    marts: duckdb.DuckDBPyConnection, cells: Iterable[Mapping[str, Any]]
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    held: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for claim in query_rows(marts, _CLAIMS, [[f"{cell['entity_id']} {cell['field_name']}" for cell in cells]]):
        held.setdefault((claim["entity_id"], claim["field_name"]), []).append(claim)
    return held


def _candidates(claims: Iterable[dict[str, Any]]) -> tuple[Candidate, ...]:
    by_value: dict[str, list[dict[str, Any]]] = {}
    for claim in claims:
        by_value.setdefault(claim["sameness"], []).append(claim)
    found = [Candidate(group[0]["value"], tuple(group)) for group in by_value.values()]
    return tuple(sorted(found, key=lambda candidate: candidate.mark))


def corrections_of(seed: SeedFile) -> dict[tuple[str, str], SeedRow]:
    """The corrections in `manual_overrides` that name an entity, by entity and field."""
    return {(row.cells["entity_id"], row.cells["field_name"]): row for row in seed.rows if row.cells["entity_id"]}


def shown_value(field_name: str, value: str) -> str:
    """A value as people read it."""
    if field_name != "opening_hours":
        return value
    try:
        return hours_text(value)
    except (ValueError, TypeError, AttributeError):  # another version's form: shown as it is
        return value
