"""Reads a query: its area, categories, brand and place name. All words come from seeds."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extract.addresses.postcodes import POSTCODE
from extract.folding import as_written, fold
from extract.phrases import Phrases, Spot
from ingest.calls import Area
from orchestrate.contracts.base import ErrorKind
from orchestrate.errors import UsageError
from orchestrate.plan.areas.boxes import widened
from orchestrate.plan.areas.choice import ChosenArea, choose_area, default_area
from orchestrate.plan.query_vocabulary import Term, Vocabulary
from orchestrate.plan.query_words import QueryWords
from orchestrate.plan.vocabulary.reading import PlaceReading, SeedWords, Span, read_places
from orchestrate.plan.vocabulary.words import Kind

MAX_QUERY_CHARACTERS = 500
ANY_PLACE = (("venue",), ("place",), ("spot",), ("facility",))  # they say nothing of the kind of place
SPORTS_PLACES = frozenset(["sports_centre", "sports_club"])
BEFORE_AN_UNKNOWN_AREA = frozenset(["in", "near", "around"])


@dataclass(frozen=True)
class _Left:
    """The words of a query that no seed knows."""

    name: str  # perhaps a name
    details: str = ""  # what is wanted in detail: `24 hours`

    def not_understood(self, brand: str | None) -> tuple[str, ...]:
        """The words that no source is asked for. With a brand, its name is asked for, and no other."""
        return tuple(words for words in (self.name if brand else "", self.details) if words)


def _listed(*phrases: str) -> Phrases[str]:
    return Phrases((fold(phrase), phrase) for phrase in phrases)


NEAR = _listed("near", "nearby", "nearest", "close to", "closest", "around")
WHERE_I_AM = _listed(
    *("near me", "around me", "close to me", "nearest to me", "nearby me", "my area", "my location"),
)


class QueryError(UsageError):
    """The query cannot be used. The message says why and what to do."""

    kind: ErrorKind = "query"


@dataclass(frozen=True)
class Features:
    """The parsed query, in terms of the vocabulary."""

    area: Area
    area_choice: ChosenArea
    city: str | None  # None for a region, a country and a box
    region: str | None
    locality: str | None  # None if the area is a whole city, or more
    is_area_named: bool
    is_near: bool
    brand: str | None
    place_name: str | None  # words that no seed knows: perhaps a name
    categories: tuple[str, ...]  # canonical values, and kinds of the vocabulary of places
    kinds: tuple[Kind, ...]  # the kinds among the categories
    understood: tuple[str, ...]  # a sentence for each phrase that the vocabulary of places decided about
    not_understood: tuple[str, ...]  # phrases that no part of the plan uses
    is_sports_related: bool
    is_ev_related: bool
    is_brand_search: bool
    is_category_search: bool

    def is_about(self, subject: str) -> bool:
        """`subject` is a word of the seed `sources`, column `asked_about`."""
        return {"sport": self.is_sports_related, "ev": self.is_ev_related}[subject]

    @property
    def asked_name(self) -> str | None:
        return self.brand or self.place_name


@dataclass(frozen=True)
class _Subject:
    """What the query asks for, in which area."""

    brand: Term | None  # of the seed
    named: tuple[str, ...]  # the categories that the words name
    reading: PlaceReading  # by the vocabulary of places

    @property
    def brand_name(self) -> str | None:
        return self.brand.canonical if self.brand else self.reading.brand

    @property
    def is_known(self) -> bool:
        return bool(self.categories or self.brand_name)

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories. Where the query names none, those of the brand."""
        if self.named or not self.brand_name:
            return self.named
        if self.brand:
            return (self.brand.brand_category,) if self.brand.brand_category else ()
        return self.reading.brand_categories


def clean_query(query: str) -> str:
    """The query as one line. Raises QueryError if it is blank, too long or has control characters."""
    text = " ".join(query.split())
    if not text:
        raise QueryError('Give a query, such as: make run QUERY="powerleague portobello"')
    if len(text) > MAX_QUERY_CHARACTERS:
        raise QueryError(
            f"The query has {len(text):,} characters; the limit is {MAX_QUERY_CHARACTERS}. "
            "Name a place, or a kind of place and an area."
        )
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise QueryError("The query has a control character. Type it again without it.")
    return text


