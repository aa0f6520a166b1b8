"""Whether a payload can land, and its hash."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from typing import Any

from ingest.checks.payload_schema import PayloadSchema, check_payload
from ingest.wire import Written, canonical, write

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def inspect(record_id: str | None, written: Written, schema: type[PayloadSchema]) -> tuple[str | None, list[str]]:
    """Why the record cannot land, if it cannot, and which of its fields the schema does not know."""
    if written.fault:
        return written.fault, []
    if not isinstance(written.value, dict):
        return "not an object", []
    if not usable_id(record_id):
        return "no usable id", []
    return check_payload(schema, written.value)


def usable_id(record_id: Any) -> str | None:
    """None for an id that is no text, is blank, or has characters that no file and no terminal shows."""
    is_usable = isinstance(record_id, str) and record_id.strip() and not UNPRINTABLE.search(record_id)
    return record_id if is_usable else None


def payload_hash(payload: Any, volatile: Collection[str] = ()) -> str:
    """sha256 of the payload as canonical JSON, without the fields that change while the place stays the same."""
    stable = _without(payload, volatile) if volatile else payload
    return hashlib.sha256(canonical(stable)).hexdigest()


def _without(value: Any, names: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(inner, names) for name, inner in value.items() if name not in names}
    return [_without(inner, names) for inner in value] if isinstance(value, list) else value


def compact_json(value: Any) -> str:
    return write(value).text
