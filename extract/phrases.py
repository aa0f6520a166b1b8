"""Finds known phrases in a text, or in the words of a query. The longest phrase counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from extract.folding import Word, fold_each

T = TypeVar("T")


class Mention(NamedTuple, Generic[T]):
    """The meaning of a phrase in a text, and its position: text[start:end]."""

    what: T
    start: int
    end: int


class Spot(NamedTuple, Generic[T]):
    """The meaning of a phrase among words, and its position: words[start:end]."""

    what: T
    start: int
    end: int


_spot = partial(tuple.__new__, Spot)  # a call of Spot takes longer


class Phrases(Generic[T]):
    """Phrases of folded words, each with its meaning. Of two phrases with the same words, the first counts."""

    def __init__(self, entries: Iterable[tuple[Sequence[str], T]]) -> None:
        self._meanings: dict[tuple[str, ...], list[T]] = defaultdict(list)
        lengths: dict[str, set[int]] = defaultdict(set)
        for words, what in entries:
            self._meanings[tuple(words)].append(what)
            lengths[words[0]].add(len(words))
        self._lengths = {word: tuple(sorted(of)) for word, of in lengths.items()}  # of the phrases with this first word

    def may_begin(self, words: Iterable[str]) -> bool:
        """Whether a phrase begins with one of the words. Most texts have no phrase of most kinds."""
        return not self._lengths.keys().isdisjoint(words)

    def in_text(self, text: str) -> list[Mention[T]]:
        return self.among(fold_each(text))

    def among(self, words: Sequence[Word]) -> list[Mention[T]]:
        """As `spots`, with the positions in the text."""
        folded = [word.folded for word in words]
        if not self.may_begin(folded):
            return []
        spots = self.spots(folded)
        return [Mention(spot.what, words[spot.start].start, words[spot.end - 1].end) for spot in spots]

    def spots(
        self,
        words: Sequence[str],
        taken: Iterable[int] = (),
        may_count: Callable[[T], bool] = lambda _: True,
    ) -> list[Spot[T]]:
        """Each position of a phrase, in the order of the words.

        Of phrases that overlap, the longest counts; of equally long ones, the first among the words. A phrase with a
        word at a `taken` position does not count.
        """
        return self.resolved(self.standing(words), taken, may_count)

    def resolved(
        self, spots: Iterable[Spot[T]], taken: Iterable[int] = (), may_count: Callable[[T], bool] = lambda _: True
    ) -> list[Spot[T]]:
        """Those of the spots that count, as in `spots`."""
        used = set(taken)
        found: list[Spot[T]] = []
        for spot in sorted(spots, key=_longest_first):
            positions = range(spot.start, spot.end)
            if used.isdisjoint(positions) and may_count(spot.what):
                used.update(positions)
                found.append(spot)
        found.sort(key=_by_start)
        return found

    def standing(self, words: Sequence[str]) -> list[Spot[T]]:
        """Each position of each phrase, also of those that overlap."""
        if not self.may_begin(words):
            return []
        lengths, meanings = self._lengths, self._meanings
        return [
            _spot((what, at, at + length))
            for at, word in enumerate(words)
            if word in lengths
            for length in lengths[word]
            if at + length <= len(words)
            for what in meanings.get(tuple(words[at : at + length]), ())
        ]


def _longest_first(spot: Spot[T]) -> int:
    return spot.start - spot.end


def _by_start(spot: Spot[T]) -> int:
    return spot.start
