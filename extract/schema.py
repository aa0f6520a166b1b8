"""What extraction gives: claims tied to the characters they came from, and typed absences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Verification = Literal["verified", "inferred", "rejected"]
Aboutness = Literal["same", "other_branch", "list_page", "unrelated"]
NullReason = Literal[
    "not_mentioned",
    "ungrounded_rejected",
    "contradictory",
    "other_entity",
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
BY_MODEL_ONLY = frozenset(["entity_class"])


@dataclass(frozen=True)
class TextRecord:
    """One record of an unstructured source, as text. The link is its last line: a value may stand there too."""

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
    """What was asked: a result is about it, about another branch, or about something else."""

    text: str
    name: str | None
    locality: str | None
    city: str
    categories: tuple[str, ...]

    @classmethod
    def of_plan(cls, plan: Mapping[str, Any]) -> QueryContext:
        """What a plan was made for; `plan` is the object that `plan --json` prints."""
        features = plan["features"]
        return cls(
            text=plan["query"],
            name=features["asked_name"],
            locality=features["locality"],
            city=features["city"],
            categories=tuple(features["categories"]),
        )


@dataclass(frozen=True)
class Claim:
    """One value read out of a text, with where it was read; or why there is none."""

    field_name: str
    value: str | None
    quote: str | None = None
    start: int | None = None
    end: int | None = None
    verification: Verification | None = None
    confidence: float | None = None
    extractor: str = "rules"
    null_reason: NullReason | None = None
    flag: Literal["suspicious"] | None = None  # the quote stands in words that speak to a machine
    entity_index: int = 0

    @property
    def is_kept(self) -> bool:
        return self.value is not None and self.verification != "rejected"


@dataclass(frozen=True)
class Extraction:
    """Everything that is said about one text."""

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
    agreed: int = 0  # fields of which the rules and the model say the same
    disagreed: int = 0
