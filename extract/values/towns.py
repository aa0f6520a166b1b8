"""Reads the town of an address, and writes names in capitals in proper case."""

from __future__ import annotations

import re

PLUS_CODE = re.compile(r"\b[2-9CFGHJMPQRVWX]{4,8}\+[2-9CFGHJMPQRVWX]{2,3}\b,?\s*")
# Countries at the end of an address, names and codes.
COUNTRY_NAMES = frozenset(
    [
        *("uk", "u.k", "united kingdom", "great britain", "gb", "scotland", "england", "wales", "northern ireland"),
        *("ireland", "france", "germany", "deutschland", "spain", "españa", "italy", "italia", "netherlands"),
        *("nederland", "belgium", "austria", "österreich", "switzerland", "schweiz", "usa", "u.s.a", "us"),
        *("united states", "united states of america", "canada", "australia", "new zealand"),
    ]
)
NO_VALUES = frozenset(["yes", "no", "none", "unknown", "tbc", "tba", "fixme", "null", "not known", "not applicable"])
STREET_TYPES = (
    "street|st|road|rd|way|lane|ln|avenue|ave|drive|dr|place|pl|terrace|ter|crescent|cres|square|sq|gardens|gdns|court|ct|"
    "close|row|grove|walk|loan|wynd|brae|quay|path|mews|bank|parade|promenade|esplanade|parkway|boulevard|blvd|highway"
)
NUMBERED = re.compile(r"\d+[A-Z]?(?:\s*[-–/,&]\s*\d+[A-Z]?)*,?\s+[^\W\d]{2}", re.IGNORECASE)
TYPED = re.compile(
    rf"(?:\b(?:{STREET_TYPES})\.?(?: (?:north|south|east|west|[nsew]))?|"
    r"(?:straße|strasse|str\.|gasse|weg|platz)(?: \d+\w?)?)$",
    re.IGNORECASE,
)
SMALL_WORDS = frozenset(["of", "on", "the", "upon", "by", "in", "under", "le", "la", "de", "and", "at", "with", "next"])


def is_street(text: str) -> bool:
    """Whether a line of an address is a street: it starts with a house number, or ends with a street type."""
    return bool(NUMBERED.match(text) or TYPED.search(text)) and not is_postal(text)


def is_postal(text: str) -> bool:
    """Whether the part is a town after its code or a state before it: "10115 Berlin", "CO 80124"."""
    return bool(re.fullmatch(r"\d{4,6} \D+|[A-Z]{2,3} \d{5}(?:-\d{4})?", text)) and not TYPED.search(text)


def is_country(text: str) -> bool:
    return text.casefold().strip(" .") in COUNTRY_NAMES


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


def read_town(text: str, cities: frozenset[str]) -> str | None:
    """The town of a field. Not a country, code or street. `University of Edinburgh` gives the city that it names."""
    parts = [part.strip(" .") for part in PLUS_CODE.sub("", text).split(",")]
    towns = [re.sub(r"^\d{4,6} ", "", part) for part in parts if part and not is_country(part)]
    if not towns:
        return None
    town = proper_case(towns[-1].split(";")[0].strip())
    if named := named_city(town, cities):
        return named
    is_town = re.fullmatch(r"[^\d+]{2,60}", town) and town.casefold() not in NO_VALUES
    return town if is_town and not is_street(town) else None


def named_city(text: str, cities: frozenset[str]) -> str | None:
    """The only known city among the words. A street named after a city does not count."""
    named = [city for city in cities if re.search(rf"\b{re.escape(city)}\b", text, re.IGNORECASE)]
    return named[0] if len(named) == 1 and not is_street(text) else None
