"""Finds a quote in its source text, to the character. It does no fuzzy matching, which accepts wrong digits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
QUOTES = {ord("’"): "'", ord("‘"): "'", ord("“"): '"', ord("”"): '"'}
# NFKC turns 5² into 52 and ½ into 1/2. Folding these characters would change the meaning of the text.
NOT_FOLDED = ("<super>", "<sub>", "<fraction>", "<circle>", "<square>")
ODD_SPACE = re.compile(r"\s\s|[^\S \n]|[\x00-\x08\x0e-\x1f\x7f]")  # runs of white space are one blank when folded

AROUND_A_QUOTE = re.compile(r"^[\s\"'*•·«»„|>-]+|[\s\"'*•·«»…|.,;:!]+$")


class Span(NamedTuple):
    """The position of the quote: text[start:end]."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


def find_quote(quote: str, text: str) -> Span | None:
    """The first position of `quote` in `text`, or None. See `find_quotes`."""
    return next(find_quotes(quote, text), None)


def find_quotes(quote: str, text: str) -> Iterator[Span]:
    """Each position of the whole `quote` in `text`, after folding of both. Offsets refer to the original text.

    Folded are: case, Unicode form (NFKC, except powers, fractions and similar), dashes, typographic quotes, runs of
    white space and invisible characters. Punctuation around the quote may be missing in the text.
    """
    wanted = _folded(quote)[0].strip()
    if not wanted:
        return
    folded, starts, ends = _folded(text)
    if wanted not in folded:  # a model adds quotation marks, a bullet or a full stop
        wanted = AROUND_A_QUOTE.sub("", wanted)
    if not wanted:
        return
    at = folded.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if _is_whole(folded, at, end):
            yield Span(starts[at], ends[end - 1])
        at = folded.find(wanted, at + 1)


@lru_cache(maxsize=256)  # all quotes of a text are searched in the same text
def _folded(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """The folded text, and for each of its characters the start and the end of the original characters.

    A letter is folded together with the accents that follow it: é may be one character or two.
    """
    plain = _one_for_one(text)
    if plain is not None:
        return plain, range(len(text)), range(1, len(text) + 1)
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _letters(text):
        for character in _fold_letter(text[start:end]):
            if character.isspace():
                if characters and characters[-1] == " ":
                    continue
                character = " "
            characters.append(character)
            starts.append(start)
            ends.append(end)
    return "".join(characters), starts, ends


def _one_for_one(text: str) -> str | None:
    """The folded text, if each character of it comes from one character: most texts are so, and it is fast."""
    if ODD_SPACE.search(text):
        return None
    if text.isascii():
        return text.casefold().replace("\n", " ")
    if any(map(unicodedata.combining, text)):
        return None
    letters = [*map(_fold_letter, text)]
    plain = "".join(letters).replace("\n", " ")
    return plain if set(map(len, letters)) == {1} and not ODD_SPACE.search(plain) else None


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
    if unicodedata.category(letter[0]) == "Cf":  # soft hyphens, joiners, direction marks: invisible
        return ""
    form: Literal["NFC", "NFKC"] = "NFC" if unicodedata.decomposition(letter[0]).startswith(NOT_FOLDED) else "NFKC"
    return unicodedata.normalize(form, letter).translate(DASHES).translate(QUOTES).casefold()


def _is_whole(folded: str, start: int, end: int) -> bool:
    """Whether the quote does not start or end inside a word or number: 131 is not in 1313, 5 is not in 5.30."""
    return not (_goes_on(folded[end - 1 : end + 2]) or _goes_on(folded[max(0, start - 2) : start + 1][::-1]))


def _goes_on(edge: str) -> bool:
    """Whether a word or number continues after the first character of `edge`, the last character of the quote."""
    last, beyond = edge[:1], edge[1:2]
    if last.isalnum() and beyond.isalnum():
        return True
    return last.isdigit() and beyond in (".", ",", ":", "/") and edge[2:3].isdigit()
