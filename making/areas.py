"""Writes the areas of the world that a query can name: `make areas`.

places.parquet has a row per country, region, town and airport; names.parquet has their names, folded as a query is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract.folding import compact, fold
from making import packages
from making.countries import box, read_countries

WORLD = Path(__file__).parents[1] / "orchestrate" / "plan" / "areas" / "world"
TOWN_WITH_OTHER_NAMES = 5_000  # people; of a smaller town only the own name is kept
METROPOLIS = 5_000_000  # people; only such a town is known by three letters, as NYC, and without its "City"
LONGEST_NAME = 6  # words
REGION_MARGIN_DEGREES = 0.1
# A region or country is meant less often than a town of the same size, an airport less often than its town.
PEOPLE_FOR_ONE_IN_A_REGION, PEOPLE_FOR_ONE_AT_AN_AIRPORT = 20, 10
AIRPORT_WORDS = re.compile(r"\b(international|intl|airport|regional|municipal)\b", re.IGNORECASE)


PLACES = pa.schema(
    [
        *((name, pa.int32() if name in ("place", "weight") else pa.string()) for name in ("place", "name", "kind")),
        *(("country", pa.string()), ("region", pa.string()), ("weight", pa.int32())),
        # four digits after the point are left: 10 m
        *((name, pa.float32()) for name in ("latitude", "longitude", "south", "west", "north", "east")),
    ]
)
NAMES = pa.schema([("name", pa.string()), ("place", pa.int32()), ("form", pa.string())])
ROWS_OF_A_GROUP = 20_000  # a group without a name that is looked for is not read


@dataclass
class Place:
    """A row of places.parquet. Only a region or country has a box: a town's follows from its people."""

    name: str
    kind: str
    country: str
    region: str | None
    weight: int  # people, or what counts as much
    latitude: float
    longitude: float
    box: tuple[float, float, float, float] | None = None
    names: dict[str, str] = field(default_factory=dict)  # folded -> own, other or code

    def add(self, name: str, form: str) -> None:
        words = fold(name)
        for key in (" ".join(words), " ".join(["st", *words[1:]] if words[:1] == ["saint"] else words)):
            if key and len(words) <= LONGEST_NAME:
                self.names.setdefault(key, form)


def main() -> None:
    regions = dict(_regions())
    places = [*_countries(), *regions.values(), *_towns(), *_airports()]
    places.sort(key=lambda place: (place.country, place.region or "", place.kind, place.name, place.latitude))
    WORLD.mkdir(exist_ok=True)
    columns = ("name", "kind", "country", "region", "weight", "latitude", "longitude")
    sides = ("south", "west", "north", "east")
    edges = {side: [place.box[i] if place.box else None for place in places] for i, side in enumerate(sides)}
    table = {name: [getattr(place, name) for place in places] for name in columns}
    _write("places", pa.table({"place": range(len(places)), **table, **edges}, schema=PLACES))
    names = sorted((key, number, form) for number, place in enumerate(places) for key, form in place.names.items())
    of_names = [list(column) for column in zip(*names, strict=True)]
    _write("names", pa.table(dict(zip(NAMES.names, of_names, strict=True)), schema=NAMES))


def _write(name: str, table: pa.Table) -> None:
    floats = [column.name for column in table.schema if column.type == pa.float32()]
    pq.write_table(
        table,
        WORLD / f"{name}.parquet",
        compression="zstd",
        compression_level=19,
        row_group_size=ROWS_OF_A_GROUP,
        use_dictionary=["kind", "country", "region", "form"],
        column_encoding={
            **dict.fromkeys(floats, "BYTE_STREAM_SPLIT"),
            **{column.name: "DELTA_BINARY_PACKED" for column in table.schema if column.type == pa.int32()},
            "name": "DELTA_BYTE_ARRAY",
        },
    )


