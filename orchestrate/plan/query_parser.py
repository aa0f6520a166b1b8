"""Reads a query: its area, categories, brand and place name. All words come from seeds."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from extract.addresses.postcodes import POSTCODE
from extract.folding import Word, as_written, fold, fold_each
from ingest.calls import Area
from orchestrate.contracts.base import ErrorKind
from orchestrate.errors import UsageError
from orchestrate.plan.areas.boxes import widened
from orchestrate.plan.areas.candidates import Atlas, Phrase
from orchestrate.plan.areas.choice import ChosenArea, choose_area, default_area
from orchestrate.plan.areas.known import AreaRow, load_areas
from orchestrate.plan.areas.mentions import OtherWords
from orchestrate.plan.vocabulary.reading import PlaceReading, SeedWords, Span, read_places
from orchestrate.plan.vocabulary.words import Kind, PlaceWords
from orchestrate.seeds.files import read_seed

MAX_QUERY_CHARACTERS = 500
KINDS = ("sport", "category", "ev")  # the kinds of terms that say what place is asked for
ANY_PLACE = (("venue",), ("place",), ("spot",), ("facility",))  # they say nothing of the kind of place
NEAR_WORDS = ("near", "nearby", "nearest", "close to", "closest", "around")
WHERE_I_AM = ("near me", "around me", "close to me", "nearest to me", "nearby me", "my area", "my location")
BEFORE_AN_UNKNOWN_AREA = frozenset(["in", "near", "around"])


class QueryError(UsageError):
    """The query cannot be used. The message says why and what to do."""

    kind: ErrorKind = "query"


@dataclass(frozen=True)
class Term:
    """One row of query_vocabulary.csv."""

    words: tuple[str, ...]
    kind: str
    canonical: str
    brand_category: str
    not_with: tuple[tuple[str, ...], ...]  # with one of these words the term means something else


@dataclass(frozen=True)
class Vocabulary:
    terms: tuple[Term, ...]
    areas: tuple[AreaRow, ...]
    places: PlaceWords  # what the terms do not know

    @property
    def default_area(self) -> AreaRow:
        return self.areas[0]

    @cached_property
    def atlas(self) -> Atlas:
        return Atlas(self.areas)

    @cached_property
    def _phrases(self) -> frozenset[Phrase]:
        """What the terms say, and what they do not mean: sale is no town in "for sale"."""
        return frozenset(phrase for term in self.terms for phrase in (term.words, *term.not_with))

    def is_word(self, phrase: Phrase) -> bool:
        """Whether the phrase is a word for something else than an area: `bar`."""
        return phrase in self._phrases or any(meaning.is_name for meaning in self.places.meaning("".join(phrase)))

    def is_brand(self, phrase: Phrase) -> bool:
        """Whether it is a brand of several words, which may have the name of a town in it."""
        country = self.default_area.area.country
        return len(phrase) > 1 and any(brand.is_in(country) for brand in self.places.brands("".join(phrase)))


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


def load_vocabulary(seeds_dir: Path) -> Vocabulary:
    terms = [
        Term(
            words=tuple(fold(row["term"])),
            kind=row["kind"],
            canonical=row["canonical"],
            brand_category=row["brand_category"],
            not_with=_phrases(row["not_with"]),
        )
        for row in read_seed(seeds_dir / "query_vocabulary.csv")
    ]
    # A brand is also written as one word: davidlloyd.
    terms += [replace(t, words=("".join(t.words),)) for t in terms if t.kind == "brand" and len(t.words) > 1]
    return Vocabulary(tuple(terms), load_areas(seeds_dir), PlaceWords(seeds_dir))


def _phrases(cell: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(fold(phrase)) for phrase in cell.split(";") if phrase.strip())


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
    text = POSTCODE.sub(r"\1", text)  # the first half of a postcode is its area
    spelled = fold_each(text)
    words = [word.folded for word in spelled]
    if pinned is None:
        _refuse_where_i_am(words)
    taken = [False] * len(words)
    # "Edinburgh Leisure" is a brand, so brands of several words are found before areas.
    long_brands = [term for term in vocabulary.terms if term.kind == "brand" and len(term.words) > 1]
    found = _take_terms(words, taken, long_brands)
    named_area = choose_area(
        text, spelled, taken, vocabulary.atlas, OtherWords(vocabulary.is_word, vocabulary.is_brand)
    )
    found += _take_terms(words, taken, vocabulary.terms)
    term = next((t for t in found if t.kind == "brand"), None)
    known = [t for t in found if t.kind in KINDS]
    country = (pinned or named_area or default_area(vocabulary.atlas)).area.country
    seed = SeedWords(
        kinds=_spots(words, known),
        others=_spots(words, [t for t in found if t.kind in ("stop_word", "venue_word") and t.words not in ANY_PLACE]),
        refused=_refused(words, vocabulary.terms),
        country=country,
    )
    # A brand of the seed is the whole question.
    reading = PlaceReading() if term else read_places(text, spelled, taken, seed, vocabulary.places)
    brand = term.canonical if term else reading.brand
    named = [t.canonical for t in known if not reading.explains(_spots(words, [t]))] + list(reading.categories)
    if brand and not named:
        named = [term.brand_category] * bool(term.brand_category) if term else list(reading.brand_categories)
    if named_area is None and pinned is None:
        _refuse_unknown_area(text, spelled, taken, postcode[0] if postcode else None)
    left = [(word.start, word.end) for word, is_taken in zip(spelled, taken, strict=True) if not is_taken]
    rest = " ".join(text[start:end] for start, end in dict.fromkeys(left))
    is_near = any(_find_all(words, tuple(fold(near))) for near in NEAR_WORDS)
    choice = pinned or named_area or default_area(vocabulary.atlas)
    place = choice.candidate
    if not pinned and place.kind == "landmark" and not (rest or named or brand or is_near):
        # The query has only the landmark, so the landmark is the place.
        rest = _as_named(place.area.name, vocabulary, text)
    sports = {t.canonical for t in vocabulary.terms if t.kind == "sport"} | {"sports_centre", "sports_club"}
    return Features(
        area=widened(place.area) if is_near and not pinned else place.area,
        area_choice=choice,
        city=place.parent or (place.area.name if place.kind == "city" else None),
        region=place.region,
        locality=place.area.name if place.parent else None,
        is_area_named=choice.is_named,
        is_near=is_near,
        brand=brand,
        place_name=rest or None if not brand else None,
        categories=tuple(dict.fromkeys(named)),
        kinds=reading.kinds,
        understood=reading.sentences,
        not_understood=((rest,) if rest and brand else ()) + choice.unused,
        is_sports_related=bool(sports & set(named)) or term is not None or any(k.is_sport for k in reading.kinds),
        is_ev_related="ev_charging" in named,
        is_brand_search=brand is not None,
        is_category_search=brand is None and not rest and bool(named),
    )


def _as_named(area: str, vocabulary: Vocabulary, text: str) -> str:
    """The name of a seed area as the query spells it."""
    names = next(row.names for row in vocabulary.areas if row.area.name == area)
    return next(written for name in names if (written := as_written(name, text)))


def _refuse_where_i_am(words: Sequence[str]) -> None:
    if any(_find_all(words, tuple(fold(phrase))) for phrase in WHERE_I_AM):
        raise QueryError(
            'Trigpoint does not know where you are. Name an area, such as "gyms leith", or give --near LAT,LON.'
        )


def _refuse_unknown_area(text: str, spelled: Sequence[Word], taken: Sequence[bool], postcode: str | None) -> None:
    """Raise QueryError where the query says that an area follows, and the area is not known."""
    if postcode:
        raise QueryError(f"Trigpoint does not know where {postcode} is. Name its town, or give --near LAT,LON.")
    words = [word.folded for word in spelled]
    start = max((at + 1 for at, word in enumerate(words) if word in BEFORE_AN_UNKNOWN_AREA), default=len(words))
    if start < len(words) and not taken[start]:
        named = text[spelled[start].start :]
        raise QueryError(
            f'There is no area "{named}" that Trigpoint knows, so no source was asked. '
            "Check the spelling, or give --area NAME, --near LAT,LON or --box S,W,N,E."
        )


def _take_terms(words: Sequence[str], taken: list[bool], terms: Iterable[Term]) -> list[Term]:
    found = []
    for term in sorted(terms, key=lambda t: -len(t.words)):
        if any(_find_all(words, other) for other in term.not_with):
            continue
        width = len(term.words)
        spots = [at for at in _find_all(words, term.words) if not any(taken[at : at + width])]
        for at in spots:
            taken[at : at + width] = [True] * width
        found += [term] * bool(spots)
    return found


def _refused(words: Sequence[str], terms: Iterable[Term]) -> tuple[Span, ...]:
    """Where a term stands that means something else here: "golf" in "crazy golf"."""
    elsewhere = [t for t in terms if t.kind in KINDS and any(_find_all(words, other) for other in t.not_with)]
    return _spots(words, elsewhere)


def _spots(words: Sequence[str], terms: Iterable[Term]) -> tuple[Span, ...]:
    return tuple((at, at + len(term.words)) for term in terms for at in _find_all(words, term.words))


def _find_all(words: Sequence[str], phrase: tuple[str, ...]) -> list[int]:
    width = len(phrase)
    return [at for at in range(len(words) - width + 1) if tuple(words[at : at + width]) == phrase]
