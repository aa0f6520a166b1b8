"""The common parts of printed objects: the base classes, the form of a moment, and the error object."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema


class Contract(BaseModel):
    """A part of a printed object. It has only the declared keys."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        from_attributes=True,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )

    def as_json(self) -> dict[str, Any]:
        """The object in types that JSON has, under the keys that are printed."""
        return self.model_dump(mode="json")


class Document(Contract):
    """An object that a command prints. Its first key, `schema`, names its kind and version."""

    schema_: str = Field(alias="schema")


def _rfc_3339(moment: datetime) -> str:
    in_utc = moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
    return f"{in_utc.isoformat()}Z"


# The warehouse holds moments in UTC without a zone.
Moment = Annotated[
    datetime,
    PlainSerializer(_rfc_3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]

ErrorKind = Literal[
    "usage",
    "seed",
    "query",
    "nothing_to_export",
    "warehouse",
    "disk_full",
    "no_source_answered",
    "checks_failed",
    "interrupted",
    "terminated",
    "failed",
    "unexpected",
]


class ErrorDetail(Contract):
    """The error: `kind` is for programs, `message` for people."""

    kind: ErrorKind
    message: str


class ErrorReport(Document):
    """What every command prints under `--json` when it fails."""

    schema_: Literal["trigpoint.error/1"] = Field("trigpoint.error/1", alias="schema")
    error: ErrorDetail
    exit_code: int
