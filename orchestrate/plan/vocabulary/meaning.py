"""Decides what a phrase of a query means: a kind of place, a brand, or a name.

1. The longest phrase counts.
2. What a kind is called, in English or a language of the area's country, is that kind.
3. A brand counts in the countries where it is. A brand of one word counts only if no other word is left, because many
   of them are common words: "next", "boots".
4. A plural, then a compound, is its kind: "museen", "wellnesshotel".
5. A search term, which people type who look for a kind, is that kind if no other word is left and no other kind is
   asked for.
6. With "the" before it, a kind in the singular is a name: "the grill".
7. What the seed `query_vocabulary` knows is not looked up. Where the seed says that its word means something else, as
   in "crazy golf", a search term with that word is a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from extract.folding import Word
from orchestrate.plan.vocabulary.words import Brand, KindWord, PlaceWords

LONGEST_PHRASE, LONGEST_PLURAL = 5, 3
SHORTEST_KNOWN = 3  # words of a brand that the seed knows one by one: "bank of scotland"
ENGLISH = "en"
ARTICLE = "the"


@dataclass(frozen=True)
class Query:
    """The words of a query, and which of them may be looked up. The flags are one for each word."""

    text: str
    words: Sequence[Word]
    is_free: Sequence[bool]  # not the area, a brand or a stop word
    is_left: Sequence[bool]  # free, and not yet understood
    is_refused: Sequence[bool]  # the seed knows the word, and it means something else here
    country: str | None
    has_kind: bool = False


@dataclass(frozen=True)
class Meaning:
    """What the words from `start` to `end` mean. Without kinds and brand they are a name."""

    start: int
    end: int
    sentence: str
    kinds: tuple[str, ...] = ()
    brand: str | None = None


@dataclass
class _Reader:
    query: Query
    words: PlaceWords
    languages: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        country = self.query.country
        self.languages = self.words.languages_of(country) | {ENGLISH} if country else self.words.languages

    def spans(self) -> Iterator[tuple[int, int]]:
        """Each phrase of free words, the longest first. A short one has a word that is not yet understood."""
        number = len(self.query.words)
        for width in range(min(LONGEST_PHRASE, number), 0, -1):
            for start in range(number - width + 1):
                end = start + width
                is_refused = all(self.query.is_refused[start:end])
                is_open = self.is_new(start, end) or width >= SHORTEST_KNOWN
                if all(self.query.is_free[start:end]) and is_open and not is_refused:
                    yield start, end

    def read(self, start: int, end: int) -> Meaning | None:
        """The meaning of the name of a kind or a brand, whatever its case, accents, spaces and English plural."""
        key = "".join(self.folded(start, end))
        named = self.kinds(self.words.meaning(key), is_name=True, languages=self.languages)
        brands = self.words.brands(key)
        brand = next((brand for brand in brands if brand.is_in(self.query.country)), None)
        if named and self.is_new(start, end):
            return self.name_with_article(start, end) or self.kind(start, end, named, brand)
        if brand and (end - start > 1 or self.is_all(start, end)):
            kinds = {kind for b in brands if b.name == brand.name and b.is_in(self.query.country) for kind in b.kinds}
            return self.brand(start, end, brand, self.known(sorted(kinds)))
        return None

    def read_inflected(self, start: int, end: int) -> Meaning | None:
        """The meaning of a plural, or of a compound: `museen`, `wellnesshotel`."""
        words, said = self.folded(start, end), self.said(start, end)
        if len(words) > LONGEST_PLURAL or not self.is_new(start, end):
            return None
        for key, language in self.words.singulars(words, self.languages - {ENGLISH}):
            if kinds := self.kinds(self.words.meaning(key), is_name=True, languages=frozenset([language])):
                return self.kind(start, end, kinds)
        for head in self.words.heads(words[0], self.languages) if len(words) == 1 else ():
            if kinds := self.kinds(self.words.meaning(head), is_name=True, languages=self.languages - {ENGLISH}):
                return Meaning(start, end, f'"{said}" is a compound of the kind {self.listed(kinds)}', kinds)
        return None

    def read_term(self, start: int, end: int) -> Meaning | None:
        """The meaning of a search term, or why the words are a name."""
        if not self.is_all(start, end) or not self.is_new(start, end):
            return None
        words = self.folded(start, end)
        if kinds := self.terms("".join(words), start, end, self.languages):
            return self.name_with_article(start, end) or self.kind(start, end, kinds, word="a word for the kind")
        if len(words) <= LONGEST_PLURAL:
            for key, language in self.words.singulars(words, self.languages - {ENGLISH}):
                if kinds := self.terms(key, start, end, frozenset([language])):
                    return self.kind(start, end, kinds, word="a word for the kind")
        if brands := self.words.brands("".join(words)):
            elsewhere = f"the brand {brands[0].name} is not in {self.query.country}"
            return Meaning(start, end, f'"{self.said(start, end)}" is read as a name: {elsewhere}')
        return None

    def kind(
        self, start: int, end: int, kinds: tuple[str, ...], brand: Brand | None = None, word: str = "the kind"
    ) -> Meaning:
        other = f", not the brand {brand.name}" if brand else ""
        return Meaning(start, end, f'"{self.said(start, end)}" is {word} {self.listed(kinds)}{other}', kinds)

    def brand(self, start: int, end: int, brand: Brand, kinds: tuple[str, ...]) -> Meaning:
        said = self.said(start, end)
        meant = self.terms("".join(self.folded(start, end)), start, end, self.languages)
        other = f", not the kind {self.listed(meant)}" if meant else ""
        # A name in another script finds fewer places than what was typed.
        name = said if said.isascii() and not brand.name.isascii() else brand.name
        return Meaning(start, end, f'"{said}" is the brand {brand.name}{other}', kinds, name)

    def kinds(self, meanings: Iterable[KindWord], *, is_name: bool, languages: frozenset[str]) -> tuple[str, ...]:
        """The kinds, without those whose parent is also among them."""
        fitting = {m.kind for m in meanings if m.is_name == is_name and m.languages & languages}
        parents = {kind for kind in fitting if any(kind.startswith(f"{other}/") for other in fitting)}
        return self.known(sorted(fitting - parents))

    def terms(self, key: str, start: int, end: int, languages: frozenset[str]) -> tuple[str, ...]:
        if self.query.has_kind or any(self.query.is_refused[start:end]):
            return ()
        return self.kinds(self.words.meaning(key), is_name=False, languages=languages)

    def known(self, kinds: Iterable[str]) -> tuple[str, ...]:
        return tuple(kind for kind in kinds if kind in self.words.kinds)

    def listed(self, kinds: Iterable[str]) -> str:
        return " or ".join(dict.fromkeys(self.words.label(kind) for kind in kinds))

    def said(self, start: int, end: int) -> str:
        """The phrase as typed."""
        return self.query.text[self.query.words[start].start : self.query.words[end - 1].end]

    def folded(self, start: int, end: int) -> tuple[str, ...]:
        return tuple(word.folded for word in self.query.words[start:end])

    def is_new(self, start: int, end: int) -> bool:
        """Whether the phrase has a word that is not yet understood."""
        return any(self.query.is_left[start:end])

    def is_all(self, start: int, end: int) -> bool:
        """Whether the phrase has every word that is not yet understood."""
        return not any(self.query.is_left[:start]) and not any(self.query.is_left[end:])

    def name_with_article(self, start: int, end: int) -> Meaning | None:
        """A name, if "the" is before a phrase in the singular that is all that is left: "the grill"."""
        said, last = self.said(start, end), self.folded(start, end)[-1]
        is_plural = said.casefold().endswith("s") and not last.endswith("s")
        if start and self.folded(start - 1, start) == (ARTICLE,) and not is_plural and self.is_all(start, end):
            return Meaning(start, end, f'"{ARTICLE} {said}" is read as a name, because of "{ARTICLE}"')
        return None


def read_meanings(query: Query, words: PlaceWords) -> list[Meaning]:
    """What the words mean that are not yet understood, each word once."""
    found: list[Meaning] = []
    left, free = list(query.is_left), list(query.is_free)
    while True:
        reader = _Reader(replace(query, is_free=free, is_left=left), words)
        readings = (reader.read, reader.read_inflected, reader.read_term)
        meaning = next((m for read in readings for span in reader.spans() if (m := read(*span))), None)
        if meaning is None:
            break
        found.append(meaning)
        query = replace(query, has_kind=query.has_kind or bool(meaning.kinds))
        for at in range(meaning.start, meaning.end):
            left[at] = free[at] = False
    return found
