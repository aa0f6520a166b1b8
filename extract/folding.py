"""Folds text into words that can be compared: without case, accents, punctuation and plurals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, partial
from itertools import groupby
from typing import NamedTuple, cast

WORD = re.compile(r"[^\W_]+")
ASCII_WORD = re.compile(r"[A-Za-z0-9']+")  # what fold_each takes for a word, where no letter has an accent


def fold(text: str) -> list[str]:
    """Lower-case words without accents or punctuation. Plurals become singulars: courts is court."""
    if text.isascii():
        return [folded for word in ASCII_WORD.findall(text) for folded in _fold_word(word)]
    return _fold(text)


def _fold(text: str) -> list[str]:
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return [_singular(word) for word in WORD.findall(plain.replace("'", "").replace("’", ""))]


class Word(NamedTuple):
    """A folded word and its position in the text: text[start:end]."""

    folded: str
    start: int
    end: int


_word = cast(Callable[[tuple[str, int, int]], Word], partial(tuple.__new__, Word))  # a call of Word takes longer


@lru_cache(maxsize=64)  # one text is searched for areas and for each kind of category
def fold_each(text: str) -> tuple[Word, ...]:
    """The words of `fold`, each with the position of the original word."""
    if text.isascii():
        position = _without_apostrophes if "'" in text else re.Match.span
        return tuple(
            [
                _word((folded, *position(match)))
                for match in ASCII_WORD.finditer(text)
                for folded in _fold_word(match[0])
            ]
        )
    found: list[Word] = []
    end = 0
    for is_in_word, characters in groupby(text, key=_is_in_word):
        start, written = end, "".join(characters)
        end = start + len(written)
        if is_in_word:
            spot = (start + len(written) - len(written.lstrip("'’")), start + len(written.rstrip("'’")))
            found += [Word(folded, *spot) for folded in _fold_word(written)]
    return tuple(found)


def _without_apostrophes(match: re.Match[str]) -> tuple[int, int]:
    """The position of a word without the apostrophes around it."""
    written = match[0]
    if written[0] != "'" and written[-1] != "'":
        return match.span()
    return match.start() + len(written) - len(written.lstrip("'")), match.start() + len(written.rstrip("'"))


@lru_cache(maxsize=10_000)  # texts share most of their words
def _fold_word(written: str) -> tuple[str, ...]:
    return tuple(_fold(written))


def as_written(words: tuple[str, ...], text: str) -> str | None:
    """The folded words as the text spells them: gym as GYMS, five a side as Five-a-side."""
    spelled = fold_each(text)
    for at in range(len(spelled) - len(words) + 1):
        here = spelled[at : at + len(words)]
        if tuple(word.folded for word in here) == words:
            return text[here[0].start : here[-1].end]
    return None


def compact(text: str) -> str:
    """Letters and digits only: "Power League" and "powerleague" are the same."""
    return "".join(fold(text))


def _is_in_word(character: str) -> bool:
    return character.isalnum() or character in "'’" or unicodedata.combining(character) > 0


def _singular(word: str) -> str:
    if len(word) <= 3 or word.endswith(("ss", "us", "is")) or not word.isascii():
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def stem(word: str) -> str:
    """A deliberately simple stem: the same for swim, swims and swimming, and for offer and offered."""
    for ending in ("ming", "ning", "ing", "ed", "er", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
