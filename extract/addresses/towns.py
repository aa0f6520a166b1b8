"""Reads the town of an address, and writes names in capitals in proper case."""

from __future__ import annotations

import re
from functools import lru_cache

from extract.geography.gazetteer import Gazetteer

PLUS_CODE = re.compile(r"\b[2-9CFGHJMPQRVWX]{4,8}\+[2-9CFGHJMPQRVWX]{2,3}\b,?\s*")
NO_VALUES = frozenset(["yes", "no", "none", "unknown", "tbc", "tba", "fixme", "null", "not known", "not applicable"])
SMALL_WORDS = frozenset(["of", "on", "the", "upon", "by", "in", "under", "le", "la", "de", "and", "at", "with", "next"])
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


def named_city(text: str, country: str | None, known: Gazetteer) -> str | None:
    """The only known city among the words. A street named after a city does not count."""
    if not _any_of(known.cities).search(text):
        return None  # of nearly every text
    named = [city for city in known.cities if re.search(rf"\b{re.escape(city)}\b", text, re.IGNORECASE)]
    return named[0] if len(named) == 1 and not known.streets.is_street(text, country) else None


@lru_cache(maxsize=8)
def _any_of(cities: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, cities)) or '(?!)'})\b", re.IGNORECASE)
