"""When? Whether the clause is about the past or the future."""

from __future__ import annotations

import re
from typing import Literal

from extract.folding import fold
from extract.scope.clauses import Clause
from extract.scope.cues import Cue

Timing = Literal["now", "past", "planned"]
NEXT_WORDS = 4  # words between a value and the plan for it
# Words between "old" and a value that it describes: "our old phone number is 0131 496 0001".
OF_A_VALUE = frozenset(
    fold(
        "address premises location home site building number phone telephone tel mobile mail email e hour hours "
        "opening times time is was are were line contact our us the for street postcode nr no nummer telefon adresse "
        "numero teléfono dirección telefono indirizzo téléphone"
    )
)
VERB = re.compile(
    r"\b(?:we|is|are|now|have|has|find|visit|call|new|wir|sind|nous|sommes|est|siamo|estamos)\b", re.IGNORECASE
)
FROM_A_MONTH = re.compile(r"(?:from|ab|desde|da)\s", re.IGNORECASE)
# "The old tennis courts are now shops".
OLD, IS_NOW = re.compile(r"\b(?:old|former)\s+(?:[^\W\d_]+\s+)?$"), re.compile(r"\s+(?:is|are) now\b")
# "A former hospital", "ex-bakery": what the house was.
FORMER = re.compile(
    r"\b(?:former|ex-?|disused|ancien(?:ne)?|ehemalige[nrs]?|antigu[oa]|ex|voormalige?|dawn(?:y|a|e)|bývalý|"
    r"bývalá|bývalé|tidigare|"
    r"tidligere|entinen|egykori|fost(?:ul|a)?|bivš[ia]|eski)[ -](?:[^\W\d_]+ )?$",
    re.IGNORECASE,
)
IN_BRACKETS = re.compile(r"\s*[(\[](?:old|former|closed|disused|alt|ancien|antiguo|vecchio)[)\]]", re.IGNORECASE)
HAS_DONE = re.compile(r"(?:\b(?:has|have|is|are|be|been|being)|['’]ve)\s+$", re.IGNORECASE)  # before a verb: not past


def timing(clause: Clause, kind: str) -> Timing:
    """`kind` is the kind of field: "thing", "feature", "contact", "address", "hours", "name" or "town"."""
    if _is_past(clause, kind):
        return "past"
    return "planned" if _is_planned(clause, kind) else "now"


def _is_past(clause: Clause, kind: str) -> bool:
    if kind in ("contact", "address", "hours", "count") and _is_labelled_old(clause):
        return True
    if kind in ("address", "town") and any(_is_left(cue, clause) for cue in clause.cues_before("left")):
        return True
    if kind == "thing" and FORMER.search(clause.before):
        return True
    if kind == "name":
        return any(len(clause.between(cue).split()) <= 2 and clause.reaches(cue) for cue in clause.cues_before("past"))
    if any(_reaches_back(cue, clause, kind) for cue in clause.cues_before("past", "past_verb", "past_hours")):
        return True
    if IN_BRACKETS.match(clause.after) or (OLD.search(clause.before) and IS_NOW.match(clause.after)):
        return True
    return any(
        not clause.turns_between(cue) and "," not in clause.between(cue) and not _is_denial(cue, clause)
        for cue in clause.cues_after("ended")
    )


def _is_denial(cue: Cue, clause: Clause) -> bool:
    """Whether "not" stands before it: "is not discontinued"."""
    return any(c.end <= cue.start and cue.start - c.end <= 1 and "not" in c.kinds for c in clause.cues)


def _is_labelled_old(clause: Clause) -> bool:
    return any(
        clause.reaches(cue, "now") and set(fold(clause.between(cue))) <= OF_A_VALUE
        for cue in clause.cues_before("past_label")
    )


def _is_left(cue: Cue, clause: Clause) -> bool:
    """Whether the address is the one that was left: "moved from A to B" leaves A."""
    between = clause.between(cue)
    is_whole = not VERB.search(between)  # "We were at 7 Redland Hill, Bristol BS6 6SH"
    return clause.reaches(cue, "now", over_commas=is_whole) and not re.search(r"\b(?:to|nach|a|au|in)\s", between)


def _reaches_back(cue: Cue, clause: Clause, kind: str) -> bool:
    if "past_verb" in cue.kinds and (kind in ("contact", "address") or HAS_DONE.search(clause.text, 0, cue.start)):
        return False
    if "past_hours" in cue.kinds and not cue.kinds & {"past"} and kind != "hours":
        return False
    is_verb = clause.text[cue.start : cue.end].casefold() in ("was", "were", "had")
    if is_verb and (_is_followed(cue, clause, "improved") or kind in ("contact", "address")):
        return False
    return clause.reaches(cue, "now", over_commas=not is_verb and _is_fronted(cue, clause))


def _is_fronted(cue: Cue, clause: Clause) -> bool:
    """Whether it begins the clause: "Until 2019, there was a sauna". Then it holds beyond the comma."""
    return not clause.text[clause.start : cue.start].strip()


def _is_followed(cue: Cue, clause: Clause, kind: str) -> bool:
    return any(0 <= c.start - cue.end <= 1 and kind in c.kinds for c in clause.cues)


def _is_planned(clause: Clause, kind: str) -> bool:
    for cue in clause.cues_before("planned"):
        if (
            FROM_A_MONTH.match(clause.text, cue.start)
            and kind in ("address", "town", "count")
            and not clause.has("planned_after")
        ):
            continue
        if not clause.turns_between(cue, "now"):
            return True
    if kind in ("name", "town"):
        return False
    furthest = 0 if kind in ("contact", "address", "hours") else NEXT_WORDS
    return any(
        not clause.turns_between(cue)
        and "," not in clause.between(cue)
        and len(clause.between(cue).split()) <= furthest
        for cue in clause.cues_after("planned", "planned_after")
        if "planned_after" in cue.kinds or FROM_A_MONTH.match(clause.text, cue.start)
    )