def _countries() -> Iterator[Place]:
    for row in read_countries():
        south, west, north, east = (float(row[edge]) for edge in ("south", "west", "north", "east"))
        people = packages.countries()[row["country"]]["population"]
        latitude, longitude = _middle(south, west, north, east)
        place = Place(
            row["country_name"],
            "country",
            row["country"],
            None,
            people // PEOPLE_FOR_ONE_IN_A_REGION,
            latitude,
            longitude,
            (south, west, north, east),
        )
        place.add(row["country_name"], "own")
        for name in row["other_names"].split(";"):
            place.add(name, "other")
        place.add(row["country"], "code")
        yield place


def _regions() -> Iterator[tuple[packages.Region, Place]]:
    towns = defaultdict(list)
    for town in packages.towns().values():
        towns[town["countrycode"], town["admin1code"]].append(town)
    for key, name in sorted(packages.region_names().items()):
        edges = box(((t["latitude"], t["longitude"]) for t in towns[key]), REGION_MARGIN_DEGREES)
        people = sum(town["population"] for town in towns[key])
        place = Place(name, "region", key[0], name, people // PEOPLE_FOR_ONE_IN_A_REGION, *_middle(*edges), edges)
        place.add(name, "own")
        code, names = packages.subdivisions().get((key[0], compact(name)), ("", []))
        for other in names:
            place.add(other, "other")
        place.add(code, "code")
        yield key, place


def _middle(south: float, west: float, north: float, east: float) -> tuple[float, float]:
    longitude = (west + (east - west) % 360 / 2 + 180) % 360 - 180
    return round((south + north) / 2, 4), round(longitude, 4)


def _towns() -> Iterator[Place]:
    names = packages.region_names()
    for town in packages.towns().values():
        place = Place(
            town["name"],
            "city",
            town["countrycode"],
            names.get((town["countrycode"], town["admin1code"])),
            town["population"],
            town["latitude"],
            town["longitude"],
        )
        place.add(town["name"], "own")
        place.add(town["name"].removesuffix(" City"), "own" if town["population"] >= METROPOLIS else "other")
        if town["population"] >= TOWN_WITH_OTHER_NAMES:
            for name in town["alternatenames"]:
                if _is_name(name, town["population"]):
                    place.add(name, "other")
        yield place


def _is_name(name: str, people: int) -> bool:
    """Whether it is a name in its own script. A name in small Latin letters is a transcription from another."""
    if not _is_latin(name):
        return True
    letters = len("".join(fold(name)))
    return name[:1].isupper() and (letters > 3 or (letters == 3 and people >= METROPOLIS))


def _is_latin(name: str) -> bool:
    return all("LATIN" in unicodedata.name(c, "") for c in name if c.isalpha())


def _airports() -> Iterator[Place]:
    people: dict[tuple[str, str], int] = {}
    for town in packages.towns().values():
        for name in (town["name"], *town["alternatenames"]):
            key = town["countrycode"], compact(name)
            people[key] = max(people.get(key, 0), town["population"])
    for airport in packages.airports():
        if of_town := people.get((airport["country"], compact(airport["city"]))):
            yield _airport(airport, of_town // PEOPLE_FOR_ONE_AT_AN_AIRPORT)


def _airport(airport: dict[str, Any], weight: int) -> Place:
    place = Place(
        airport["name"],
        "airport",
        airport["country"],
        airport["subd"] or None,
        weight,
        round(airport["lat"], 5),
        round(airport["lon"], 5),
    )
    place.add(airport["name"], "own")
    bare = " ".join(AIRPORT_WORDS.sub(" ", airport["name"]).split())
    short = bare.removeprefix(airport["city"]).strip(" -/")
    for name in (bare, short):
        if compact(name) not in ("", compact(airport["city"])):
            place.add(name, "other")
            place.add(f"{name} airport", "other")
    place.add(f"{airport['city']} airport", "other")
    place.add(f"{airport['iata']} airport", "other")
    place.add(airport["iata"], "code")
    return place


if __name__ == "__main__":
    main()
