"""What a record of a source looks like, as far as we read it. It shows a changed type and a new field."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.checks.wrong_values import keys_of, what_is_wrong

Degrees = float | str | None  # a coordinate: some servers and exports write numbers as texts


class PayloadSchema(BaseModel):
    """An object of a source. Every field may be missing or null; a field of another type is a fault of the record.

    `Any` is for a field that we know and do not read. A `dict` is for an open set of fields, such as
    OpenStreetMap's tags.
    """

    model_config = ConfigDict(strict=True, extra="allow")

    # Fields, at any depth, that change at every call while the place stays the same.
    VOLATILE: ClassVar[frozenset[str]] = frozenset()


def check_payload(schema: type[PayloadSchema], payload: dict[str, Any]) -> tuple[str | None, list[str]]:
    """The payload's fault, if it has one, and its fields, as dotted paths, that the schema does not know."""
    try:
        record = schema.model_validate(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, keys_of(payload, first["loc"])))
        return f"changed type: {field} {what_is_wrong(first)}", []
    return None, _unknown_fields(record, "")


def _unknown_fields(record: PayloadSchema, path: str) -> list[str]:
    unknown = [path + name for name in record.model_extra or ()]
    for name in _object_fields(type(record)):
        inner = getattr(record, name)
        if inner is not None:
            unknown += _unknown_fields(inner, f"{path}{name}.")
    return unknown


@cache
def _object_fields(schema: type[PayloadSchema]) -> tuple[str, ...]:
    """The fields whose value is an object with a schema of its own."""
    return tuple(
        name for name, field in schema.model_fields.items() if any(map(_is_schema, get_args(field.annotation)))
    )


def _is_schema(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, PayloadSchema)
