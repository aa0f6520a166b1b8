"""Finds known phrases in a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from extract.folding import Word, fold_each

T = TypeVar("T")


@dataclass(frozen=True)
class Mention(Generic[T]):
    """The meaning of a phrase in a text, and its position: text[start:end]."""

    what: T
    start: int
    end: int


class Phrases(Generic[T]):
    """Phrases of folded words, each with its meaning. Of two phrases with the same words, the first counts."""

    def __init__(self, entries: Iterable[tuple[Sequence[str], T]]) -> None:
        self._by_first_word: dict[str, list[tuple[tuple[str, ...], T]]] = defaultdict(list)
        for words, what in entries:
            self._by_first_word[words[0]].append((tuple(words), what))

    def in_text(self, text: str) -> list[Mention[T]]:
        return self.among(fold_each(text))

    def among(self, words: Sequence[Word]) -> list[Mention[T]]:
        """Each position of a phrase, in the order of the text. Of overlapping phrases, the longest counts."""
        folded = [word.folded for word in words]
        standing = [
            (at, len(phrase), what)
            for at, word in enumerate(folded)
            for phrase, what in self._by_first_word.get(word, ())
            if tuple(folded[at : at + len(phrase)]) == phrase
        ]
        taken: set[int] = set()
        found: list[Mention[T]] = []
        for at, width, what in sorted(standing, key=lambda one: -one[1]):
            spots = range(at, at + width)
            if taken.isdisjoint(spots):
                taken.update(spots)
                found.append(Mention(what, words[at].start, words[at + width - 1].end))
        return sorted(found, key=lambda mention: mention.start)
