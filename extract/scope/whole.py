"""Whole? Whether the clause limits the value to some people, days or parts."""

from __future__ import annotations

from extract.scope.clauses import Clause


def is_partial(clause: Clause, kind: str) -> bool:
    if kind == "feature":
        limits = ("restricted",)
    elif kind == "count":
        limits = ("more_of",)
    elif kind == "access":
        limits = ("partly",)
    else:
        return False
    return any("," not in clause.between(cue) and not clause.turns_between(cue) for cue in clause.cues_after(*limits))
