"""A value that was read in a text, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """A value in its normal form, and where in the text it stands."""

    value: str
    start: int
    end: int
