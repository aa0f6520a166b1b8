"""Kinds of place and brands by the words that people use for them. `make vocabulary` writes most of it."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

from extract.folding import fold
from orchestrate.plan.vocabulary.index import SortedFile
from orchestrate.seeds.files import read_seed

FOLDER = Path(__file__).parent
WORDS_FILE, BRANDS_FILE = FOLDER / "kind_words.csv", FOLDER / "brands.csv"
WORD_COLUMNS = ("key", "kind", "rank", "languages")
BRAND_COLUMNS = ("key", "rank", "brand", "kind", "countries", "wikidata")
COMPOUNDING = frozenset(["de", "nl"])  # languages whose words are written together, the head last
SHORTEST_HEAD = 5
SHORTEST_SINGULAR = 3
MOST_PLURALS = 64


@dataclass(frozen=True)
class Kind:
    """A kind of place that the seed `query_vocabulary` does not know."""

    kind: str
    name: str
    tags: tuple[str, ...]  # OpenStreetMap's: key=value, or key=* for any value

    @property
    def is_sport(self) -> bool:
        return any(tag.startswith("sport=") for tag in self.tags)


@dataclass(frozen=True)
class KindWord:
    """A phrase that means a kind."""

    kind: str
    is_name: bool  # or only what people type who look for it
    languages: frozenset[str]


@dataclass(frozen=True)
class Brand:
    name: str
    kinds: tuple[str, ...]
    countries: frozenset[str]  # of all its kinds; * for everywhere

    def is_in(self, country: str | None) -> bool:
        if country is None:
            return True
        code = country.lower()
        return code in self.countries or ("*" in self.countries and f"-{code}" not in self.countries)


class PlaceWords:
    """The vocabulary of places. It reads its files only when a query has words that are looked up in them."""

    def __init__(self, seeds_dir: Path, folder: Path = FOLDER) -> None:
        self._seeds_dir = seeds_dir
        self._folder = folder
        self._words = SortedFile(folder / WORDS_FILE.name, WORD_COLUMNS)
        self._brands = SortedFile(folder / BRANDS_FILE.name, BRAND_COLUMNS)

    def meaning(self, key: str) -> list[KindWord]:
        """What the phrase means, written without spaces."""
        return [
            KindWord(row["kind"], row["rank"] == "name", frozenset(row["languages"].split()))
            for row in self._words.rows(key)
        ]

    def brands(self, key: str) -> list[Brand]:
        """The brands of this name, those whose own name it is first: one for each spelling and set of countries."""
        kinds: dict[tuple[bool, str, str], list[str]] = defaultdict(list)
        for row in self._brands.rows(key):
            kinds[row["rank"] != "name", row["brand"], row["countries"]].append(row["kind"])
        return [
            Brand(name, tuple(sorted(found)), frozenset(countries.split()))
            for (_, name, countries), found in sorted(kinds.items())
        ]

    def singulars(self, words: tuple[str, ...], languages: Collection[str]) -> Iterator[tuple[str, str]]:
        """Phrases that `words` may be the plural of, each with its language: `museen` is `museum` in German."""
        for language in sorted(languages):
            forms = [[word, *self._singulars(word, language)] for word in words]
            for number, phrase in enumerate(product(*forms)):
                if number >= MOST_PLURALS:
                    break
                if number:  # the first is the phrase itself
                    yield "".join(fold(" ".join(phrase))), language

    def _singulars(self, word: str, language: str) -> Iterator[str]:
        for ending, singular in self._plurals.get(language, ()):
            if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_SINGULAR:
                yield word[: -len(ending)] + singular

    def heads(self, word: str, languages: Collection[str]) -> Iterator[str]:
        """Ends of a long word that may be the head of a compound, the longest first: `hotel` of `wellnesshotel`."""
        if COMPOUNDING.intersection(languages):
            yield from (word[at:] for at in range(2, len(word) - SHORTEST_HEAD + 1))

    @cached_property
    def languages(self) -> frozenset[str]:
        return frozenset(language for spoken in self._languages.values() for language in spoken)

    def languages_of(self, country: str | None) -> frozenset[str]:
        return frozenset(self._languages.get(country or "", ""))

    @cached_property
    def _languages(self) -> Mapping[str, list[str]]:
        rows = read_seed(self._seeds_dir / "address_forms.csv")
        return {row["country"]: row["languages"].split(";") for row in rows}

    @cached_property
    def _plurals(self) -> Mapping[str, list[tuple[str, str]]]:
        endings: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in _read(self._folder / "plurals.csv"):
            endings[row["language"]].append((row["ending"], row["singular"]))
        return endings

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        return {
            row["kind"]: Kind(row["kind"], row["kind_name"], tuple(row["tags"].split(";")))
            for row in read_seed(self._seeds_dir / "kinds.csv")
        }

    @cached_property
    def categories(self) -> Mapping[str, str]:
        """The kinds that the seed `query_vocabulary` knows under another word."""
        return {row["kind"]: row["category"] for row in read_seed(self._seeds_dir / "kind_categories.csv")}

    def label(self, kind: str) -> str:
        return self.categories.get(kind, self.kinds[kind].name.lower()).replace("_", " ")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
