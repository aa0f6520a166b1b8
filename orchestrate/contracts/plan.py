"""`trigpoint plan`: which sources a query asks, and why."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from orchestrate.contracts.base import Contract, Document, Moment
from orchestrate.contracts.lists import ListNow


class SearchArea(Contract):
    """A box and its centre, in WGS 84 degrees."""

    name: str
    latitude: float
    longitude: float
    south: float
    west: float
    north: float
    east: float
    country: str | None = Field(description="ISO 3166 alpha-2; null for a box over several countries")


class AskedKind(Contract):
    """A kind of place, as the seed `kinds` has it."""

    kind: str = Field(description="the id, such as shop/florist")
    name: str
    tags: tuple[str, ...] = Field(description="OpenStreetMap's tags: key=value, or key=* for any value")


class OtherArea(Contract):
    """Another area with the same name."""

    label: str = Field(description="what `--area` reads")
    kind: str
    country: str | None
    region: str | None
    latitude: float
    longitude: float


class AreaChoice(Contract):
    """Which area the query is about, and why."""

    label: str = Field(description="what `--area` reads; for a point or a box, near which town")
    kind: str = Field(
        description="city, locality, landmark, postcode, region, country, airport; circle (`--near`) or box (`--box`)"
    )
    reason: str
    alternatives: tuple[OtherArea, ...] = Field(description="others of this name, the likeliest first")
    alternative_count: int = Field(description="how many others have this name")


class QueryFeatures(Contract):
    """The parsed query, in terms of the seed `query_vocabulary`."""

    area: SearchArea
    area_choice: AreaChoice
    city: str | None = Field(description="null where the area is no city and no part of one")
    region: str | None = Field(description="such as a state; null where the area is larger")
    locality: str | None = Field(description="null where the area is a whole city, or larger")
    is_area_named: bool
    is_near: bool
    brand: str | None
    place_name: str | None = Field(description="words that no seed knows: perhaps a name")
    categories: tuple[str, ...] = Field(description="canonical values, and the ids of `kinds`")
    kinds: tuple[AskedKind, ...] = Field((), description="the categories that are kinds of the vocabulary of places")
    understood: tuple[str, ...] = Field(
        (), description="a sentence for each phrase that the vocabulary of places decided about"
    )
    not_understood: tuple[str, ...] = Field(description="words of the query that the plan does not use")
    is_sports_related: bool
    is_ev_related: bool
    is_brand_search: bool
    is_category_search: bool
    asked_name: str | None = Field(description="the brand or, without one, the place name")


class Question(Contract):
    """The question to one source. Its connector turns it into requests."""

    text: str
    name: str | None
    targets: tuple[str, ...] = Field(description="the source's own filters, layers or types")
    area: SearchArea
    location: str = Field(description="the area in words, for a source that takes no box")
    max_pages: int


class PlannedCall(Contract):
    """A source that is asked."""

    source: str
    ask: Question
    reason: str
    expected_requests: int
    expected_cost_usd: float


class SkippedSource(Contract):
    """A source that is not asked."""

    source: str
    reason: str


class QueryPlan(Contract):
    """The plan of a run, as the run ledger keeps it."""

    query: str
    ingestion_mode: Literal["verify_one", "discover_many"]
    expected_hits: int | None = Field(description="how many places answer the query; null where any number may")
    features: QueryFeatures
    expected_cost_usd: float
    calls: tuple[PlannedCall, ...]
    skipped: tuple[SkippedSource, ...]


class FreshAnswer(Contract):
    """An earlier answer to the same question, which a run uses again instead of asking."""

    run_id: str
    answered_at: Moment
    records: int


class PlannedCallNow(PlannedCall):
    """A source that is asked, or a source with a fresh answer, which is reused at no cost."""

    fresh_answer: FreshAnswer | None


class PlanReport(QueryPlan, Document):
    """What `trigpoint plan` prints."""

    schema_: Literal["trigpoint.plan/3"] = Field("trigpoint.plan/3", alias="schema")
    calls: tuple[PlannedCallNow, ...]
    lists: tuple[ListNow, ...] = Field((), description="the declared lists, which take part in every run")
    freshness: Literal["known", "none_yet", "not_known"] = Field(
        description="whether fresh answers could be looked for: the warehouse may be in use"
    )
