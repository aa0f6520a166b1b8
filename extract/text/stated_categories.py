"""Reads the categories of a search result by the words of the taxonomy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extract.grounding import Span
from extract.schema import Claim, TextRecord
from extract.text.context import Context, hits
from extract.text.subject.names import FAIR

# Only the title says that these are the place itself: elsewhere it has an office, or a corner for soft play.
TITLE_ONLY = frozenset(
    [
        ("canonical_place_types", "office"),
        ("canonical_place_types", "playground", "soft play"),
        ("canonical_roles", "public_service", "library"),
    ]
)
# The title says what a place is. Elsewhere these words may be the neighbours, or a part: the restaurant of a hotel.
KINDS_OF_A_TITLE = frozenset(
    [
        "hotel",
        "hostel",
        "restaurant",
        "pharmacy",
        "dentist",
        "doctor",
        "hospital",
        "vet",
        "nursery",
        "museum",
        "gallery",
        "theatre",
        "cinema",
        "supermarket",
        "bakery",
        "bookshop",
        "hairdresser",
        "post_office",
        "petrol_station",
        "church",
        "campsite",
        "school",
    ]
)  # fmt: skip
WORDS_BEFORE_A_HEAD = 2
ENDS_A_HEAD = re.compile(r"[.,:;!?|•·–—]|\b(?:in|near|next|from|at|to|der|die|das|le|la|el|il)\b", re.IGNORECASE)
LODGINGS = frozenset(["hotel", "hostel"])  # their pool is no venue
LODGING = re.compile(
    r"\b(?:campground|camp ?sites?|camping|campingplatz|holiday park|caravan park|lodge(?! sports|"
    r" leisure| park)|resort|inn|motel|b&b|bed and "
    r"breakfast|guest ?house|homestay|riad|auberge|gîte|pousada|posada|hostal|pensión|agriturismo|ryokan|bungalows|"
    r"chalets|holiday (?:home|cottage)s?|apartments|suites|villa)\b",
    re.IGNORECASE,
)
READ_BY_WORDS = ("canonical_activities", "canonical_place_types", "canonical_roles", "canonical_access")


def read_categories(record: TextRecord, context: Context, prose: str) -> Iterator[Claim]:
    types = set(LODGINGS) if LODGING.search(record.title) else set[str]()
    streets = [Span(hit.start, hit.end) for hit in hits(context.finders["street_address"], prose)]
    for field in READ_BY_WORDS:
        seen = set[str]()
        for mention in context.lexicon.category_mentions(field, prose):
            if any(street.overlaps(Span(mention.start, mention.end)) for street in streets):
                continue  # "2 Capacitor Court"
            quote = record.text[mention.start : mention.end]
            is_aside = not _is_head(mention.start, record) and _is_of_a_title(field, mention.what, quote)
            scope = None if mention.what in seen or is_aside else context.scope(field, Span(mention.start, mention.end))
            is_of_lodging = field == "canonical_roles" and mention.what == "venue" and types & LODGINGS
            if mention.what not in seen and not is_aside and not is_of_lodging and scope in (None, "unclear"):
                seen.add(mention.what)
                yield Claim(field, mention.what, quote, mention.start, mention.end, "inferred", FAIR)
        types |= seen


def _is_head(start: int, record: TextRecord) -> bool:
    """Whether it is in the title, or among the first words of the snippet: "Hostel with 96 beds"."""
    before = record.snippet[: max(0, start - len(record.title) - 1)]
    return start < len(record.title) or (len(before.split()) <= WORDS_BEFORE_A_HEAD and not ENDS_A_HEAD.search(before))


def _is_of_a_title(field: str, what: str, quote: str) -> bool:
    if field == "canonical_place_types" and what in KINDS_OF_A_TITLE:
        return True
    return not TITLE_ONLY.isdisjoint([(field, what), (field, what, quote.casefold())])
