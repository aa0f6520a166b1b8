"""What a value is judged against: its text and what was asked, and whose a stretch of the text is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from extract.found import Found
from extract.grounding import Span
from extract.schema import QueryContext, TextRecord
from extract.text.lexicon import Lexicon
from extract.text.normalised import BOOLEANS, STREET_TYPES

SENTENCE_END = re.compile(r"[.!?;|•·]+(?=\s|$)|\n")
BESIDE = re.compile(
    r"\b(?:near|nearby|beside|opposite|off|from|to|towards|outside|close to|next to|minutes? from)\s+$", re.IGNORECASE
)
STREET_AFTER = re.compile(rf"\s+(?:{STREET_TYPES})\b", re.IGNORECASE)
# Of one place of a chain rather than of the chain.
OF_A_BRANCH = frozenset(
    ["phone", "email", "street_address", "postcode", "opening_hours", "discovered_attributes", *BOOLEANS]
)


@dataclass(frozen=True)
class Context:
    """What a value is judged against."""

    record: TextRecord  # with blanks in place of what is suspicious
    query: QueryContext
    lexicon: Lexicon

    @cached_property
    def text(self) -> str:
        return self.record.text


def is_of_another(span: Span, context: Context) -> bool:
    """Whether its sentence gives the span to another area than was asked for: "Leith: 0131 ..., Gorgie: 0131 ..."."""
    start = max((m.end() for m in SENTENCE_END.finditer(context.text, 0, span.start)), default=0)
    ending = SENTENCE_END.search(context.text, span.end)
    end = ending.start() if ending else len(context.text)
    sentence = context.text[start:end]
    named = [
        area
        for area in area_mentions(context.lexicon, sentence)
        if not STREET_AFTER.match(sentence, area.end)
        and not BESIDE.search(sentence, 0, area.start)
        and not Span(start + area.start, start + area.end).overlaps(span)
    ]
    before = [area.what for area in named if start + area.end <= span.start]
    area = before[-1] if before else (named[0].what if named else None)
    if area is None:
        return False
    return area.city != context.query.city or bool(
        not area.is_city and context.query.locality and area.name != context.query.locality
    )


@lru_cache(maxsize=256)
def area_mentions(lexicon: Lexicon, sentence: str) -> tuple[Any, ...]:
    return tuple(lexicon.areas.in_text(sentence))


@lru_cache(maxsize=512)  # each value of a text is looked for in the same text
def hits(finder: Callable[[str], Iterable[Found]], text: str) -> tuple[Found, ...]:
    return tuple(finder(text))


def values_of_ours(finder: Callable[[str], Iterable[Found]], context: Context) -> set[str]:
    """The different values that the text states without giving them to another area."""
    found = hits(finder, context.text)
    return {hit.value for hit in found if not is_of_another(Span(hit.start, hit.end), context)}
