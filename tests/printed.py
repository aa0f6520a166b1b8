"""Objects as --json prints them, each checked against its JSON Schema in docs/schemas."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from orchestrate.contracts.base import Document
from orchestrate.contracts.schemas import file_name
from orchestrate.settings import PROJECT_ROOT
from orchestrate.terminal import json_text

SCHEMAS = PROJECT_ROOT / "docs" / "schemas"


@cache
def validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / file_name(schema)).read_text()))


def checked(data: dict[str, Any]) -> dict[str, Any]:
    """The object, if it matches the schema that it names."""
    validator(data["schema"]).validate(data)
    return data


def printed(document: Document) -> dict[str, Any]:
    """The output of --json for a document."""
    return checked(json.loads(json_text(document.as_json())))


def check_printed(arguments: Sequence[str], out: str) -> None:
    """The objects on stdout under --json: they match their schemas, and nothing else is printed."""
    while "--json" in arguments and out.strip():
        data, end = json.JSONDecoder().raw_decode(out.lstrip())
        checked(data)
        out = out.lstrip()[end:]
