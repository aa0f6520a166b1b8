"""Reads postcodes by the grammar of their country. Typing errors are corrected in British ones, which have a check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from extract.addresses.largest_first import read_largest_first
from extract.addresses.postal import BEGINS, INWARD, OUTWARD, SHORTEST_DISTINCT, Grammar, grammar_of
from extract.found import Found
from extract.values.reading import Reading, Values, first_readable
from extract.values.value_paths import Parts

# Only these letters may be alone, second, after the digit, or at the end. A1 2TV, EH1O 1DR and PZ5 4GB are invalid.
POSTCODE = re.compile(rf"\b({OUTWARD})\s{{0,2}}({INWARD})\b", re.IGNORECASE)
LETTERS = str.maketrans("01", "OI")
DIGITS = str.maketrans("OIL", "011")
STREET_AFTER = re.compile(
    r" (?:[^\W\d][\w'’.-]* ){1,3}(?:St|Ave|Rd|Street|Avenue|Road|Blvd|Boulevard|Lane|Drive)\b"
)  # "1200 Taft Ave"
BEGUN = re.compile(rf"{BEGINS}$")
BEFORE_TOWN = re.compile(r"\s+[^\W\d_a-z]")
OF_ANY_COUNTRY = re.compile(r"(?=.*\d)[A-Z\d](?:[A-Z\d -]{0,10}[A-Z\d])?")


def find_postcodes(text: str, country: str | None) -> Iterator[Found]:
    """The postcodes of the country in running text. Without a country there is no grammar to know them by."""
    if country == "GB":
        for match in POSTCODE.finditer(text):
            yield Found(f"{match[1]} {match[2]}".upper(), match.start(), match.end())
    elif grammar := grammar_of(country):
        for match in grammar.in_prose.finditer(text):
            if (code := grammar.normal(match["code"])) and not STREET_AFTER.match(text, match.end("code")):
                if (
                    grammar.is_distinct
                    and code.isdigit()
                    and len(code) < SHORTEST_DISTINCT
                    and not (BEGUN.search(text, 0, match.start("code")) and BEFORE_TOWN.match(text, match.end("code")))
                ):
                    continue  # "Corrientes 1234": of four digits, a code begins the line of its town
                yield Found(code, *match.span("code"))


@lru_cache(maxsize=50_000)
def read_postcode(text: str, country: str | None) -> Values:
    """The postcode of a field for postcodes. A code that does not fit the country's grammar is kept as written."""
    if country == "GB":
        return _british(text)
    grammar = grammar_of(country)
    if grammar and (found := grammar.normal(text) or grammar.padded(text) or _in_address(text, grammar)):
        return Values((found,))
    code = " ".join(text.upper().split())
    return Values((code,)) if OF_ANY_COUNTRY.fullmatch(code) else Values(reason="no_postcode")


@lru_cache(maxsize=50_000)
def read_postcode_in_address(text: str, country: str | None) -> Values:
    """The postcode in a field with other words too. Nothing is a code there without the grammar of the country."""
    if country == "GB":
        return _british(text)
    grammar = grammar_of(country)
    code = _in_address(text, grammar) if grammar else None
    return Values((code,)) if code else Values(reason="no_postcode")


def _in_address(text: str, grammar: Grammar) -> str | None:
    """The code of the last part that is a line of code and town; else the last code of the running text."""
    if (whole := read_largest_first(text, grammar.country)) and whole.postcode:
        return whole.postcode
    lines = (grammar.town_line(part) for part in re.split(r"[,\n;]", text))
    in_lines = [line.code for line in lines if line and line.code]
    return in_lines[-1] if in_lines else _in_prose(text, grammar)


def _in_prose(text: str, grammar: Grammar) -> str | None:
    codes = [found.value for found in find_postcodes(text, grammar.country)]
    return codes[-1] if codes else None


def _british(text: str) -> Values:
    spaced = re.sub(r"[\s.\-–_]+", " ", text)
    found = tuple(dict.fromkeys(hit.value for hit in find_postcodes(spaced, "GB")))
    mended = found or tuple(_mended(re.sub(r"[^A-Z\d]", "", text.upper())))
    return Values(mended, None if mended else "no_postcode")


def _mended(code: str) -> Iterator[str]:
    """Correct `EH1O IDR` to EH10 1DR: swap confused letters and digits, if only one code is possible."""
    if not 5 <= len(code) <= 7:
        return
    outward, inward = code[:-3], code[-3].translate(DIGITS) + code[-2:]
    readings = {
        f"{area.translate(LETTERS)}{district[:1].translate(DIGITS)}{ending}"
        for cut in (1, 2)
        for area, district in [(outward[:cut], outward[cut:])]
        for ending in (district[1:], district[1:].translate(DIGITS))
    }
    codes = {f"{reading} {inward}" for reading in readings}
    fitting = {code for code in codes if POSTCODE.fullmatch(code)}
    if len(fitting) == 1:
        yield from fitting


def find_postcode(parts: Parts, country: str | None) -> Iterator[Reading]:
    """Look in a field for postcodes first, then in the address."""
    own = first_readable("postcode", parts.get("code", []), lambda text: read_postcode(text, country))
    within = first_readable("postcode", parts.get("within", []), lambda text: read_postcode_in_address(text, country))
    found = [reading for reading in (*own, *within) if reading.value]
    if not found:
        yield from own or within
        return
    first, *later = found
    values = dict.fromkeys((*first.others, *(value for r in later for value in (r.value, *r.others) if value)))
    yield first._replace(others=tuple(value for value in values if value != first.value))
