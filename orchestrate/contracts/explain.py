"""`trigpoint explain`: every claim about a golden cell, and the evidence for it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from orchestrate.contracts.base import Contract, Document, Moment


class EntityName(Contract):
    """A published entity."""

    entity_id: str
    slug: str
    entity_name: str
    entity_class: str


class Claim(Contract):
    """A value that a record gives a field: a row of `marts.entity_claims`, where each column is described."""

    claim_id: str
    entity_id: str
    field_name: str
    item: str | None
    value: str
    value_normalised: str | None
    claim_rank: int
    is_winner: bool
    is_eligible: bool
    lost_because: str | None
    strategy: str | None
    address_rank: int | None
    source_name: str
    source_record_id: str | None
    verification: str | None
    rejected_because: str | None
    text_completeness: int | None
    trust: float | None
    decayed_trust: float | None
    age_days: int | None
    confidence: float | None
    independent_sources: int | None
    support: int | None
    provenance_group: str | None
    margin: float | None
    quote: str | None
    char_start: int | None
    char_end: int | None
    extraction_id: str | None
    read_by: str | None
    request_id: str | None
    payload_hash: str | None
    run_id: str | None
    fetched_at: Moment
    source_updated_at: Moment | None
    licence: str | None
    may_republish: bool | None
    licence_class: str
    fits_osm: bool
    expires_at: Moment | None
    record_key: str | None = Field(description="the key under `records`; null where the value is derived")


class CloseCall(Contract):
    """The losing value that came near to winning a cell."""

    losing_value: str
    losing_source: str
    lost_because: str
    margin: float = Field(description="points of trust")


class Cell(Contract):
    """A field of the golden record, with every claim about it, the winner first."""

    field_name: str
    strategy: str | None
    confidence: float | None
    contested_by: CloseCall | None
    claims: tuple[Claim, ...]


class Call(Contract):
    """The request that brought a record."""

    request_id: str | None
    method: str
    url: str | None
    status: int | None
    started_at: Moment | None


class EvidenceRecord(Contract):
    """A record as the source sent it."""

    record_key: str
    run_id: str
    payload: Any = Field(description="as the source sent it")
    payload_hash: str
    fetched_at: Moment
    row: int | None = Field(None, description="of a declared list: the row in the file")
    mapped_columns: dict[str, str] | None = Field(
        None, description="of a declared list: field -> what its mapping reads"
    )
    call: Call | None


class EvidenceText(Contract):
    """A text that quotes come from."""

    extraction_id: str
    text: str
    url: str | None
    extractor: str
    extractor_version: str
    model: str | None
    prompt_version: str | None
    extracted_at: Moment


class Explanation(Document):
    """What `trigpoint explain` prints."""

    schema_: Literal["trigpoint.explain/4"] = Field("trigpoint.explain/4", alias="schema")
    entity: EntityName
    redirected_from: str | None = Field(description="the retired id that was asked for")
    field_name: str | None
    cells: tuple[Cell, ...]
    records: dict[str, EvidenceRecord] = Field(description="by the `record_key` of a claim")
    texts: dict[str, EvidenceText] = Field(description="by the `extraction_id` of a claim")
