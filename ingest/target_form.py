"""The form of a source's targets: the filters of the seed `connector_targets`, in the source's own language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class TargetForm:
    """What a target of one source looks like. A source without a form takes any text."""

    fault: Callable[[str], str | None]  # what is wrong with a target, as the rest of a sentence
    of_tags: Callable[[Sequence[str]], str] | None = None  # the target for the tags of a kind of place
