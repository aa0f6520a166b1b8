"""Reads postcodes: British ones by their grammar, with common typing errors corrected; others as written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from extract.found import Found
from extract.values.reading import Reading, Values, first_readable
from extract.values.value_paths import Parts

# Only these letters may be alone, second, after the digit, or at the end. A1 2TV, EH1O 1DR and PZ5 4GB are invalid.
OUTWARD = r"[BEGLMNSW]\d[\dA-HJKPSTUW]?|[A-PR-UWYZ][A-HK-Y]\d[\dABEHMNPRVWXY]?"
INWARD = r"\d[ABD-HJLNP-UW-Z]{2}"
POSTCODE = re.compile(rf"\b({OUTWARD})\s{{0,2}}({INWARD})\b", re.IGNORECASE)
LETTERS = str.maketrans("01", "OI")
DIGITS = str.maketrans("OIL", "011")
OF_ANY_COUNTRY = re.compile(r"(?=.*\d)[A-Z\d](?:[A-Z\d -]{0,10}[A-Z\d])?")


def find_postcodes(text: str) -> Iterator[Found]:
    for match in POSTCODE.finditer(text):
        yield Found(f"{match[1]} {match[2]}".upper(), match.start(), match.end())


@lru_cache(maxsize=50_000)
def read_postcode(text: str, country: str | None) -> Values:
    """The postcode of a field for postcodes, or of a field with other words too."""
    if country != "GB":
        code = " ".join(text.upper().split())
        return Values((code,)) if OF_ANY_COUNTRY.fullmatch(code) else Values(reason="no_postcode")
    spaced = re.sub(r"[\s.\-–_]+", " ", text)
    found = tuple(dict.fromkeys(hit.value for hit in find_postcodes(spaced)))
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
    """Look in a field for postcodes first, then in the address, if the country's grammar is known."""
    texts = [*parts.get("code", []), *(parts.get("within", []) if country == "GB" else [])]
    yield from first_readable("postcode", texts, lambda text: read_postcode(text, country))
