"""Reads a query: its area, categories, brand and place name. All words come from seeds."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from extract.addresses.postcodes import POSTCODE
from extract.folding import as_written, fold, fold_each
from ingest.calls import Area
from orchestrate.contracts.base import ErrorKind
from orchestrate.errors import UsageError
from orchestrate.plan.elsewhere import find_town
from orchestrate.plan.vocabulary.reading import PlaceReading, SeedWords, Span, read_places
from orchestrate.plan.vocabulary.words import Kind, PlaceWords
from orchestrate.seeds.files import read_seed

MAX_QUERY_CHARACTERS = 500
KINDS = ("sport", "category", "ev")  # the kinds of terms that say what place is asked for
ANY_PLACE = (("venue",), ("place",), ("spot",), ("facility",))  # they say nothing of the kind of place
NEAR_WORDS = ("near", "nearby", "nearest", "close to", "closest", "around")
WHERE_I_AM = ("near me", "around me", "close to me", "nearest to me", "nearby me", "my area", "my location")
BEFORE_A_TOWN = frozenset(["in", "near", "around", "at"])
# With one of these words, a town at the start is part of a name: "Hamilton Tennis Club".
NAME_MAKERS = frozenset(fold("club centre center society academy school hall arms house hotel inn college university"))
NEAR_MARGIN_DEGREES = 0.02  # about 2 km north and 1.2 km east: "near portobello" includes places outside its box


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
class AreaRow:
    """One row of areas.csv, with all its names as folded words."""

    area: Area
    kind: str
    parent: str
    region: str
    names: tuple[tuple[str, ...], ...]

    @property
    def city(self) -> str:
        return self.parent or self.area.name


@dataclass(frozen=True)
class Vocabulary:
    terms: tuple[Term, ...]
    areas: tuple[AreaRow, ...]
    places: PlaceWords  # what the terms do not know

    @property
    def default_area(self) -> AreaRow:
        return self.areas[0]


@dataclass(frozen=True)
class Features:
    """The parsed query, in terms of the vocabulary."""

    area: Area
    city: str
    region: str
    locality: str | None  # None if the area is a whole city
    is_area_named: bool
    is_near: bool
    brand: str | None
    place_name: str | None  # words that no seed knows: perhaps a name
    categories: tuple[str, ...]  # canonical values, and kinds of the vocabulary of places
    kinds: tuple[Kind, ...]  # the kinds among the categories
    understood: tuple[str, ...]  # a sentence for each phrase that the vocabulary of places decided about
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
    areas = tuple(_area(row) for row in read_seed(seeds_dir / "areas.csv"))
    return Vocabulary(tuple(terms), areas, PlaceWords(seeds_dir))


def _area(row: dict[str, str]) -> AreaRow:
    numbers = {k: float(row[k]) for k in ("latitude", "longitude", "south", "west", "north", "east")}
    names = (tuple(fold(row["area_name"])), *_phrases(row["aliases"]))
    return AreaRow(
        Area(row["area_name"], country=row["country"], **numbers), row["kind"], row["parent"], row["region"], names
    )


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


def read_query(text: str, vocabulary: Vocabulary) -> Features:
    """Parse a cleaned query. Areas are found first; then the longest phrase wins."""
    text = POSTCODE.sub(r"\1", text)  # the first half of a postcode is its area
    spelled = fold_each(text)
    words = [word.folded for word in spelled]
    taken = [False] * len(words)
    # "Edinburgh Leisure" is a brand, so brands of several words are found before areas.
    long_brands = [term for term in vocabulary.terms if term.kind == "brand" and len(term.words) > 1]
    found = _take_terms(words, taken, long_brands)
    row = _take_area(words, taken, vocabulary.areas)
    found += _take_terms(words, taken, vocabulary.terms)
    term = next((t for t in found if t.kind == "brand"), None)
    known = [t for t in found if t.kind in KINDS]
    country = (row or vocabulary.default_area).area.country
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
    if row is None:
        _refuse_elsewhere(text, words, taken, has_kind=bool(named or brand))
    left = [(word.start, word.end) for word, is_taken in zip(spelled, taken, strict=True) if not is_taken]
    rest = " ".join(text[start:end] for start, end in dict.fromkeys(left))
    is_near = any(_find_all(words, tuple(fold(near))) for near in NEAR_WORDS)
    if row and row.kind == "landmark" and not (rest or named or brand or is_near):
        # The query has only the landmark, so the landmark is the place.
        rest = next(name for names in row.names if (name := as_written(names, text)))
    place = row or vocabulary.default_area
    sports = {t.canonical for t in vocabulary.terms if t.kind == "sport"} | {"sports_centre", "sports_club"}
    return Features(
        area=_widened(place.area) if is_near else place.area,
        city=place.city,
        region=place.region,
        locality=place.area.name if place.parent else None,
        is_area_named=row is not None,
        is_near=is_near,
        brand=brand,
        place_name=rest or None if not brand else None,
        categories=tuple(dict.fromkeys(named)),
        kinds=reading.kinds,
        understood=reading.sentences,
        is_sports_related=bool(sports & set(named)) or term is not None or any(k.is_sport for k in reading.kinds),
        is_ev_related="ev_charging" in named,
        is_brand_search=brand is not None,
        is_category_search=brand is None and not rest and bool(named),
    )


def _refuse_elsewhere(text: str, words: Sequence[str], taken: Sequence[bool], *, has_kind: bool) -> None:
    """Raise QueryError for a query about an unknown area: "padel dublin", "gyms near me".

    A town counts at the end of the query, after a word such as "in", or if no other words are left. "Hamilton tennis
    club" may be a name.
    """
    if any(_find_all(words, tuple(fold(phrase))) for phrase in WHERE_I_AM):
        raise QueryError('Trigpoint does not know where you are. Name an area, such as: "gyms leith".')
    for start, end in _runs_left(taken):
        town = find_town(words[start:end])
        is_behind = start > 0 and words[start - 1] in BEFORE_A_TOWN
        is_last = end == len(words) and start > 0
        is_first = start == 0 and not NAME_MAKERS.intersection(words)
        if town and (is_behind or (has_kind and (is_last or is_first))):
            raise QueryError(
                f"{town} is no area that Trigpoint knows, so no source was asked. The seed areas lists all areas. "
                f'If {town.name} is part of the name of a place, add its area: "{text} edinburgh".'
            )


def _runs_left(taken: Sequence[bool]) -> list[tuple[int, int]]:
    """Each run of unknown words, and each end of a run: "italian dublin" is about Dublin."""
    runs: list[tuple[int, int]] = []
    start = None
    for at, is_taken in enumerate([*taken, True]):
        if not is_taken and start is None:
            start = at
        elif is_taken and start is not None:
            runs += [(first, at) for first in range(start, at)]
            start = None
    return runs


def _take_area(words: Sequence[str], taken: list[bool], areas: Iterable[AreaRow]) -> AreaRow | None:
    """The narrowest named area. Takes every area name in the query ("portobello edinburgh").

    A named city decides between areas with the same name: "glasgow west end" is in Glasgow.
    """
    found: list[tuple[int, AreaRow]] = []
    for row in areas:
        for name in row.names:
            spots = _find_all(words, name)
            found += [(len(name), row)] * bool(spots)
            for at in spots:
                taken[at : at + len(name)] = [True] * len(name)
    cities = {row.city for _, row in found if row.kind == "city"}
    narrow_first = sorted(found, key=lambda hit: (hit[1].kind == "city", -hit[0]))
    return next((row for _, row in narrow_first if not cities or row.city in cities), None)


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


def _widened(area: Area) -> Area:
    return Area(
        area.name,
        area.latitude,
        area.longitude,
        area.south - NEAR_MARGIN_DEGREES,
        area.west - NEAR_MARGIN_DEGREES,
        area.north + NEAR_MARGIN_DEGREES,
        area.east + NEAR_MARGIN_DEGREES,
        area.country,
    )