def read_query(text: str, vocabulary: Vocabulary, pinned: ChosenArea | None = None) -> Features:
    """Parse a cleaned query. Areas are found first; then the longest phrase wins. A pinned area replaces the found."""
    postcode = POSTCODE.search(text)
    words = QueryWords(POSTCODE.sub(r"\1", text))  # the first half of a postcode is its area
    if pinned is None:
        _refuse_where_i_am(words)
    # "Edinburgh Leisure" is a brand, so brands of several words are found before areas.
    found = words.take(vocabulary.long_brands)
    named = choose_area(words.text, words.spelled, words.is_taken, vocabulary.atlas, vocabulary.other_words)
    found += words.take(vocabulary.phrases)
    choice = pinned or named or default_area(vocabulary.atlas)
    subject = _subject(words, found, vocabulary, choice.candidate.area.country)
    if named is None and pinned is None:
        _refuse_unknown_area(words, postcode[0] if postcode else None)
    is_near = bool(NEAR.spots(words.folded))
    left = _left(words, subject, named if not pinned else None)
    if not pinned and choice.candidate.kind == "landmark" and not (left.name or subject.is_known or is_near):
        # The query has only the landmark, so the landmark is the place.
        left = _Left(_as_named(choice.candidate.area.name, vocabulary, words.text))
    return _features(subject, choice, left, is_near and not pinned, vocabulary)


def _left(words: QueryWords, subject: _Subject, named: ChosenArea | None) -> _Left:
    """The words that nothing took. Behind an area in the middle they are no name."""
    behind = named.details_from if named and subject.is_known else None
    return _Left(words.left(end=behind), words.left(start=behind) if behind else "")


def _subject(words: QueryWords, found: Sequence[Spot[Term]], vocabulary: Vocabulary, country: str | None) -> _Subject:
    """The brand, or what the vocabularies know of the kind of place. It takes the words that it understands."""
    brand = next((spot.what for spot in found if spot.what.kind == "brand"), None)
    known = [spot for spot in found if spot.what.is_kind]
    if brand:  # it is the whole question
        return _Subject(brand, tuple(spot.what.canonical for spot in known), PlaceReading())
    seed = SeedWords(
        kinds=_spans(known),
        others=_spans(s for s in found if s.what.kind in ("stop_word", "venue_word") and s.what.words not in ANY_PLACE),
        refused=_spans(words.refused(vocabulary.phrases)),
        country=country,
    )
    reading = read_places(words.text, words.spelled, words.is_taken, seed, vocabulary.places)
    named = [spot.what.canonical for spot in known if not reading.explains(spot.start, spot.end)]
    return _Subject(None, (*named, *reading.categories), reading)


def _spans(spots: Iterable[Spot[Term]]) -> tuple[Span, ...]:
    return tuple((spot.start, spot.end) for spot in spots)


def _features(subject: _Subject, choice: ChosenArea, left: _Left, is_near: bool, vocabulary: Vocabulary) -> Features:
    place, brand, reading = choice.candidate, subject.brand_name, subject.reading
    categories = tuple(dict.fromkeys(subject.categories))
    is_sport = not (vocabulary.sports | SPORTS_PLACES).isdisjoint(categories)
    return Features(
        area=widened(place.area) if is_near else place.area,
        area_choice=choice,
        city=place.parent or (place.area.name if place.kind == "city" else None),
        region=place.region,
        locality=place.area.name if place.parent else None,
        is_area_named=choice.is_named,
        is_near=is_near,
        brand=brand,
        place_name=left.name or None if not brand else None,
        categories=categories,
        kinds=reading.kinds,
        understood=reading.sentences,
        not_understood=((left.name,) if left.name and brand else ())
        + ((left.details,) if left.details else ())
        + choice.unused,
        is_sports_related=is_sport or subject.brand is not None or any(kind.is_sport for kind in reading.kinds),
        is_ev_related="ev_charging" in categories,
        is_brand_search=brand is not None,
        is_category_search=brand is None and not left.name and bool(categories),
    )


def _as_named(area: str, vocabulary: Vocabulary, text: str) -> str:
    """The name of a seed area as the query spells it."""
    names = next(row.names for row in vocabulary.areas if row.area.name == area)
    return next(written for name in names if (written := as_written(name, text)))


def _refuse_where_i_am(words: QueryWords) -> None:
    if WHERE_I_AM.spots(words.folded):
        raise QueryError(
            'Trigpoint does not know where you are. Name an area, such as "gyms leith", or give --near LAT,LON.'
        )


def _refuse_unknown_area(words: QueryWords, postcode: str | None) -> None:
    """Raise QueryError where the query says that an area follows, and the area is not known."""
    if postcode:
        raise QueryError(f"Trigpoint does not know where {postcode} is. Name its town, or give --near LAT,LON.")
    number = len(words.folded)
    start = max((at + 1 for at, word in enumerate(words.folded) if word in BEFORE_AN_UNKNOWN_AREA), default=number)
    if start < number and not words.is_taken[start]:
        named = words.text[words.spelled[start].start :]
        raise QueryError(
            f'There is no area "{named}" that Trigpoint knows, so no source was asked. '
            "Check the spelling, or give --area NAME, --near LAT,LON or --box S,W,N,E."
        )
