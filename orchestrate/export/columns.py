"""The columns of an exported golden record, and where each comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "integer", "boolean", "list", "object", "hours", "moment"]


@dataclass(frozen=True)
class Column:
    """A column of an export."""

    name: str
    kind: Kind
    field: str | None = None  # the field whose licence decides; None: a figure of our own

    @property
    def is_own(self) -> bool:
        return self.field is None


def _fields(kind: Kind, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind, name) for name in names)


# `source_info` is not among them: it names the values that lost, and some of them may not be passed on.
COLUMNS: tuple[Column, ...] = (
    Column("entity_id", "text"),
    *_fields("text", "slug", "entity_name", "entity_class"),
    *_fields("list", "alternate_names"),
    *_fields("text", "operating_status"),
    Column("operating_status_evidence", "text", "operating_status"),
    *_fields("text", "summary", "description"),
    *_fields("list", "raw_categories", "canonical_activities", "canonical_roles", "canonical_place_types"),
    *_fields("list", "canonical_access"),
    *_fields("text", "street_address", "locality", "city", "postcode", "country"),
    *_fields("number", "latitude", "longitude"),
    *_fields("text", "phone", "email", "website_url", "instagram_url", "facebook_url", "twitter_url", "linkedin_url"),
    *_fields("hours", "opening_hours"),
    *_fields("boolean", "wifi", "parking_available", "disabled_access"),
    *_fields("number", "rating"),
    *_fields("integer", "rating_count"),
    *_fields("object", "discovered_attributes", "external_ids"),
    Column("field_sources", "object"),
    Column("field_licences", "object"),
    Column("field_confidence", "object"),
    Column("next_best", "list"),
    Column("left_out", "list"),
    Column("completeness", "number"),
    Column("source_count", "integer"),
    Column("first_seen_at", "moment"),
    Column("updated_at", "moment"),
    Column("last_run_id", "text"),
)
LIST_FIELDS = (
    "raw_categories",
    "canonical_activities",
    "canonical_roles",
    "canonical_place_types",
    "canonical_access",
    "alternate_names",
    "discovered_attributes",
    "external_ids",
)
POINT = ("latitude", "longitude")

CLAIM_COLUMNS: tuple[Column, ...] = (
    *(Column(name, "text") for name in ("entity_id", "field_name", "item", "value")),
    Column("claim_rank", "integer"),
    Column("is_winner", "boolean"),
    *(Column(name, "text") for name in ("lost_because", "source_name", "source_record_id", "verification")),
    Column("trust", "number"),
    Column("decayed_trust", "number"),
    Column("confidence", "number"),
    Column("independent_sources", "integer"),
    Column("support", "integer"),
    *(Column(name, "text") for name in ("quote", "read_by", "run_id")),
    Column("fetched_at", "moment"),
    Column("source_updated_at", "moment"),
    *(Column(name, "text") for name in ("licence", "licence_class")),
)


def chosen_columns(names: tuple[str, ...] | None) -> tuple[Column, ...]:
    """The columns with these names, in their order, after the id; all columns for None."""
    if names is None:
        return COLUMNS
    by_name = {column.name: column for column in COLUMNS}
    return (by_name["entity_id"], *(by_name[name] for name in names if name != "entity_id"))
