"""Finds a quote in its source text, to the character. No fuzzy matching: it accepts wrong digits."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
QUOTES = {ord("’"): "'", ord("‘"): "'", ord("“"): '"', ord("”"): '"'}


@dataclass(frozen=True)
class Span:
    """Where the quote stands: text[start:end]."""

    start: int
    end: int


def find_quote(quote: str, text: str) -> Span | None:
    """The first place where `quote` stands in `text` after folding case, Unicode form (NFKC), dashes, typographic
    quotes and runs of white space; offsets are of the original text. None if it does not stand there whole.
    """
    wanted, _ = _folded(quote)
    wanted = wanted.strip()
    if not wanted:
        return None
    folded, origins = _folded(text)
    at = folded.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if _is_whole(folded, at, end):
            return Span(origins[at].start, origins[end - 1].end)
        at = folded.find(wanted, at + 1)
    return None


@lru_cache(maxsize=256)  # every quote of a text is looked for in the same text
def _folded(text: str) -> tuple[str, tuple[Span, ...]]:
    """The folded text, and for each of its characters the original ones it came from.

    A letter is folded together with the accents that follow it: é may be one character or two.
    """
    characters: list[str] = []
    origins: list[Span] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        letter = unicodedata.normalize("NFKC", text[start:end]).translate(DASHES).translate(QUOTES).casefold()
        for character in letter:
            if character.isspace():
                if characters and characters[-1] == " ":
                    continue
                character = " "
            characters.append(character)
            origins.append(Span(start, end))
        start = end
    return "".join(characters), tuple(origins)


def _is_whole(folded: str, start: int, end: int) -> bool:
    """A quote that ends inside a number or a word is not the number or the word: 131 is not in 1313."""
    before = folded[start - 1] if start else " "
    after = folded[end] if end < len(folded) else " "
    return not (before.isalnum() and folded[start].isalnum()) and not (after.isalnum() and folded[end - 1].isalnum())
