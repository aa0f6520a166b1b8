"""The words for what pydantic finds wrong with a value, for a person who has to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# pydantic's type of the fault: what follows the name of the value. The bounds come from the fault.
WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be an object with keys",
    "model_type": "must be an object with keys",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be {le:g} or less",
    "literal_error": "must be {expected}",
    "string_too_short": "must have {min_length} characters or more",
    "string_too_long": "must be no longer than {max_length}",
    "too_short": "must have {min_length} entries or more",
    "too_long": "must have {max_length} entries or fewer",
    "json_invalid": "is not JSON: {error}",
}
EMPTY = "must not be empty"


def what_is_wrong(fault: ErrorDetails) -> str:
    """The predicate of a sentence about the value, such as `must be a whole number`."""
    bounds = fault.get("ctx", {})
    if bounds.get("min_length") == 1:
        return EMPTY
    if words := WORDS.get(fault["type"]):
        return words.format_map(bounds)
    sentence = fault["msg"].removeprefix("Value error, ").replace("Input should ", "must ")
    return sentence[:1].lower() + sentence[1:]


def keys_of(content: Any, steps: Sequence[str | int]) -> tuple[str | int, ...]:
    """The steps that are keys of the content. The others are names of alternatives in the model."""
    keys: tuple[str | int, ...] = ()
    for step in steps:
        if (isinstance(content, dict) and step in content) or (isinstance(content, list) and isinstance(step, int)):
            content, keys = content[step], (*keys, step)  # type: ignore[index]
    return keys


def in_form(pattern: str, form: str) -> Callable[[str], str]:
    """A check that a whole text matches the pattern. A person reads the form in words."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {form}")
        return text

    return check
