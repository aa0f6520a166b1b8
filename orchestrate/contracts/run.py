"""`trigpoint run`: what a run asked, found, dropped and published."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from orchestrate.contracts.base import Contract, Document, Moment
from orchestrate.contracts.lists import ListReport
from orchestrate.contracts.plan import QueryPlan


class SourceCalls(Contract):
    """The requests to one source."""

    source: str
    requests: int
    attempts: int
    records: int
    cost_usd: float | None
    error_kind: str | None
    error_text: str | None


class ReusedAnswer(Contract):
    """A source that was not asked, because its earlier answer is fresh."""

    source: str
    answered_at: Moment
    records: int


class UnknownField(Contract):
    """A field that no earlier run met and no model reads."""

    source: str
    field: str


StageName = Literal[
    "plan", "ingest", "extract", "fetch_pages", "extract_pages", "stage", "match", "survivorship", "publish"
]


class Stage(Contract):
    """A stage of the pipeline: `rows_in` = `rows_out` + the sum of `losses`."""

    name: StageName
    rows_in: int
    rows_out: int
    losses: dict[str, int]
    seconds: float
    cost_usd: float
    errors: tuple[str, ...]


class ExtractionCounts(Contract):
    """The counts of a run's extraction, and the cost and savings of the language model."""

    texts: int
    model: str | None = Field(description="null where no language model is configured")
    agreed: int
    disagreed: int
    avoided_usd: float
    reused: int
    verified: int
    inferred: int
    rejected: int
    suspicious: int
    calls: int
    failed_calls: int
    paid_usd: float
    response_mode: str | None
    nulls: dict[str, int] = Field(description="reason -> fields that have no value for it")


class FoundEntity(Contract):
    """A golden record that answers the query."""

    entity_id: str
    slug: str
    entity_name: str
    entity_class: str
    operating_status: str | None
    completeness: float
    completeness_change: float | None = Field(description="since the last run that asked the same")
    sources: tuple[str, ...] | None
    contested: int
    street_address: str | None
    locality: str | None
    postcode: str | None
    phone: str | None
    website_url: str | None


class SurvivorshipCounts(Contract):
    """Survivorship, over the entities that the run touched."""

    entities_touched: int
    claims: int
    won: int
    contested: int
    entities_published: int


class OverrideReview(Contract):
    """A correction, or a decision about two records, that has no effect."""

    override_id: str
    entity_id: str | None
    field_name: str | None
    value: str | None
    reason: str | None
    author: str | None
    review_because: str
    unknown_key: str | None
    changed_record: str | None
    said_then: str | None
    said_since: str | None
    retired_at: Moment | None


class Touched(Contract):
    """What a build touched since the publication before."""

    records_new: int
    records_changed: int
    records_gone: int
    pairs_compared: int
    entities: dict[str, int] = Field(description="why they were ranked, or `gone` -> how many")
    entities_left: int = Field(description="which stay as they were")
    ranks_all_because: str | None = Field(description="null if it ranked only what changed")


class RunReport(Document):
    """What `trigpoint run` prints."""

    schema_: Literal["trigpoint.run/3"] = Field("trigpoint.run/3", alias="schema")
    run_id: str
    query: str
    mode: Literal["sandbox", "live"]
    ingestion_mode: Literal["verify_one", "discover_many"]
    status: Literal["completed", "partial"] = Field(
        description="partial: a source failed, or the budget did not suffice for every text"
    )
    area_name: str
    plan: QueryPlan
    entities_published: int
    cost_usd: float
    seconds: float
    dbt_seconds: float = Field(description="dbt's time outside the stages: start and parsing")
    other_seconds: float = Field(description="the rest: with it, the stages and dbt add up to `seconds`")
    sources: tuple[SourceCalls, ...]
    reused: tuple[ReusedAnswer, ...]
    unknown_fields: tuple[UnknownField, ...]
    lists: tuple[ListReport, ...] = Field((), description="the declared lists, as the run found them")
    stages: tuple[Stage, ...]
    extraction: ExtractionCounts
    entities: tuple[FoundEntity, ...]
    survivorship: SurvivorshipCounts
    touched: Touched | None = Field(None, description="null for runs before it was counted")
    override_reviews: tuple[OverrideReview, ...]
    published: str = Field(description="the path of the DuckDB file that holds the golden records")
