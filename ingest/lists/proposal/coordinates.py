"""Coordinates of a list: in degrees or metres, in one column or two, swapped or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ingest.lists.proposal import Column
from ingest.lists.proposal.countries import SPOKEN_IN, Box, Countries
from ingest.lists.proposal.values import as_number

SHARE = 0.9  # of the points that must fit
LOOKED_AT = 300

# Systems that lists of a country use, in order of preference. The first group needs no country.
SYSTEMS = {
    "GB": ("EPSG:27700", "EPSG:29903", "EPSG:29902"),
    "IE": ("EPSG:2157", "EPSG:29903", "EPSG:29902"),
    "DE": ("EPSG:25832", "EPSG:25833", "EPSG:31466", "EPSG:31467", "EPSG:31468", "EPSG:31469"),
    "FR": ("EPSG:2154", "EPSG:27572"),
    "NL": ("EPSG:28992",),
    "BE": ("EPSG:31370", "EPSG:3812"),
    "LU": ("EPSG:2169",),
    "CH": ("EPSG:2056", "EPSG:21781"),
    "AT": ("EPSG:31287", "EPSG:31254", "EPSG:31255", "EPSG:31256"),
    "IT": ("EPSG:25832", "EPSG:25833", "EPSG:3003", "EPSG:3004"),
    "ES": ("EPSG:25830", "EPSG:25829", "EPSG:25831"),
    "PT": ("EPSG:3763",),
    "PL": ("EPSG:2180",),
    "CZ": ("EPSG:5514",),
    "DK": ("EPSG:25832",),
    "NO": ("EPSG:25833", "EPSG:25832"),
    "SE": ("EPSG:3006",),
    "FI": ("EPSG:3067",),
    "EE": ("EPSG:3301",),
    "LV": ("EPSG:3059",),
    "LT": ("EPSG:3346",),
    "GR": ("EPSG:2100",),
    "HU": ("EPSG:23700",),
    "RO": ("EPSG:3844",),
    "NZ": ("EPSG:2193",),
    "HK": ("EPSG:2326",),
    "SG": ("EPSG:3414",),
    "IL": ("EPSG:2039",),
}
NAMED = (  # words of a header that name a system
    (r"lambert ?-?_?93|\bl93\b|rgf ?93", "EPSG:2154"),
    (r"\brd(?:x|y)?\b|rijksdriehoek", "EPSG:28992"),
    (r"\bos(?:gb|nrth|east)|\bbng\b|british national grid|\bos_? ?(?:easting|northing)", "EPSG:27700"),
    (r"lv ?95", "EPSG:2056"),
    (r"lv ?03", "EPSG:21781"),
    (r"\bitm\b", "EPSG:2157"),
    (r"irish grid", "EPSG:29903"),
    (r"sweref ?99", "EPSG:3006"),
    (r"web ?mercator|3857", "EPSG:3857"),
    (r"(?:etrs89|utm)\D*(\d\d) ?n?\b", "EPSG:258{}"),
    (r"(?:epsg\D?)?\b(\d{4,5})\b", "EPSG:{}"),
)
MERCATOR = "EPSG:3857"


class Pair(NamedTuple):
    """Two columns that make a point: the one to the north and the one to the east."""

    north: Column
    east: Column

    def numbers(self) -> list[tuple[float, float]]:
        """The pairs of numbers, in the order of the rows."""
        norths, easts = self.north.cells or self.north.values, self.east.cells or self.east.values
        found = [(as_number(north or ""), as_number(east or "")) for north, east in zip(norths, easts, strict=False)]
        return [(north, east) for north, east in found if north is not None and east is not None][:LOOKED_AT]

    def swapped(self) -> Pair:
        return Pair(self.east, self.north)


def are_degrees(pairs: Sequence[tuple[float, float]]) -> bool:
    return _share(abs(north) <= 90 and abs(east) <= 180 for north, east in pairs) >= SHARE


def are_swapped(pairs: Sequence[tuple[float, float]], country: str | None, countries: Countries) -> bool:
    """Whether the points are on Earth, or in the country of the list, only with north and east exchanged."""
    if not are_degrees(pairs):
        return are_degrees([(east, north) for north, east in pairs])
    if country is None:
        return False
    there = _share(countries.holds(country, *pair) for pair in pairs)
    turned = _share(countries.holds(country, east, north) for north, east in pairs)
    return turned >= SHARE and there < 1 - SHARE


def system_of(pair: Pair, country: str | None, countries: Countries) -> tuple[str | None, list[str], bool]:
    """The system of coordinates in metres, the systems that are possible, and whether the columns are swapped."""
    possible = (*SYSTEMS.get(country or "", ()), MERCATOR) if country else (*_all_systems(), MERCATOR)
    box = countries.boxes.get(country or "")
    for is_turned, one in ((False, pair), (True, pair.swapped())):
        pairs = one.numbers()
        named = [code for code in _named_systems(f"{pair.north.name} {pair.east.name}") if _fits(code, pairs, box)]
        fitting = named[:1] or [code for code in possible if _fits(code, pairs, box)]
        if fitting:
            return (fitting[0] if len(fitting) == 1 else None), fitting, is_turned
    return None, [], False


def system_by_language(pair: Pair, language: str, countries: Countries) -> tuple[str | None, bool]:
    """The one system that fits in the countries of a language, and whether the columns are swapped."""
    found = {
        (system, is_turned)
        for country in SPOKEN_IN.get(language, ())
        for system, _, is_turned in [system_of(pair, country, countries)]
        if system and system != MERCATOR
    }
    return found.pop() if len(found) == 1 else (None, False)


def _named_systems(headers: str) -> Iterator[str]:
    for pattern, code in NAMED:
        for match in re.finditer(pattern, headers, re.IGNORECASE):
            yield code.format(*match.groups())


def _all_systems() -> list[str]:
    return list(dict.fromkeys(code for codes in SYSTEMS.values() for code in codes))


def _fits(code: str, pairs: Sequence[tuple[float, float]], box: Box | None) -> bool:
    """Whether nearly all points are where the system is made for, and in the box of the country."""
    system = _system(code)
    if system is None or not pairs:
        return False
    transform, (west, south, east, north) = system
    if box:
        south, west, north, east = max(south, box[0]), max(west, box[1]), min(north, box[2]), min(east, box[3])
    points = [transform(x, y) for y, x in pairs]
    return _share(west <= lon <= east and south <= lat <= north for lon, lat in points) >= SHARE


@lru_cache
def _system(code: str) -> Any:
    """The function from metres to degrees, and the area of use. None for a code that is no system in metres."""
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        transformer = Transformer.from_crs(code, "EPSG:4326", always_xy=True)
    except ProjError:
        return None
    source = transformer.source_crs
    area = source.area_of_use if source else None
    return (transformer.transform, area.bounds) if source and area and source.is_projected else None


def to_degrees(code: str, easting: str | None, northing: str | None) -> tuple[float, float] | None:
    """Latitude and longitude, to show them to a person."""
    x, y = as_number(easting or ""), as_number(northing or "")
    system = _system(code)
    if x is None or y is None or system is None:
        return None
    longitude, latitude = system[0](x, y)
    return round(latitude, 5), round(longitude, 5)


def _are_in(near: Sequence[str], points: Sequence[tuple[float, float]], countries: Countries) -> bool:
    return any(_share(countries.holds(country, *point) for point in points) >= SHARE for country in near)


def _share(tests: Iterator[bool] | Sequence[bool]) -> float:
    found = list(tests)
    return sum(found) / len(found) if found else 0.0


def point_parts(
    column: Column, country: str | None, language: str | None, countries: Countries
) -> tuple[str, str, bool] | None:
    """SQL for latitude and longitude of a column such as `55.95, -3.19`. The order follows from the numbers.

    The third value says whether the order is sure. None: no order gives points on Earth.
    """
    pairs = [tuple(map(float, re.findall(r"[-+]?\d+\.?\d*", value.replace("−", "-"))[:2])) for value in column.values]
    numbers = [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]
    turned = [(second, first) for first, second in numbers]
    if not are_degrees(numbers) and not are_degrees(turned):
        return None
    is_sure = not (are_degrees(numbers) and are_degrees(turned)) or country is not None
    near = [] if is_sure else [*SPOKEN_IN.get(language or "", ()), *SPOKEN_IN["en"]]
    is_sure = is_sure or (_are_in(near, numbers, countries) and not _are_in(near, turned, countries))
    is_turned = are_swapped(numbers, country, countries)
    name = '"' + column.name.replace('"', '""') + '"'
    first, second = (f"regexp_extract_all({name}, '[-+]?\\d+\\.?\\d*')[{number}]" for number in (1, 2))
    return (second, first, is_sure) if is_turned else (first, second, is_sure)
