"""The clause around a value: the part of a text between separators, and the cue words in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from extract.grounding import Span
from extract.scope.cues import Cue, Cues

# Snippets separate by bars, dots, dashes and lines too. The dot of "instal·lació" belongs to its word.
# It begins with one set of characters: the search skips all others.
SIGNS = r"(?:[!?;|•\n…]|·(?!l))*"
SEPARATOR = re.compile(
    rf"[.!?;|•\n…·\s](?:(?<=\.)(?<!\.\.)\.*(?=[\s)\"”’]|$)|(?<=[!?;|•\n…]){SIGNS}|(?<=·)(?!l){SIGNS}|(?<=\s)[–—-]\s)"
)
ABBREVIATED = re.compile(
    r"\b(?:no|t|tel|tlf|tél|ph|mob|fax|st|str|rd|ave?|dr|nr|ln|approx|ca|inkl|bzw|z\.b|e\.g|i\.e)$", re.I
)
COLON = re.compile(r"[:=](?!//|\d)")
LIST_WITH_OR = re.compile(r"\b(?:or|nor|oder|ou|o|ni|né)\b", re.IGNORECASE)
LONGEST_ITEM = 3  # words between the commas of a list
ASKS_TO_CALL = re.compile(
    r"[:=]\s*(?:please\s+)?(?:call|ring|use|dial|phone|try|contact|text|email|write|see|new)\b", re.I
)


class Clause(NamedTuple):
    """Text[start:end] is the part with the value at `target`. `ending` is its separator."""

    text: str
    start: int
    end: int
    target: Span
    cues: tuple[Cue, ...]  # of the part
    ending: str
    words: Cues

    @property
    def before(self) -> str:
        return self.text[self.start : self.target.start]

    @property
    def after(self) -> str:
        return self.text[self.target.end : self.end]

    @property
    def is_question(self) -> bool:
        return self.ending.startswith("?")

    @property
    def is_titled(self) -> bool:
        return "\n" not in self.text[: self.target.start]

    def cues_before(self, *kinds: str) -> Iterator[Cue]:
        """The nearest first."""
        return (c for c in reversed(self.cues) if c.end <= self.target.start and not c.kinds.isdisjoint(kinds))

    def cues_after(self, *kinds: str) -> Iterator[Cue]:
        return (c for c in self.cues if c.start >= self.target.end and not c.kinds.isdisjoint(kinds))

    def has(self, *kinds: str) -> bool:
        return any(not cue.kinds.isdisjoint(kinds) for cue in self.cues)

    def between(self, cue: Cue) -> str:
        """The text between the cue and the value."""
        if cue.end <= self.target.start:
            return self.text[cue.end : self.target.start]
        return self.text[self.target.end : cue.start]

    def turns_between(self, cue: Cue, *kinds: str) -> bool:
        """Whether another clause begins between the cue and the value."""
        low, high = sorted([(cue.start, cue.end), (self.target.start, self.target.end)])
        return any(
            low[1] <= c.start and c.end <= high[0] and not c.kinds.isdisjoint(("turn", *kinds)) for c in self.cues
        )

    def reaches(self, cue: Cue, *kinds: str, over_commas: bool = False) -> bool:
        """Whether what the cue says holds for the value: no other clause begins between them.

        A comma ends it, except in a list that ends with "or": "no pets, parking or showers".
        """
        between = self.between(cue)
        if self.turns_between(cue, *kinds) or ASKS_TO_CALL.search(between):
            return False
        return over_commas or "," not in between or self._is_in_list(between)

    def _is_in_list(self, between: str) -> bool:
        items = between.split(",")
        is_short = all(len(item.split()) <= LONGEST_ITEM for item in items)
        return is_short and bool(LIST_WITH_OR.search(f"{items[-1]} {self.after[:40].split('.')[0]}"))

    @property
    def label(self) -> str:
        """The words before the last colon before the value: "Reception" of "Reception: 0131 496 0001"."""
        colons = [match.start() for match in COLON.finditer(self.before)]
        return self.before[: colons[-1]] if colons else ""


@lru_cache(maxsize=512)  # the finder, the reader and the judge ask for the same one
def clause_of(text: str, target: Span, cues: Cues) -> Clause:
    parts = _parts(text)
    at = max(0, bisect_right([start for start, _, _ in parts], target.start) - 1)
    start, end, ending = parts[at]
    while end < target.end and at + 1 < len(parts):  # the value itself has separators
        at += 1
        _, end, ending = parts[at]
    found = tuple(cue for cue in cues.beside(text, target.start, target.end) if start <= cue.start and cue.end <= end)
    return Clause(text, start, end, target, found, ending, cues)


def parts_before(clause: Clause) -> Iterator[str]:
    """The parts before that of the clause, the nearest first."""
    return (clause.text[start:end] for start, end, _ in reversed(_parts(clause.text)) if end < clause.start)


@lru_cache(maxsize=256)
def _parts(text: str) -> tuple[tuple[int, int, str], ...]:
    """Start, end and separator of each part. A separator inside a number or an address is none."""
    parts: list[tuple[int, int, str]] = []
    start = 0
    for match in SEPARATOR.finditer(text):
        if match[0] == "." and ABBREVIATED.search(text[max(0, match.start() - 6) : match.start()]):
            continue
        if text[start : match.start()].strip():
            parts.append((start, match.start(), match[0].strip()))
        start = match.end()
    if text[start:].strip() or not parts:
        parts.append((start, len(text), ""))
    return tuple(parts)
