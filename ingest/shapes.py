"""What a record of a source looks like, as far as we read it: how a changed type and a new field are noticed."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

Degrees = float | str | None  # a coordinate: some servers and exports write numbers as texts


class Shape(BaseModel):
    """An object of a source. Every field may be missing or null; a field of another type is a fault of the record.

    `Any` is for what we know and do not read; a `dict` is for what is open by nature, such as OpenStreetMap's tags.
    """

    model_config = ConfigDict(strict=True, extra="allow")

    VOLATILE: ClassVar[frozenset[str]] = (
        frozenset()
    )  # at any depth: changes at every call, the place having not changed


def read_shape(shape: type[Shape], payload: dict[str, Any]) -> tuple[str | None, list[str]]:
    """What is wrong with the payload, if anything, and which of its fields, as dotted paths, are new to the shape."""
    try:
        record = shape.model_validate(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return f"changed type: {'.'.join(str(part) for part in first['loc'])}: {first['msg']}", []
    return None, _unknown(record, "")


def _unknown(record: Shape, path: str) -> list[str]:
    unknown = [path + name for name in record.model_extra or ()]
    for name in _shaped_fields(type(record)):
        inner = getattr(record, name)
        if inner is not None:
            unknown += _unknown(inner, f"{path}{name}.")
    return unknown


@cache
def _shaped_fields(shape: type[Shape]) -> tuple[str, ...]:
    return tuple(name for name, field in shape.model_fields.items() if any(map(_is_shape, get_args(field.annotation))))


def _is_shape(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Shape)
