"""The country of a text: what the text says of itself, else the area of the query."""

from __future__ import annotations

import re
from functools import lru_cache

from extract.addresses.postal import distinct_grammars, grammar_of
from extract.geography.countries import country_of_phone
from extract.schema import QueryContext
from extract.text.lexicon import Lexicon

MAY_BE_A_CODE = re.compile(r"\d[ ]?[A-Z]|[A-Z][ ]?\d|\d-\d")  # what every distinct code has: the search is faster
WITH_CALLING_CODE = re.compile(r"\+\d[\d ().-]{7,18}\d")


def country_of_text(text: str, query: QueryContext, lexicon: Lexicon) -> str | None:
    """By a postcode that only one country writes, the name of a country, a known town, or the area of the query."""
    asked = query.country or lexicon.country_of(query.city)
    return _said(text, asked, lexicon) or asked


@lru_cache(maxsize=512)  # the values of a text are checked one after the other
def _said(text: str, asked: str | None, lexicon: Lexicon) -> str | None:
    grammar = grammar_of(asked)
    may_show = MAY_BE_A_CODE.search(text) is not None
    if may_show and grammar and grammar.is_distinct and grammar.shows_in(text):
        return asked
    surest = (_by_codes,) if may_show else ()
    signs = (*surest, _by_calling_codes, _by_name, _by_towns)  # the surest first; the others are not looked for
    found = (countries for sign in signs if len(countries := sign(text, lexicon)) == 1)
    return next((min(countries) for countries in found), None)


def _by_codes(text: str, _: Lexicon) -> set[str]:
    return {grammar.country for grammar in distinct_grammars() if grammar.shows_in(text)}


def _by_calling_codes(text: str, _: Lexicon) -> set[str]:
    if "+" not in text:
        return set()
    numbers = (country_of_phone(match[0].strip()) for match in WITH_CALLING_CODE.finditer(text))
    return {country for country in numbers if country}


def _by_name(text: str, lexicon: Lexicon) -> set[str]:
    named = lexicon.gazetteer.countries.in_prose(text)
    return {named} if named else set()


def _by_towns(text: str, lexicon: Lexicon) -> set[str]:
    return {area.country for area in lexicon.areas_in(text) if area.country}
