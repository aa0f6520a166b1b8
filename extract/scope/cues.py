"""Finds the words of the seed `scope_words`, which show what a clause says of a value."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from extract.folding import Word, fold, fold_each
from extract.phrases import Phrases, Spot
from extract.values.seed_rows import read_rows

ENGLISH = "en"
SLOT = re.compile(r"<(\w+)>")
YEAR = re.compile(r"(?:19|20)\d\ds?")
TIME = re.compile(r"\d{1,2}(?:[ap]m)?")
MONTHS = """
january february march april may june july august september october november december jan feb mar apr jun jul aug sep
sept oct nov dec spring summer autumn winter januar februar marz mai juni juli oktober dezember janvier fevrier mars
avril juin juillet aout septembre octobre novembre decembre enero febrero marzo abril mayo junio julio agosto septiembre
octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre"""
MONTH = frozenset(fold(MONTHS))


class Cue(NamedTuple):
    """A term of the seed and its position in the text. A term may be of several kinds."""

    kinds: frozenset[str]
    start: int
    end: int


class Cues:
    """The terms of some languages. Of two terms that overlap, the longer counts: "not only" is no "not"."""

    def __init__(self, terms: Sequence[tuple[str, str]]) -> None:
        kinds: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self._answers = {term.casefold(): kind for kind, term in terms if kind in ("answer_no", "answer_yes")}
        for kind, term in terms:
            if kind not in ("answer_no", "answer_yes"):
                kinds[tuple(fold(SLOT.sub(r"slot\1", term)))].add(kind)
        self._phrases = Phrases((words, frozenset(of)) for words, of in kinds.items() if words)

    def answer(self, said: str) -> str | None:
        """The kind of a whole answer after a label: `answer_no` or `answer_yes`."""
        return self._answers.get(" ".join(said.casefold().split()))

    @lru_cache(maxsize=512)  # noqa: B019 (one object for each set of languages)
    def beside(self, text: str, start: int, end: int) -> tuple[Cue, ...]:
        """The cues outside of text[start:end]. One that reaches into it hides no other, as "access to" hides "to"."""
        words, spots = self._standing(text)
        outside = [s for s in spots if words[s.end - 1].end <= start or end <= words[s.start].start]
        found = self._phrases.resolved(outside)
        return tuple([Cue(s.what, words[s.start].start, words[s.end - 1].end) for s in found])

    @lru_cache(maxsize=256)  # noqa: B019
    def _standing(self, text: str) -> tuple[Sequence[Word], Sequence[Spot[frozenset[str]]]]:
        """The words, and all terms among them, also those that overlap."""
        words = fold_each(text)
        return words, self._phrases.standing([_with_slot(word.folded) for word in words])


@lru_cache(maxsize=10_000)  # texts share most of their words
def _with_slot(word: str) -> str:
    if word in MONTH:
        return "slotmonth"
    if not word[0].isdigit():
        return word
    return "slotyear" if YEAR.fullmatch(word) else "slottime" if TIME.fullmatch(word) else word


@dataclass(frozen=True, eq=False)  # created once: the object itself is the key in caches
class ScopeWords:
    terms: tuple[tuple[str, str, str], ...]  # language, kind, term

    def of(self, languages: Sequence[str]) -> Cues:
        return _cues(self, (ENGLISH, *(language for language in languages if language != ENGLISH)))


@lru_cache(maxsize=64)
def _cues(words: ScopeWords, languages: tuple[str, ...]) -> Cues:
    return Cues([(kind, term) for language, kind, term in words.terms if language in languages])


def load_scope_words(seed: Path) -> ScopeWords:
    return ScopeWords(tuple((row["language"], row["kind"], row["term"]) for row in read_rows(seed)))
