"""Finds a quote in its source text, to the character. No fuzzy matching: it accepts wrong digits."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
QUOTES = {ord("’"): "'", ord("‘"): "'", ord("“"): '"', ord("”"): '"'}
# NFKC makes 52 of 5² and 1/2 of ½: with these the folded text would say another thing than the text.
NOT_FOLDED = ("<super>", "<sub>", "<fraction>", "<circle>", "<square>")


@dataclass(frozen=True)
class Span:
    """Where the quote stands: text[start:end]."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


def find_quote(quote: str, text: str) -> Span | None:
    """The first place where `quote` stands in `text`, or None; see `find_quotes`."""
    return next(find_quotes(quote, text), None)


def find_quotes(quote: str, text: str) -> Iterator[Span]:
    """Each place where `quote` stands whole in `text` after folding case, Unicode form (NFKC, but for powers, fractions
    and the like), dashes, typographic quotes, runs of white space and invisible characters; offsets are of the
    original text.
    """
    wanted = _folded(quote)[0].strip()
    if not wanted:
        return
    folded, origins = _folded(text)
    at = folded.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if _is_whole(folded, at, end):
            yield Span(origins[at][0], origins[end - 1][1])
        at = folded.find(wanted, at + 1)


@lru_cache(maxsize=256)  # every quote of a text is looked for in the same text
def _folded(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The folded text, and for each of its characters the original ones it came from.

    A letter is folded together with the accents that follow it: é may be one character or two.
    """
    characters: list[str] = []
    origins: list[tuple[int, int]] = []
    for start, end in _letters(text):
        for character in _fold_letter(text[start:end]):
            if character.isspace():
                if characters and characters[-1] == " ":
                    continue
                character = " "
            characters.append(character)
            origins.append((start, end))
    return "".join(characters), tuple(origins)


def _letters(text: str) -> Iterator[tuple[int, int]]:
    if text.isascii():
        yield from zip(range(len(text)), range(1, len(text) + 1), strict=True)
        return
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        yield start, end
        start = end


@lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    if unicodedata.category(letter[0]) == "Cf":  # soft hyphens, joiners, marks of direction: not to be seen
        return ""
    form: Literal["NFC", "NFKC"] = "NFC" if unicodedata.decomposition(letter[0]).startswith(NOT_FOLDED) else "NFKC"
    return unicodedata.normalize(form, letter).translate(DASHES).translate(QUOTES).casefold()


def _is_whole(folded: str, start: int, end: int) -> bool:
    """A quote that ends inside a number or a word is not the number or the word: 131 is not in 1313, 5 not in 5.30."""
    return not (_goes_on(folded[end - 1 : end + 2]) or _goes_on(folded[max(0, start - 2) : start + 1][::-1]))


def _goes_on(edge: str) -> bool:
    """Whether a word or number goes on beyond the quote's last character, which is the first of `edge`."""
    last, beyond = edge[:1], edge[1:2]
    if last.isalnum() and beyond.isalnum():
        return True
    return last.isdigit() and beyond in (".", ",", ":", "/") and edge[2:3].isdigit()
