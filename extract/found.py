"""A value that a parser found in a text, and its position."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """A value in its normal form, and its position in the text."""

    value: str
    start: int
    end: int
