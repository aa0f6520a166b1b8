"""Finds a quote in its source text, to the character. No fuzzy matching: it accepts wrong digits."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

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
            return Span(origins[at], origins[end - 1] + 1)
        at = folded.find(wanted, at + 1)
    return None


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the index of the original one it came from."""
    characters: list[str] = []
    origins: list[int] = []
    for index, original in enumerate(text):
        for character in unicodedata.normalize("NFKC", original).translate(DASHES).translate(QUOTES).casefold():
            if character.isspace():
                if characters and characters[-1] == " ":
                    continue
                character = " "
            characters.append(character)
            origins.append(index)
    return "".join(characters), origins


def _is_whole(folded: str, start: int, end: int) -> bool:
    """A quote that ends inside a number or a word is not the number or the word: 131 is not in 1313."""
    before = folded[start - 1] if start else " "
    after = folded[end] if end < len(folded) else " "
    return not (before.isalnum() and folded[start].isalnum()) and not (after.isalnum() and folded[end - 1].isalnum())
