"""A person who wrote a wrong value reads what it must be, in the words of a sentence about it."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from ingest.checks.payload_schema import PayloadSchema
from ingest.checks.wrong_values import in_form, keys_of, what_is_wrong


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (int, "3.5 km", "must be a whole number"),
        (int, 3.5, "must be a whole number"),
        (float, "far", "must be a number"),
        (bool, "perhaps", "must be true or false"),
        (str, ["a"], "must be a text"),
        (list[str], "a", "must be a list"),
        (tuple[str, ...], 7, "must be a list"),
        (dict[str, str], "a", "must be an object with keys"),
        (PayloadSchema, "a", "must be an object with keys"),
        (Annotated[float, Field(ge=0)], -1, "must be 0 or more"),
        (Annotated[float, Field(gt=0.5)], 0.5, "must be more than 0.5"),
        (Annotated[int, Field(le=65535)], 70000, "must be 65535 or less"),
        (Annotated[int, Field(lt=3)], 3, "must be less than 3"),
        (Annotated[str, Field(min_length=1)], "", "must not be empty"),
        (Annotated[list[str], Field(min_length=1)], [], "must not be empty"),
        (Annotated[list[str], Field(min_length=2)], ["a"], "must have 2 entries or more"),
        (Annotated[str, Field(max_length=1)], "ab", "must be no longer than 1"),
        (Literal["csv", "xlsx"], "pdf", "must be 'csv' or 'xlsx'"),
        (Annotated[str, AfterValidator(in_form("[A-Z]{2}", "two letters"))], "GBR", "must be two letters"),
        (Annotated[int, Field(multiple_of=2)], 3, "must be a multiple of 2"),  # no word of ours
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_plain_words(kind: Any, value, words):
    with pytest.raises(ValidationError) as raised:
        TypeAdapter(kind).validate_python(value)

    assert what_is_wrong(raised.value.errors()[0]).startswith(words)


def test_the_keys_of_a_fault_are_those_of_the_content():
    """pydantic also names the alternative that it tried."""
    content = {"location": {"points": [{"latitude": []}]}}

    assert keys_of(content, ("location", "points", 0, "latitude", "float")) == ("location", "points", 0, "latitude")
