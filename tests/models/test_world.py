"""Records of four countries, as the services answer, become one place each, written as in their country."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from extract.engine import Extractor, QueryContext
from extract.geography.countries import Box
from extract.payloads.readings import read_payloads
from extract.text.lexicon import load_lexicon
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR
from orchestrate.store.warehouse import Warehouse
from tests.repeated_builds import build

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cafes")]  # one build for all of them
NOW = datetime(2026, 1, 1)


class City(NamedTuple):
    """A run that asked about a city, and one cafe in the words of a places API, a map and its own page."""

    name: str
    country: str
    box: Box
    street: str
    house_number: str
    locality_line: str  # how an address goes on after the street
    postcode: str
    phone: str  # as a page of the country writes it
    point: tuple[float, float]


# Numbers from the ranges that regulators keep for fiction.
CITIES = (
    City(
        "Berlin", "DE", Box(52.3, 13.0, 52.7, 13.8), "Ginsterallee", "7", "10435 Berlin, Germany", "10435",
        "030 23125001", (52.539, 13.41),
    ),
    City(
        "Leeds", "GB", Box(53.71, -1.7, 53.89, -1.4), "Gorse Lane", "5", "Leeds LS6 3AA, UK", "LS6 3AA",
        "0113 496 0001", (53.82, -1.58),
    ),
    City(
        "Dublin", "IE", Box(53.2, -6.5, 53.5, -6.0), "Gorse Street", "12", "Dublin 2, D02 HR57, Ireland", "D02 HR57",
        "(020) 910 0001", (53.34, -6.26),
    ),
    City(
        "New York", "US", Box(40.5, -74.3, 40.95, -73.7), "Gorse Avenue", "350", "New York, NY 10001, USA", "10001",
        "(212) 555-0100", (40.75, -73.99),
    ),
)  # fmt: skip


def line_of(city: City) -> str:
    return f"{city.street} {city.house_number}" if city.country == "DE" else f"{city.house_number} {city.street}"


def answers(city: City) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Source, record and payload."""
    name, page = f"Whinny Cafe {city.name}", f"https://whinny-{city.country.lower()}.example/"
    latitude, longitude = city.point
    yield "google_places", f"place_{city.country}", {
        "displayName": {"text": name}, "types": ["cafe"], "nationalPhoneNumber": city.phone, "websiteUri": page,
        "formattedAddress": f"{line_of(city)}, {city.locality_line}",
        "location": {"latitude": latitude, "longitude": longitude},
    }  # fmt: skip
    yield "openstreetmap", f"node/{latitude}", {
        "lat": latitude + 0.0001, "lon": longitude,
        "tags": {
            "amenity": "cafe", "name": name, "addr:street": city.street, "addr:housenumber": city.house_number,
            "addr:postcode": city.postcode, "addr:city": city.name, "phone": city.phone,
        },
    }  # fmt: skip
    snippet = f"Coffee and cake at {line_of(city)}, {city.locality_line}. Tel: {city.phone}. Open all week."
    yield "serper", page, {"title": f"{name} | Home", "snippet": snippet, "link": page}


async def land(warehouse: Warehouse) -> None:
    connection, lexicon = warehouse.connection, load_lexicon(SEEDS_DIR)
    for city in CITIES:
        run_id = f"run_{city.country}"
        connection.execute(
            "insert into ops.runs (run_id, query, mode, status, started_at, area_name, area_country, area_south, "
            "area_west, area_north, area_east) values (?, 'cafes', 'live', 'completed', ?, ?, ?, ?, ?, ?, ?)",
            [run_id, NOW, city.name, city.country, *city.box],
        )
        for source, record_id, payload in answers(city):
            connection.execute(
                f"insert into raw.{source} values (?, ?, ?, ?, 'q', ?, 1, null)",
                [run_id, record_id, json.dumps(payload), record_id, NOW],
            )
        query = QueryContext(f"cafes {city.name}", None, None, city.name, (), city.country)
        await Extractor(lexicon, None).extract_run(connection, run_id=run_id, query=query, sources={"serper"}, now=NOW)
    connection.execute("insert into ops.build_context values ('run_US', ?)", [NOW])
    read_payloads(connection, SEEDS_DIR)


@pytest.fixture(scope="module")
def entities(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    path: Path = tmp_path_factory.mktemp("world") / "warehouse.duckdb"
    warehouse = Warehouse(path)
    asyncio.run(land(warehouse))
    warehouse.close()
    build(PROJECT_ROOT, path, "--select", "+entities", "--exclude-resource-type=test")
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("from marts.entities order by country")
        columns = [column for column, *_ in found.description]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def test_each_cafe_is_one_entity_of_all_its_records(entities):
    assert [(row["country"], row["source_count"]) for row in entities] == [("DE", 3), ("GB", 3), ("IE", 3), ("US", 3)]


@pytest.mark.parametrize(
    ("city", "phone"),
    list(zip(CITIES, ["+493023125001", "+441134960001", "+353209100001", "+12125550100"], strict=True)),
    ids=[city.name for city in CITIES],
)
def test_its_values_are_written_as_in_its_country(entities, city, phone):
    (row,) = [row for row in entities if row["country"] == city.country]

    assert (row["city"], row["postcode"], row["street_address"]) == (city.name, city.postcode, line_of(city))
    assert row["phone"] == phone
    assert (row["latitude"], row["longitude"]) == city.point
