"""Finds the words of the seed `scope_words`, which show what a clause says of a value."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from extract.folding import Word, fold, fold_each
from extract.phrases import Phrases
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


@dataclass(frozen=True)
class Cue:
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

    @lru_cache(maxsize=256)  # noqa: B019 (one object for each set of languages)
    def find(self, text: str) -> tuple[Cue, ...]:
        words = [_with_slots(word) for word in fold_each(text)]
        found = [Cue(mention.what, mention.start, mention.end) for mention in self._phrases.among(words)]
        return tuple(found)


def _with_slots(word: Word) -> Word:
    if word.folded in MONTH:
        return replace(word, folded="slotmonth")
    if not word.folded[0].isdigit():
        return word
    slot = "slotyear" if YEAR.fullmatch(word.folded) else "slottime" if TIME.fullmatch(word.folded) else None
    return replace(word, folded=slot) if slot else word


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
