"""What the vocabulary of places adds to the reading of a query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extract.folding import Word
from orchestrate.plan.vocabulary.meaning import Meaning, Query, read_meanings
from orchestrate.plan.vocabulary.words import Kind, PlaceWords

Span = tuple[int, int]


@dataclass(frozen=True)
class PlaceReading:
    """The kinds and the brand that the words mean which the seed `query_vocabulary` does not know."""

    categories: tuple[str, ...] = ()  # a kind that the seed knows under another word is that word
    brand: str | None = None
    brand_categories: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()  # those of the categories that the seed does not know
    sentences: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()  # the words that it explains

    def explains(self, start: int, end: int) -> bool:
        return any(first <= start and end <= last for first, last in self.spans)


@dataclass(frozen=True)
class SeedWords:
    """What the seeds found in the query before."""

    kinds: tuple[Span, ...]  # the words of its kinds
    others: tuple[Span, ...]  # words that may be part of a phrase: "and" of "marks and spencer"
    refused: tuple[Span, ...]  # terms that mean something else here
    country: str | None  # of the area


def read_places(
    text: str, spelled: Sequence[Word], taken: list[bool], seed: SeedWords, words: PlaceWords
) -> PlaceReading:
    """Look up the words that are not `taken`, and take those that are understood.

    A phrase may include the words of a kind that the seed knows: "italian restaurants" says more than "restaurants".
    """
    left = [not is_taken for is_taken in taken]
    query = Query(
        text=text,
        words=spelled,
        is_free=_with(left, (*seed.kinds, *seed.others)),
        is_left=left,
        is_refused=_with([False] * len(left), seed.refused),
        country=seed.country,
        has_kind=bool(seed.kinds),
    )
    meanings = read_meanings(query, words)
    understood = [meaning for meaning in meanings if meaning.kinds or meaning.brand]
    for meaning in understood:
        taken[meaning.start : meaning.end] = [True] * (meaning.end - meaning.start)
    return _reading(meanings, understood, words)


def _with(flags: Sequence[bool], spots: Iterable[Span]) -> list[bool]:
    changed = list(flags)
    for start, end in spots:
        changed[start:end] = [True] * (end - start)
    return changed


def _reading(meanings: Sequence[Meaning], understood: Sequence[Meaning], words: PlaceWords) -> PlaceReading:
    branded = next((meaning for meaning in understood if meaning.brand), None)
    kinds = [kind for meaning in understood if not meaning.brand for kind in meaning.kinds]
    of_brand = branded.kinds if branded else ()
    unknown = [kind for kind in (*kinds, *of_brand) if kind not in words.categories]
    return PlaceReading(
        categories=_categories(kinds, words),
        brand=branded.brand if branded else None,
        brand_categories=_categories(of_brand, words),
        kinds=tuple(words.kinds[kind] for kind in dict.fromkeys(unknown)),
        sentences=tuple(meaning.sentence for meaning in meanings),
        spans=tuple((meaning.start, meaning.end) for meaning in understood),
    )


def _categories(kinds: Iterable[str], words: PlaceWords) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words.categories.get(kind, kind) for kind in kinds))
