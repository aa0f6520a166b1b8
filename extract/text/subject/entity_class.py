"""Reads what kind of thing a page is about: a place, an organisation, an event or a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from extract.schema import Claim
from extract.text.context import Context
from extract.text.subject.names import FAIR

# The title names these kinds before the text says that it is a place.
NAMED_IN_THE_TITLE = ("event", "person", "organization")
# The fields of a place, the surest evidence first.
OF_A_PLACE = (
    "street_address", "postcode", "opening_hours", "phone", "canonical_place_types", "discovered_attributes",
    "parking_available", "disabled_access", "wifi", "canonical_activities", "locality", "city", "entity_name",
)  # fmt: skip
# A service that comes to its customers has no door that they visit.
COMES_TO_YOU = re.compile(
    r"\b(?:we (?:will )?(?:come|travel|drive) to you|(?:we['’]ll|and) come to you|at your (?:home|door|"
    r"doorstep) or (?:work|office)|"
    r"wir kommen zu (?:ihnen|dir|euch)|nous (?:venons|nous déplaçons) (?:chez|à)|nos desplazamos a|vamos a (?:tu|"
    r"su) casa|"
    r"veniamo (?:da te|a casa)|wij komen (?:bij|naar) (?:u|je)|vamos até (?:si|você))\b",
    re.IGNORECASE,
)
A_COMPANY = re.compile(r"\blinkedin\.\w+/company/", re.IGNORECASE)
ADDRESS = frozenset(["street_address", "postcode"])


def read_class(claims: Sequence[Claim], context: Context) -> Claim | None:
    """The class with the words that show it. A company with a door that people visit is a place."""
    stated = {claim.field_name: claim for claim in reversed(claims) if claim.is_kept}
    mentions = context.lexicon.category_mentions("entity_class", context.text)
    titled = [mention for mention in mentions if mention.end <= len(context.record.title)]
    if not ADDRESS & stated.keys() and (comes := COMES_TO_YOU.search(context.text)):
        return Claim("entity_class", "organization", comes[0], *comes.span(), "inferred", FAIR)
    profile = stated.get("linkedin_url")
    is_company = profile is not None and bool(A_COMPANY.search(profile.value or ""))
    if is_company and not ADDRESS & stated.keys() and not _is_visited(stated.get) and "entity_name" in stated:
        named = stated["entity_name"]
        return Claim("entity_class", "organization", named.quote, named.start, named.end, "inferred", FAIR)
    for what in NAMED_IN_THE_TITLE:
        if what == "organization" and _is_visited(stated.get):
            continue
        if mention := next((mention for mention in titled if mention.what == what), None):
            quote = context.text[mention.start : mention.end]
            return Claim("entity_class", what, quote, mention.start, mention.end, "inferred", FAIR)
    shown = next((stated[field] for field in OF_A_PLACE if field in stated), None)
    if shown is None:
        return None
    return Claim("entity_class", "place", shown.quote, shown.start, shown.end, "inferred", FAIR)


def _is_visited(stated: Callable[[str], Claim | None]) -> bool:
    return any(stated(field) for field in ("opening_hours", "canonical_place_types", "discovered_attributes"))
