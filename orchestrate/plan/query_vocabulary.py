"""The words of queries: the terms of the seed `query_vocabulary`, the areas, and the vocabulary of places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from extract.folding import fold
from extract.phrases import Phrases
from orchestrate.plan.areas.candidates import Atlas, Phrase
from orchestrate.plan.areas.known import AreaRow, load_areas
from orchestrate.plan.areas.mentions import OtherWords
from orchestrate.plan.vocabulary.words import PlaceWords
from orchestrate.seeds.files import read_seed

KINDS = ("sport", "category", "ev")  # the kinds of terms that say what place is asked for


@dataclass(frozen=True)
class Term:
    """One row of query_vocabulary.csv."""

    words: tuple[str, ...]
    kind: str
    canonical: str
    brand_category: str
    not_with: tuple[tuple[str, ...], ...]  # with one of these phrases the term means something else

    @property
    def is_kind(self) -> bool:
        return self.kind in KINDS

    def means_itself(self, words: Sequence[str]) -> bool:
        """Whether the query has none of the phrases with which the term means something else."""
        return not self._exceptions.spots(words)

    @cached_property
    def _exceptions(self) -> Phrases[None]:
        return Phrases((phrase, None) for phrase in self.not_with)


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
    def phrases(self) -> Phrases[Term]:
        return Phrases((term.words, term) for term in self.terms)

    @cached_property
    def long_brands(self) -> Phrases[Term]:
        """The brands of several words, which may have the name of an area in them."""
        return Phrases((term.words, term) for term in self.terms if term.kind == "brand" and len(term.words) > 1)

    @cached_property
    def other_words(self) -> OtherWords:
        return OtherWords(self._is_word, self._is_wanted, self._is_brand)

    def _is_word(self, phrase: Phrase) -> bool:
        """Whether the phrase is a word for something else than an area: `bar`."""
        return phrase in self._known or any(meaning.is_name for meaning in self.places.meaning("".join(phrase)))

    def _is_wanted(self, phrase: Phrase) -> bool:
        """Whether the phrase says what is wanted: a kind of place, or a brand."""
        joined, country = "".join(phrase), self.default_area.area.country
        is_kind = phrase in self._wanted or any(meaning.is_name for meaning in self.places.meaning(joined))
        return is_kind or any(brand.is_in(country) for brand in self.places.brands(joined))

    def _is_brand(self, phrase: Phrase) -> bool:
        """Whether it is a brand of several words, which may have the name of a town in it."""
        country = self.default_area.area.country
        return len(phrase) > 1 and any(brand.is_in(country) for brand in self.places.brands("".join(phrase)))

    @cached_property
    def _known(self) -> frozenset[Phrase]:
        """What the terms say, and what they do not mean: sale is no town in "for sale"."""
        return frozenset(phrase for term in self.terms for phrase in (term.words, *term.not_with))

    @cached_property
    def _wanted(self) -> frozenset[Phrase]:
        return frozenset(term.words for term in self.terms if term.is_kind or term.kind == "brand")

    @cached_property
    def sports(self) -> frozenset[str]:
        return frozenset(term.canonical for term in self.terms if term.kind == "sport")


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
