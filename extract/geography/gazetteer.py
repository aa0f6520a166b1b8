"""What the readers of addresses know of the world: countries, cities and street words, from seeds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from extract.addresses.streets import Streets, load_streets
from extract.geography.countries import Countries, load_countries
from extract.values.seed_rows import read_rows

SEEDS = ("abbreviations", "address_forms", "address_words", "areas", "countries")


@dataclass(frozen=True, eq=False)  # created once: the object itself is the key in caches
class Gazetteer:
    countries: Countries
    streets: Streets
    cities: frozenset[str]

    @cached_property
    def without_cities(self) -> Gazetteer:
        return replace(self, cities=frozenset())

    def is_country(self, text: str, country: str | None) -> bool:
        """Whether the text is the name of a country, or the code of this one: `UK`, `Deutschland`, `DE` in Germany."""
        return self.countries.at_end(text.replace(",", " ")) is not None or text.strip(" .").upper() == country


def load_gazetteer(seeds: Path) -> Gazetteer:
    return Gazetteer(
        load_countries(seeds / "countries.csv"),
        load_streets(seeds / "address_words.csv", seeds / "address_forms.csv", seeds / "abbreviations.csv"),
        frozenset(row["area_name"] for row in read_rows(seeds / "areas.csv") if row["kind"] == "city"),
    )
