"""The context in which a value is checked: its text, the query, and the place that a part of the text is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from extract.found import Found
from extract.geography.text_country import country_of_text
from extract.grounding import Span
from extract.schema import QueryContext, TextRecord
from extract.text.lexicon import Lexicon
from extract.text.normalised import BOOLEANS, Finder, finders_of

SENTENCE_END = re.compile(r"[.!?;|•·]+(?=\s|$)|\n")
BESIDE = re.compile(
    r"\b(?:near|nearby|beside|opposite|off|from|to|towards|outside|close to|next to|minutes? from)\s+$", re.IGNORECASE
)
# Fields that belong to one branch, not to the whole chain.
OF_A_BRANCH = frozenset(
    ["phone", "email", "street_address", "postcode", "opening_hours", "discovered_attributes", *BOOLEANS]
)


@dataclass(frozen=True)
class Context:
    """The text, the query and the vocabulary that a value is checked against."""

    record: TextRecord  # suspicious text is replaced with blanks
    query: QueryContext
    lexicon: Lexicon

    @cached_property
    def text(self) -> str:
        return self.record.text

    @cached_property
    def finders(self) -> Mapping[str, Finder]:
        """The parsers by the rules of the text's country."""
        return finders_of(country_of_text(self.text, self.query, self.lexicon), self.lexicon.gazetteer.streets)


def is_of_another(span: Span, context: Context) -> bool:
    """Whether the sentence assigns the span to an area outside the query: "Leith: 0131 ..., Gorgie: 0131 ..."."""
    start = max((m.end() for m in SENTENCE_END.finditer(context.text, 0, span.start)), default=0)
    ending = SENTENCE_END.search(context.text, span.end)
    end = ending.start() if ending else len(context.text)
    sentence = context.text[start:end]
    named = [
        area
        for area in area_mentions(context.lexicon, sentence)
        if not context.lexicon.gazetteer.streets.after_name.match(sentence, area.end)
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


@lru_cache(maxsize=512)  # all values of a text are searched in the same text
def hits(finder: Callable[[str], Iterable[Found]], text: str) -> tuple[Found, ...]:
    return tuple(finder(text))


def values_of_ours(finder: Callable[[str], Iterable[Found]], context: Context) -> set[str]:
    """The distinct values in the text that belong to no other area."""
    found = hits(finder, context.text)
    return {hit.value for hit in found if not is_of_another(Span(hit.start, hit.end), context)}
