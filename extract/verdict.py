"""The result of checking one value: accepted, or the reason for the rejection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from extract.grounding import Span
from extract.schema import NullReason


@dataclass(frozen=True)
class Accepted:
    """The value in its normal form, and the characters that support it."""

    value: str
    span: Span
    verification: Literal["verified", "inferred"] = "verified"
    core: Span | None = None  # the value itself, where `span` is a longer quote


Verdict = Accepted | NullReason
