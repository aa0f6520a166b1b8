"""The countries of the seed `countries`: their names, boxes and calling codes, and what a text says of them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberType

from extract.values.seed_rows import read_rows

ALPHA_2 = re.compile(r"[A-Za-z]{2}")
# Numbers of places. Freephone numbers and the like belong to no one country of their calling code.
OF_PLACES = frozenset([PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE])
MANY_COUNTRIES = 10  # share +1: the number does not say which
WITHOUT_STOPS = str.maketrans("", "", ".()")
ABROAD = re.compile(r"\s*(?:tel:)?\s*(?:\+|00(?=[1-9]))[\d\s().-]{7,}")


class Box(NamedTuple):
    """Edges in degrees. A box across the antimeridian has its western edge east of its eastern edge."""

    south: float
    west: float
    north: float
    east: float

    def has(self, latitude: float, longitude: float) -> bool:
        is_between = self.west <= longitude <= self.east
        is_across = self.west > self.east and (longitude >= self.west or longitude <= self.east)
        return self.south <= latitude <= self.north and (is_between or is_across)


@dataclass(frozen=True, eq=False)  # created once: the object itself is the key in caches
class Countries:
    boxes: dict[str, Box]
    names: dict[str, str]  # folded name -> code; a name of two countries is none of them

    def named(self, text: str) -> str | None:
        """The country that the text names, and nothing else: `Deutschland`, `USA`, `de`."""
        if ALPHA_2.fullmatch(text.strip()) and text.strip().upper() in self.boxes:
            return text.strip().upper()
        return self.names.get(fold_name(text))

    def at_end(self, address: str) -> str | None:
        """The country at the end of an address. A code of two letters may be a state: `Wilmington, DE`."""
        return _at_end(self, address)

    def in_prose(self, text: str) -> str | None:
        """The only country that the text names after a comma, as addresses do: `10435 Berlin, Germany.`"""
        names = (match[1] for match in self._after_comma.finditer(text) if not match[1][0].islower())
        named = {code for name in names if (code := self.names.get(fold_name(name)))}
        return named.pop() if len(named) == 1 else None

    @cached_property
    def _after_comma(self) -> re.Pattern[str]:
        return re.compile(r",\s+((?:[^\W\d_][\w.'’-]*)(?: [^\W\d_][\w.'’-]*){0,3}?)(?=\s*(?:[.;|·•)\n]|$))")

    def around(self, latitude: float, longitude: float) -> list[str]:
        """The countries whose box holds the point."""
        return [code for code, box in self.boxes.items() if box.has(latitude, longitude)]

    def around_box(self, box: Box) -> str | None:
        """The only country whose box holds all four corners, if no other country's box holds one of them."""
        corners = [(latitude, longitude) for latitude in (box.south, box.north) for longitude in (box.west, box.east)]
        found = {code for corner in corners for code in self.around(*corner)}
        is_whole = len(found) == 1 and all(self.around(*corner) for corner in corners)
        return found.pop() if is_whole else None

    def holds(self, country: str | None, latitude: float, longitude: float) -> bool:
        """Whether the point is in the box of the country. Nothing is known of the box of an unknown country."""
        box = self.boxes.get(country or "")
        return box is None or box.has(latitude, longitude)


@lru_cache(maxsize=20_000)  # a list has few cities, and an address is asked more than once
def _at_end(countries: Countries, address: str) -> str | None:
    lines = [line for line in re.split(r"[,\n;]", address) if line.strip()]
    name = fold_name(lines[-1]) if lines else ""
    return countries.names.get(name) if len(name) > 2 or name.upper() not in countries.boxes else None


def load_countries(seed: Path) -> Countries:
    rows = read_rows(seed)
    boxes = {row["country"]: Box(*(float(row[edge]) for edge in ("south", "west", "north", "east"))) for row in rows}
    owners: dict[str, set[str]] = {}
    for row in rows:
        for name in (row["country_name"], *row["other_names"].split(";")):
            owners.setdefault(fold_name(name), set()).add(row["country"])
    return Countries(boxes, {name: codes.pop() for name, codes in owners.items() if name and len(codes) == 1})


def fold_name(text: str) -> str:
    """A name of a country as it is compared: `U.K.` as uk, `Éire` as eire."""
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return " ".join(plain.translate(WITHOUT_STOPS).split())


@lru_cache(maxsize=50_000)  # the courts of a club share its number
def country_of_phone(text: str) -> str | None:
    """The country of a number that is written with its calling code."""
    if not ABROAD.match(text):
        return None
    try:
        number = phonenumbers.parse(re.sub(r"^\s*00", "+", text), None)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_valid_number(number):
        is_of_place = phonenumbers.number_type(number) in OF_PLACES
        return phonenumbers.region_code_for_number(number) if is_of_place else None
    regions = phonenumbers.region_codes_for_country_code(number.country_code or 0)
    is_known = phonenumbers.is_possible_number(number) and len(regions) < MANY_COUNTRIES
    return regions[0] if is_known and regions else None  # a range that is not assigned
