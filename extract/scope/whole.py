"""Whole? Whether the clause limits the value to some people, days or parts."""

from __future__ import annotations

import re

from extract.scope.clauses import Clause

SOME_OF = re.compile(r"\b(?:of|from) (?:the|our|its|these)\s+$", re.IGNORECASE)  # "2 of the 6 courts are open"
AT_TIMES = re.compile(
    r"\W*(?:on|at|in|after|before|during|from|until|for|am|im|für|ab|le|les|pour|los|las|para|il|la|per|na|no)\b",
    re.IGNORECASE,
)  # "members only on Sundays"

FIRST_ONLY = re.compile(
    r"\b(?:first|1st) (?:\w+ )?(?:visits?|sessions?|class(?:es)?|hours?|months?|weeks?|time)\W*$", re.IGNORECASE
)


def is_partial(clause: Clause, kind: str) -> bool:
    if (kind == "count" and SOME_OF.search(clause.before)) or (kind == "access" and AT_TIMES.match(clause.after)):
        return True
    if kind == "access" and FIRST_ONLY.search(clause.before):
        return True
    if kind == "feature":
        limits = ("restricted",)
    elif kind == "count":
        limits = ("more_of",)
    else:
        return False
    return any("," not in clause.between(cue) and not clause.turns_between(cue) for cue in clause.cues_after(*limits))
