"""The regions, cities and districts of the countries of East Asia, by their names in their own script.

Google's address metadata has those of China, Korea and Taiwan. `make municipalities` writes those of Japan.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from extract.addresses.postal import metadata_of
from extract.values.seed_rows import read_rows

JAPAN = Path(__file__).with_name("japan.csv")
COLUMNS = ("region", "county", "municipality", "ward")
ENDS_OF_REGIONS = re.compile(r"(?:특별자치시|특별시|광역시|특별자치도|도|省|市|自治区)$")
MORE_ENDS = ("시", "특별자치도")  # 서울시; 강원특별자치도, a 강원도 until 2023


@dataclass(frozen=True, eq=False)  # created once: the object itself is the key in caches
class Division:
    name: str
    inside: dict[str, Division] = field(default_factory=dict)  # by each way to write its name
    short: frozenset[str] = frozenset()  # names of those inside that are sure only before a name inside these

    @cached_property
    def _written(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, sorted(self.inside, key=len, reverse=True))) or r"(?!)")

    def begin(self, text: str) -> str | None:
        """The longest name of a division inside this one that the text begins with."""
        match = self._written.match(text)
        return match[0] if match else None


@lru_cache
def divisions_of(country: str) -> Division:
    """The country, with its regions inside, with their cities inside, with their districts inside."""
    return _japan() if country == "JP" else _of_metadata(country)


@lru_cache
def places_of_one_region(country: str) -> Mapping[str, str]:
    """Name of a city -> its region, if nothing else in the country has the name."""
    regions = {region.name: region for region in divisions_of(country).inside.values()}
    names = Counter(name for region in regions.values() for name in _names(region))
    return {name: region.name for region in regions.values() for name in region.inside if names[name] == 1}


def _names(division: Division) -> Iterator[str]:
    for name, inside in division.inside.items():
        yield name
        yield from _names(inside)


def _japan() -> Division:
    country = Division("JP")
    for row in read_rows(JAPAN):
        region = country.inside.setdefault(row["region"], Division(row["region"]))
        name = row["municipality"]
        place = region.inside.setdefault(name, Division(name))
        region.inside[f"{row['county']}{name}"] = place
        if row["ward"]:
            place.inside.setdefault(row["ward"], Division(row["ward"]))
    return country


def _of_metadata(country: str) -> Division:
    """Regions have short names too: 서울 and 서울시, 浙江. A short name that a city has is none."""
    regions = {key: (short, _division(f"{country}/{key}", key)) for key, short in _listed(country)}
    cities = {name for _, region in regions.values() for name in region.inside}
    written: dict[str, Division] = {}
    short_names: set[str] = set()
    for key, (short, region) in regions.items():
        stem = ENDS_OF_REGIONS.sub("", short)
        short_names |= {name for name in (short, stem, *(f"{stem}{end}" for end in MORE_ENDS)) if name != key}
        written |= dict.fromkeys([key, *short_names.difference(written, cities, regions)], region)
    return Division(country, written, frozenset(short_names))


def _division(path: str, name: str) -> Division:
    return Division(name, {key: _division(f"{path}/{key}", key) for key, _ in _listed(path)})


def _listed(path: str) -> list[tuple[str, str]]:
    """Each division inside, with its usual name."""
    entry = metadata_of(path)
    keys = [key for key in entry.get("sub_keys", "").split("~") if key]
    names = entry.get("sub_names", "").split("~")
    return list(zip(keys, names if len(names) == len(keys) else keys, strict=True))
