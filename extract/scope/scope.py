"""Judges the clause that holds a value: is it about this place, now, affirmed and whole?"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from extract.grounding import Span
from extract.schema import NullReason
from extract.scope.affirmed import affirmed
from extract.scope.clauses import Clause, clause_of
from extract.scope.cues import Cues
from extract.scope.timing import timing
from extract.scope.whole import is_denied_in_part, is_partial
from extract.scope.whose import whose

Doubt = Literal["unclear"]
CLOSED = re.compile(r"\b(?:closed|shut|geschlossen|fermée?|cerrado|chiuso)(?:\s+(?:on|every|all))?\W*$", re.IGNORECASE)
KIND_OF_FIELD = {
    **dict.fromkeys(["phone", "email", "website_url"], "contact"),
    **dict.fromkeys(["instagram_url", "facebook_url", "twitter_url", "linkedin_url"], "contact"),
    **dict.fromkeys(["street_address", "postcode"], "address"),
    **dict.fromkeys(["locality", "city"], "town"),
    **dict.fromkeys(["wifi", "parking_available", "disabled_access"], "feature"),
    "opening_hours": "hours",
    "entity_name": "name",
    "canonical_access": "access",
    "discovered_attributes": "count",
}
# "Dell Arena: how to get there, parking": what a page explains, which may be that there is none.
TOPICS = re.compile(
    r"\b(?:how to (?:get|find|reach)|getting (?:here|there|to)|directions|travel|transport|"
    r"anfahrt|anreise|accès|comment (?:venir|arriver)|cómo llegar|come arrivare|dove siamo|bereikbaarheid|"
    r"como chegar|dojazd|hitta hit|find vej|adkomst)\b",
    re.IGNORECASE,
)
# Words that leave a value undecided even where they do not reach it.
DOUBTFUL = (
    "no",
    "not",
    "lack",
    "denied",
    "past",
    "past_label",
    "ended",
    "planned",
    "planned_after",
    "maybe",
    "asked",
    "shut",
)
SPACED = re.compile(r"[A-Za-zÀ-ɏͰ-ӿ]{2}")  # letters of scripts that part words by spaces
OF_A_PHONE = re.compile(r"\d[\d ()/–-]{4,}\d\s*\(\s*$")  # "0911 555 0123 (Mo-Fr 9-12 Uhr)"
NEIGHBOURS = ("beside", "beside_after", "neighbour", "restricted")


@lru_cache(maxsize=512)  # a value is found, compared and judged
def judge_scope(
    field: str, span: Span, text: str, cues: Cues, ours: frozenset[str], *, is_denial: bool = False
) -> NullReason | Doubt | None:
    """The reason of the clause to refuse the value, or `unclear`. None: the clause has no objection.

    `is_denial`: the value itself is that something does not exist.
    """
    kind = KIND_OF_FIELD.get(field, "thing")
    is_unclear = False
    clause = clause_of(text, span, cues)
    if kind == "feature" and not is_denial and clause.is_titled and TOPICS.search(f"{clause.before} {clause.after}"):
        return "ungrounded_rejected"
    if kind == "hours" and OF_A_PHONE.search(clause.before):
        return "other_subject"
    if kind == "hours" and CLOSED.search(clause.before):
        return "negated"
    if not is_denial and kind != "name":
        said = affirmed(clause, is_noun=kind in ("thing", "feature", "access", "count")).word
        if said in ("denied", "asked"):
            return "negated" if said == "denied" else "ungrounded_rejected"
        is_unclear = said == "unclear"
    if (when := timing(clause, kind)) != "now" and not is_denial:
        return "past" if when == "past" else "planned"
    if (owner := whose(clause, kind, ours)) == "other":
        return "other_subject"
    if kind == "hours" and owner == "unclear" and SPACED.search(clause.before):
        return "other_subject"  # "Madrasah Mon-Thu 2-5pm": hours need a plain lead-in, or the place as their subject
    if is_denied_in_part(clause, kind) if is_denial else is_partial(clause, kind):
        return "partial"
    return "unclear" if is_unclear or owner == "unclear" or _is_doubtful(clause, kind, is_denial=is_denial) else None


def _is_doubtful(clause: Clause, kind: str, *, is_denial: bool) -> bool:
    if kind in ("name", "town", "address", "contact", "hours"):
        return clause.has("maybe", "asked")
    return not is_denial and clause.has(*DOUBTFUL, *NEIGHBOURS)
