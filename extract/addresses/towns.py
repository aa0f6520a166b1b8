"""Reads the town of an address, and writes names in capitals in proper case."""

from __future__ import annotations

import re
from functools import lru_cache

from extract.addresses.postal import Grammar, grammar_of, metadata_of
from extract.addresses.postcodes import find_postcodes
from extract.found import Found
from extract.geography.gazetteer import Gazetteer

PLUS_CODE = re.compile(r"\b[2-9CFGHJMPQRVWX]{4,8}\+[2-9CFGHJMPQRVWX]{2,3}\b,?\s*")
NO_VALUES = frozenset(["yes", "no", "none", "unknown", "tbc", "tba", "fixme", "null", "not known", "not applicable"])
SMALL_WORDS = frozenset(["of", "on", "the", "upon", "by", "in", "under", "le", "la", "de", "and", "at", "with", "next"])
PART = re.compile(r"(?:[^,;|·\n().]|\.(?!\s|$)|(?<=\bSt)\.)+")  # to the end of a line, a part or a sentence
BEFORE_TOWN = "%Z %C"  # as the metadata of a country writes it
PART_OF_TOWN = re.compile(r" [A-ZØÅ]$")  # "København N"
MOST_WORDS_OF_TOWN = 4
DISTRICT = re.compile(r"(\D{2,}?) \d{1,2}")  # "Dublin 2"


def proper_case(text: str) -> str:
    """`NEWTON-ON-AYR` as Newton-on-Ayr. A name in mixed case is unchanged."""
    if text != text.upper() and text != text.lower():
        return text
    words = re.split(r"([\s\-–(/]+)", text.lower())
    return "".join(word if place and word in SMALL_WORDS else _capital(word) for place, word in enumerate(words))


def _capital(word: str) -> str:
    if word[:1].isdigit():
        return word if re.fullmatch(r"\d+(?:st|nd|rd|th)", word) else word.upper()
    if match := re.fullmatch(r"(o['’]|d['’]|mc)(\w.*)", word):
        return match[1].capitalize() + match[2].capitalize()
    return word[:1].upper() + word[1:]


@lru_cache(maxsize=20_000)  # a list has few towns
def read_town(text: str, country: str | None, known: Gazetteer) -> str | None:
    """The town of a field. Not a country, code or street. `University of Edinburgh` gives the city that it names."""
    parts = [part.strip(" .") for part in PLUS_CODE.sub("", text).split(",")]
    towns = [re.sub(r"^\d{4,6} ", "", part) for part in parts if part and not known.is_country(part, country)]
    if not towns:
        return None
    town = proper_case(towns[-1].split(";")[0].strip())
    if named := named_city(town, country, known):
        return named
    if district := DISTRICT.fullmatch(town):
        town = district[1]
    is_town = re.fullmatch(r"[^\d+]{2,60}", town) and town.casefold() not in NO_VALUES
    return town if is_town and not known.streets.is_street(town, country) else None


def town_beside_code(text: str, country: str | None, known: Gazetteer) -> str | None:
    """The town that follows a postcode in running text: `81371 München`. None if the text has two such towns."""
    grammar = grammar_of(country)
    if grammar is None or BEFORE_TOWN not in metadata_of(grammar.country)["fmt"]:
        return None
    towns = {town for code in find_postcodes(text, country) if (town := _town_after(text, code, grammar, known))}
    return towns.pop() if len(towns) == 1 else None


def _town_after(text: str, code: Found, grammar: Grammar, known: Gazetteer) -> str | None:
    part = PART.match(text, code.start)
    line = grammar.town_line(part[0]) if part else None
    if line is None or line.town is None or len(line.town.split()) > MOST_WORDS_OF_TOWN:
        return None
    return read_town(PART_OF_TOWN.sub("", line.town), grammar.country, known)


def named_city(text: str, country: str | None, known: Gazetteer) -> str | None:
    """The only known city among the words. A street named after a city does not count."""
    if not _any_of(known.cities).search(text):
        return None  # of nearly every text
    named = [city for city in known.cities if re.search(rf"\b{re.escape(city)}\b", text, re.IGNORECASE)]
    return named[0] if len(named) == 1 and not known.streets.is_street(text, country) else None


@lru_cache(maxsize=8)
def _any_of(cities: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, cities)) or '(?!)'})\b", re.IGNORECASE)
