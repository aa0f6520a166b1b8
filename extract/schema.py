"""The result types of extraction: claims with the characters they came from, and typed absences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Verification = Literal["verified", "inferred", "rejected"]
Aboutness = Literal["same", "other_branch", "list_page", "unrelated"]
NO_PLACE: tuple[Aboutness, ...] = ("list_page", "unrelated")
NullReason = Literal[
    "not_mentioned",
    "ungrounded_rejected",
    "contradictory",
    "other_entity",
    "negated",
    "past",
    "planned",
    "other_subject",
    "partial",
    "invalid_format",
    "refused",
    "truncated",
    "content_filtered",
    "transport_failed",
    "budget_skipped",
    "not_attempted",
]
FIELDS = (
    "entity_name",
    "entity_class",
    "street_address",
    "locality",
    "city",
    "postcode",
    "phone",
    "email",
    "website_url",
    "instagram_url",
    "facebook_url",
    "twitter_url",
    "linkedin_url",
    "opening_hours",
    "wifi",
    "parking_available",
    "disabled_access",
    "summary",
    "canonical_activities",
    "canonical_roles",
    "canonical_place_types",
    "canonical_access",
    "discovered_attributes",
)
MANY_VALUED = frozenset(
    ["canonical_activities", "canonical_roles", "canonical_place_types", "canonical_access", "discovered_attributes"]
)


@dataclass(frozen=True)
class TextRecord:
    """One record of an unstructured source, as text. The last line is the link: it may hold a value too."""

    source_name: str
    source_record_id: str
    payload_hash: str
    title: str
    snippet: str
    url: str

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.snippet}\n{self.url}"


@dataclass(frozen=True)
class QueryContext:
    """The query. A result is about its place, about another branch, or about something else."""

    text: str
    name: str | None
    locality: str | None
    city: str
    categories: tuple[str, ...]
    country: str | None = None  # of the area, ISO 3166 alpha-2; None for an area over several countries
    city_names: tuple[str, ...] = ()  # the city in other languages, as folded words: `roma` of Rome

    @classmethod
    def of_plan(cls, plan: Mapping[str, Any]) -> QueryContext:
        """The query of a plan. `plan` is the object that `plan --json` prints."""
        features = plan["features"]
        return cls(
            text=plan["query"],
            name=features["asked_name"],
            locality=features["locality"],
            city=features["city"],
            categories=tuple(features["categories"]),
            country=features["area"].get("country"),
        )


@dataclass(frozen=True)
class Claim:
    """One value read from a text, with its position; or the reason why there is none."""

    field_name: str
    value: str | None
    quote: str | None = None
    start: int | None = None
    end: int | None = None
    verification: Verification | None = None
    confidence: float | None = None
    extractor: str = "rules"
    null_reason: NullReason | None = None
    flag: Literal["suspicious"] | None = None  # the quote is in text that looks like prompt injection
    entity_index: int = 0

    @property
    def is_kept(self) -> bool:
        return self.value is not None and self.verification != "rejected"


@dataclass(frozen=True)
class Extraction:
    """The result of reading one text."""

    record: TextRecord
    aboutness: Aboutness | None
    aboutness_reason: str
    claims: tuple[Claim, ...]
    status: Literal["ok", "failed"] = "ok"
    error: NullReason | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0
    attempts: int = 0
    agreed: int = 0  # fields in which the rules and the model agree
    disagreed: int = 0
