"""Reads the categories of a search result by the words of the taxonomy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extract.grounding import Span, find_quotes
from extract.phrases import Mention
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
# "Leisure Centre and Gym", "Library at the Park", "Museo del Parque": each, or the first, is the kind.
JOINS_KINDS = re.compile(
    r"[&+,/|–(]|\b(?:and|at|in|of|by|on|with|und|am|im|an|in|beim|et|de|du|des|d|y|en|del|di|da|do|e|of|van|och|og|i)\b",
    re.IGNORECASE,
)
ITEM_BEGINS = re.compile(r"[·|•]\s")  # "4.2 ★ (188) · Petrol station · Bird Street"
# "Shop 8, Lagoon Mall": the number of a unit in an address.
A_UNIT = re.compile(
    r"(?:shop|store|office|stall|stand|kiosk|studio|local|tienda|oficina|loja|negozio|ufficio|laden|lokal|büro|boutique|"
    r"bureau|winkel|butik)(?: (?:no\.?|nr\.?|n[º°]))? ?[A-Z]?-?\d{1,4}[A-Z]?(?=,|\s[–-]|\s*$)",
    re.IGNORECASE,
)
LODGINGS = frozenset(["hotel", "hostel"])  # their pool is no venue
LODGING = re.compile(
    r"\b(?:h[oô]tel|hostel|campground|camp ?sites?|camping|campingplatz|holiday park|caravan park|lodge(?! sports|"
    r" leisure| park)|resort|inn|motel|b&b|bed and "
    r"breakfast|guest ?house|homestay|riad|auberge|gîte|pousada|posada|hostal|pensión|agriturismo|ryokan|bungalows|"
    r"chalets|holiday (?:home|cottage)s?|apartments|suites|villa)\b",
    re.IGNORECASE,
)
READ_BY_WORDS = ("canonical_activities", "canonical_place_types", "canonical_roles", "canonical_access")


# "The operator of charging stations", "a chain of 12 hotels", "insurance for 34 clubs": others' places.
NUMBER_WORD = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
OF_OTHERS = re.compile(
    r"\b(?:(?:operators?|chain|network|owners?|suppliers?|manufacturers?|associations?|federation|union|directory|list|"
    r"map) (?:of|for|to) (?:[\w'’-]+ ){0,2}"
    rf"|(?:for|to|across|with) (?:over |about |all |our |its |more than )?{NUMBER_WORD} (?:\w+ )?)$",
    re.IGNORECASE,
)
IN_A_LIST = re.compile(
    r"(?:,|&|\+|\b(?:and|with|gift|souvenir|museum|own|und|mit|et|avec|y|con|e|en|met|og|och))\s+$", re.IGNORECASE
)
A_COUNT = re.compile(rf"\b{NUMBER_WORD} (?:\w+ )?$", re.IGNORECASE)
OF_BOWLS = re.compile(r" (?:rinks?|greens?|lawns?|lanes?|club)\b", re.IGNORECASE)
# A page has them to offer; one of them is a kind of place: "Desks & Offices in Belfast".
OFFERED = frozenset(["offices"])


@dataclass(frozen=True)
class _Result:
    """A search result, and where its name and its streets stand."""

    record: TextRecord
    prose: str
    named: tuple[Span, ...]
    streets: tuple[Span, ...]
    is_lodging: bool

    def states(self, field: str, mention: Mention[str], mentions: Sequence[Mention[str]]) -> bool:
        """Whether the word says what the place is or offers, as far as its position shows."""
        where = Span(mention.start, mention.end)
        if any(street.overlaps(where) for street in self.streets):
            return False  # "2 Capacitor Court"
        if self._is_of_others(field, where) or (
            mention.what in ("shop", "retailer")
            and not self._is_head(mention)
            and IN_A_LIST.search(self.prose, 0, where.start)
        ):
            return False
        if mention.start >= len(self.record.title) and A_UNIT.match(self.prose, mention.start):
            return False
        if field == "canonical_roles":
            is_of_lodging = mention.what == "venue" and self.is_lodging
            return not is_of_lodging and (self._is_head(mention) or not self._is_of_a_title(field, mention))
        if field != "canonical_place_types":
            return True
        is_kind = mention.what in KINDS_OF_A_TITLE
        is_part = is_kind or self._is_of_a_title(field, mention)
        if is_part and not self._is_head(mention):
            return False
        if mention.what in ("park", "swimming_pool") and self._name_of(mention) is None and self._is_of_a_name(mention):
            return False  # "lessons at Dell Baths"
        return not (is_kind and self._name_of(mention)) and not self._describes_another(mention, mentions)

    def _is_of_others(self, field: str, where: Span) -> bool:
        """Whether several are meant, which are no part of this place, or things of the same name."""
        written = self.prose[where.start : where.end].casefold()
        before = self.prose[max(0, where.start - 60) : where.start]
        if field == "canonical_activities":  # "a skatepark with two bowls"
            if written.startswith("gymnasium"):  # a hall, or a school
                return True
            return written == "bowls" and bool(A_COUNT.search(before)) and not OF_BOWLS.match(self.prose, where.end)
        is_of_place = field in ("canonical_roles", "canonical_place_types")
        return is_of_place and (written in OFFERED or (written.endswith("s") and bool(OF_OTHERS.search(before))))

    def _is_of_a_name(self, mention: Mention[str]) -> bool:
        """Whether it ends the name of something else: "Unit 3, Stonemill Park"."""
        before = self.prose[: mention.start].rstrip()
        is_capital = self.prose[mention.start].isupper()
        return is_capital and bool(re.search(r"[^\W\d_a-z][\w'’-]*$", before))

    def _is_head(self, mention: Mention[str]) -> bool:
        """Whether it is in the title, or among the first words of the snippet or of an item: "Hostel with 96 beds"."""
        titled = len(self.record.title)
        before = ITEM_BEGINS.split(self.record.snippet[: max(0, mention.start - titled - 1)])[-1]
        is_first = len(before.split()) <= WORDS_BEFORE_A_HEAD and not ENDS_A_HEAD.search(before)
        return mention.start < titled or is_first

    def _is_of_a_title(self, field: str, mention: Mention[str]) -> bool:
        written = self.prose[mention.start : mention.end].casefold()
        return not TITLE_ONLY.isdisjoint([(field, mention.what), (field, mention.what, written)])

    def _name_of(self, mention: Mention[str]) -> Span | None:
        """The name that the word belongs to: "The Old Post Office" is a name, and no statement."""
        return next((span for span in self.named if span.start <= mention.start and mention.end <= span.end), None)

    def _describes_another(self, mention: Mention[str], mentions: Sequence[Mention[str]]) -> bool:
        """Whether it only describes the kind that the name ends with: "Stanwix Park Bowling Club" is no park."""
        name = self._name_of(mention)
        later = [one for one in mentions if name and mention.end <= one.start and one.end <= name.end]
        return any(
            one.what != mention.what and not JOINS_KINDS.search(self.prose, mention.end, one.start) for one in later
        )


def _where_named(name: str, text: str) -> Iterator[Span]:
    """Where the name stands, also without its last words: "Hostel Pod Lipą" of "Hostel Pod Lipą Kraków"."""
    words = name.replace(",", " ").split()
    yield from find_quotes(name, text)
    for count in range(len(words) - 1, max(1, len(words) - 3), -1):
        yield from find_quotes(" ".join(words[:count]), text)


def read_categories(record: TextRecord, context: Context, prose: str, name: Claim | None) -> Iterator[Claim]:
    result = _Result(
        record,
        prose,
        tuple(_where_named(name.value, record.text)) if name and name.value else (),
        tuple(Span(hit.start, hit.end) for hit in hits(context.finders["street_address"], prose)),
        is_lodging=bool(LODGING.search(record.title)),
    )
    for field in READ_BY_WORDS:
        seen = set[str]()
        mentions = context.lexicon.category_mentions(field, prose)
        for mention in mentions:
            if mention.what in seen or not result.states(field, mention, mentions):
                continue
            if context.scope(field, Span(mention.start, mention.end)) in (None, "unclear"):
                seen.add(mention.what)
                quote = record.text[mention.start : mention.end]
                yield Claim(field, mention.what, quote, mention.start, mention.end, "inferred", FAIR)
        if field == "canonical_place_types" and seen & LODGINGS:
            result = replace(result, is_lodging=True)
