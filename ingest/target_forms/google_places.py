"""Types of Google's Places API: one word in small letters, such as `golf_course`."""

from __future__ import annotations

import re

from ingest.calls import TargetForm

TYPE = re.compile(r"[a-z]+(?:_[a-z]+)*")


def fault(target: str) -> str | None:
    """What Google would refuse."""
    return None if TYPE.fullmatch(target) else "is no type of Google, such as golf_course."


FORM = TargetForm(fault)
