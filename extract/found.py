"""A value that a parser found in a text, and its position."""

from __future__ import annotations

from typing import NamedTuple


class Found(NamedTuple):
    """A value in its normal form, and its position in the text."""

    value: str
    start: int
    end: int
