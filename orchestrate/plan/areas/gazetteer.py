"""The areas of the world by their names. `make areas` writes the two files, from GeoNames."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from extract.folding import fold
from extract.schema import QueryContext
from ingest.calls import Area
from orchestrate.plan.areas.boxes import Box, around, reach_km

if TYPE_CHECKING:
    import duckdb

    from extract.text.lexicon import Lexicon

WORLD = Path(__file__).with_name("world")
Form = Literal["own", "other", "code"]
COLUMNS = "name, kind, country, region, weight, latitude, longitude, south, west, north, east"
AIRPORT_KM = 3.0
SHORTEST_NAME = 4  # letters; a shorter one may be a common word
DECIMALS = 4  # 10 m; the files are no more exact
NEIGHBOURHOOD_DEGREES = (0.5, 5.0, 180.0)  # where the nearest town is looked for, step by step


@dataclass(frozen=True)
class WorldPlace:
    """A country, region, town or airport, as one of its names finds it."""

    area: Area
    kind: str
    region: str | None
    weight: int  # people; a region, country or airport has fewer, because it is meant less often
    form: Form


def look_up(phrases: Collection[str]) -> dict[str, list[WorldPlace]]:
    """The places of each phrase. A phrase is folded words, separated by spaces."""
    found: dict[str, list[WorldPlace]] = defaultdict(list)
    if not phrases:
        return found
    with _connection().cursor() as connection:
        names = _rows(connection, "names", "name, place, form", f"name in ({_marks(phrases)})", list(phrases))
        numbers = sorted({place for _, place, _ in names})
        rows = _rows(connection, "places", f"place, {COLUMNS}", f"place in ({_marks(numbers)})", numbers)
    places = {number: row for number, *row in rows}
    for name, number, form in names:
        found[name].append(_place(places[number], form))
    return found


@lru_cache(maxsize=256)
def town_names(town: str, country: str | None) -> tuple[str, ...]:
    """The other names of the largest town of this name: `roma` and `rzym` of Rome, each as folded words."""
    query = f"""
        with town as (
            select places.place from read_parquet('{_file("names")}') as names
            join read_parquet('{_file("places")}') as places using (place)
            where names.name = $1 and places.kind = 'city' and ($2 is null or places.country = $2)
            order by places.weight desc, places.place limit 1
        )
        select distinct name from read_parquet('{_file("names")}')
        where place in (from town) and name <> $1 and length(name) >= {SHORTEST_NAME}
        order by name
    """  # noqa: S608 (names of ours)
    with _connection().cursor() as connection:
        return tuple(name for (name,) in connection.execute(query, [" ".join(fold(town)), country]).fetchall())


def with_names_of_city(query: QueryContext, lexicon: Lexicon) -> QueryContext:
    """The query with the names that pages in other languages give its city. The seed has those of its own areas."""
    if any(area.name == query.city for area in lexicon.named_areas):
        return query
    return replace(query, city_names=town_names(query.city, query.country))


def nearest_town(latitude: float, longitude: float) -> WorldPlace | None:
    """The town whose middle is nearest."""
    distance = (
        "(latitude - $1) * (latitude - $1)"
        " + pow(least(abs(longitude - $2), 360 - abs(longitude - $2)) * cos(radians($1)), 2)"
    )
    with _connection().cursor() as connection:
        for degrees in NEIGHBOURHOOD_DEGREES:
            is_near = f"kind = 'city' and abs(latitude - $1) <= {degrees}"
            rows = _rows(
                connection, "places", COLUMNS, f"{is_near} order by {distance}, place limit 1", [latitude, longitude]
            )
            if rows:
                return _place(rows[0], "own")
    return None


def countries_inside(box: Box) -> list[str | None]:
    """The countries with a town in the box, the one with most towns first."""
    between = "longitude between ? and ?" if box.west <= box.east else "(longitude >= ? or longitude <= ?)"
    inside = f"kind = 'city' and latitude between ? and ? and {between}"
    with _connection().cursor() as connection:
        rows = _rows(
            connection,
            "places",
            "country",
            f"{inside} group by country order by count(*) desc, country",
            [box.south, box.north, box.west, box.east],
        )
    return [country for (country,) in rows]


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """A database in memory. Starting one takes as long as a search in the files."""
    import duckdb  # it takes time, and `--help` needs none of it

    return duckdb.connect(config={"threads": 1})


def _marks(values: Collection[Any]) -> str:
    return ", ".join("?" * len(values)) or "null"


def _rows(connection: duckdb.DuckDBPyConnection, file: str, columns: str, where: str, values: list[Any]) -> list[Any]:
    return connection.execute(f"select {columns} from read_parquet('{_file(file)}') where {where}", values).fetchall()  # noqa: S608


def _file(name: str) -> str:
    return str(WORLD / f"{name}.parquet").replace("'", "''")


def _place(row: tuple[Any, ...], form: Form) -> WorldPlace:
    name, kind, country, region, weight, latitude, longitude, *edges = row
    latitude, longitude = round(latitude, DECIMALS), round(longitude, DECIMALS)
    if edges[0] is None:
        box = around(latitude, longitude, AIRPORT_KM if kind == "airport" else reach_km(weight))
    else:
        box = Box(*(round(edge, DECIMALS) for edge in edges))
    return WorldPlace(Area(name, latitude, longitude, *box, country), kind, region, weight, form)


def phrases_of(words: tuple[str, ...], longest: int) -> Iterator[tuple[int, int]]:
    """Start and end of each phrase of at most `longest` words."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + longest, len(words)) + 1):
            yield start, end
