"""The country of a text: what the text says of itself, else the area of the query."""

from __future__ import annotations

import re
from functools import lru_cache

from extract.addresses.postal import distinct_grammars, grammar_of
from extract.geography.countries import country_of_phone
from extract.schema import QueryContext
from extract.text.lexicon import Lexicon

WITH_CALLING_CODE = re.compile(r"\+\d[\d ().-]{7,18}\d")


def country_of_text(text: str, query: QueryContext, lexicon: Lexicon) -> str | None:
    """By a postcode that only one country writes, the name of a country, a known town, or the area of the query."""
    asked = query.country or lexicon.country_of(query.city)
    return _said(text, asked, lexicon) or asked


@lru_cache(maxsize=512)  # the values of a text are checked one after the other
def _said(text: str, asked: str | None, lexicon: Lexicon) -> str | None:
    grammar = grammar_of(asked)
    if grammar and grammar.is_distinct and grammar.shows_in(text):
        return asked
    written = {grammar.country for grammar in distinct_grammars() if grammar.shows_in(text)}
    called = {country_of_phone(match[0].strip()) for match in WITH_CALLING_CODE.finditer(text)} - {None}
    named = lexicon.gazetteer.countries.in_prose(text)
    towns = {area.country for area in lexicon.areas_in(text) if area.country}
    return next((found.pop() for found in (written, called, {named} - {None}, towns) if len(found) == 1), None)
