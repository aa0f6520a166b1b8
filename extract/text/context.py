"""The context in which a value is checked: its text, the query, and the place that a part of the text is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from extract.folding import fold
from extract.found import Found
from extract.geography.text_country import country_of_text
from extract.grounding import Span
from extract.schema import NullReason, QueryContext, TextRecord
from extract.scope.cues import Cues
from extract.scope.scope import Doubt, judge_scope
from extract.text.languages import hours_language, languages_of
from extract.text.lexicon import Lexicon
from extract.text.normalised import BOOLEANS, Finder, finders_of

SENTENCE_END = re.compile(r"[.!?;|•·]+(?=\s|$)|\n")
BESIDE = re.compile(
    r"\b(?:near|nearby|beside|opposite|off|from|to|towards|outside|close to|next to|minutes? from|vicino a|presso|"
    r"nei pressi di|(?:km|minut\w*) (?:da|de|du|von|van|od|fra|från)|près (?:de|du)|proche de|aux portes de|cerca de|"
    r"a las afueras de|perto de|unweit(?: von)?|in der nähe (?:von|der)|nahe|vor den toren(?: von)?|nabij|vlakbij|"
    r"niedaleko|koło|nära|nær)\s+$",
    re.IGNORECASE,
)
TITLE_PARTS = re.compile(r"\s+[|•·–—-]\s+")
A_LIST = re.compile(r",.*(?:[,&+]|\band\b|\bund\b|\bet\b|\by\b|\be\b)", re.IGNORECASE)
FOR_AN_AREA = re.compile(r"\s*\(?(?:for|in|at|of)?\s*", re.IGNORECASE)
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
    def country(self) -> str | None:
        return country_of_text(self.text, self.query, self.lexicon)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the text besides English."""
        return languages_of(self.country, self.lexicon.gazetteer.streets, self.text)

    @cached_property
    def hours_language(self) -> str | None:
        return hours_language(self.languages)

    @cached_property
    def cues(self) -> Cues:
        """The words that show what a clause says of a value, in English and the languages of the text's country."""
        return self.lexicon.scope_words.of(self.languages)

    @cached_property
    def ours(self) -> frozenset[str]:
        """The words of the title and the query. They name the place itself, and no other subject.

        A later part of the title that lists what a place has names its parts: "Surf Club | Bar, Bistro & Functions".
        """
        first, *later = TITLE_PARTS.split(self.record.title)
        named = " ".join([first, *(part for part in later if not A_LIST.search(part))])
        return _words_of(self.query) | frozenset(fold(named))

    def scope(self, field: str, span: Span, *, is_denial: bool = False) -> NullReason | Doubt | None:
        """The reason of the clause around the span to refuse a value of the field, or a doubt. None: no objection."""
        return judge_scope(field, span, self.text, self.cues, self.ours, is_denial=is_denial)

    @cached_property
    def finders(self) -> Mapping[str, Finder]:
        """The parsers by the rules of the text's country."""
        lexicon = self.lexicon
        return finders_of(
            self.country, self.languages, lexicon.gazetteer.streets, lexicon.scope_words, lexicon.counted_things
        )


@lru_cache(maxsize=256)
def _words_of(query: QueryContext) -> frozenset[str]:
    return frozenset(fold(f"{query.name or ''} {query.locality or ''} {query.city}"))


def is_of_another(span: Span, context: Context) -> bool:
    """Whether the sentence assigns the span to an area outside the query: "Leith: 0131 ..., Gorgie: 0131 ..."."""
    start = max((m.end() for m in SENTENCE_END.finditer(context.text, 0, span.start)), default=0)
    ending = SENTENCE_END.search(context.text, span.end)
    end = ending.start() if ending else len(context.text)
    sentence = context.text[start:end]
    named = [
        area
        for area in context.lexicon.area_mentions(sentence)
        if not context.lexicon.gazetteer.streets.after_name.match(sentence, area.end)
        and not BESIDE.search(sentence, 0, area.start)
        and not Span(start + area.start, start + area.end).overlaps(span)
    ]
    before = [area.what for area in named if start + area.end <= span.start]
    beside = [
        area.what
        for area in named
        if span.end <= start + area.start and FOR_AN_AREA.fullmatch(context.text, span.end, start + area.start)
    ]  # "0131 496 0001 for Leith, 0131 496 0002 for Gorgie"
    area = beside[0] if beside else before[-1] if before else (named[0].what if named else None)
    if area is None:
        return False
    return area.city != context.query.city or bool(
        not area.is_city and context.query.locality and area.name != context.query.locality
    )


@lru_cache(maxsize=512)  # all values of a text are searched in the same text
def hits(finder: Callable[[str], Iterable[Found]], text: str) -> tuple[Found, ...]:
    return tuple(finder(text))


def values_of_ours(field: str, context: Context) -> set[str]:
    """The distinct values of the field that the text states of this place, and of no other area."""
    return {
        hit.value
        for hit in hits(context.finders[field], context.text)
        if not is_of_another(Span(hit.start, hit.end), context)
        and _counts(context.scope(field, Span(hit.start, hit.end), is_denial=hit.value == "false"), hit.value)
    }


def _counts(scope: NullReason | Doubt | None, value: str) -> bool:
    """Whether the text states the value, or denies it in part: "No wifi on Sundays" contradicts "Free wifi"."""
    return scope in (None, "unclear") or (scope == "partial" and value == "false")
