"""Small lists in the shapes of real exports, with the right field of every column. All places are invented."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import osmium
import osmium.osm.mutable as osm
import pyarrow as pa
import pyarrow.parquet as pq

DATA = Path(__file__).parents[2] / "data" / "lists"


@dataclass(frozen=True)
class Export:
    name: str
    write: Callable[[Path], None]

    @property
    def truth(self) -> dict[str, str | None]:
        """Column -> field, from `truth.csv`. None: no field of a record."""
        with (DATA / "truth.csv").open(encoding="utf-8", newline="") as file:
            return {row["column"]: row["field"] or None for row in csv.DictReader(file) if row["file"] == self.name}


def _text(text: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(text.encode(encoding))

    return write


def _file(name: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    """A file of `tests/data/lists`, in the encoding of its origin."""
    return lambda path: _text((DATA / name).read_text(encoding="utf-8"), encoding)(path)


def _lines(lines: list[Any]) -> Callable[[Path], None]:
    return _text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n")


def _sheet(rows: list[list[Any]], title: str = "Sheet1") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        workbook = openpyxl.Workbook(write_only=True)
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
        workbook.save(path)

    return write


TAKEOUT_PLACES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {
                "date": "2024-05-03T10:11:12Z",
                "google_maps_url": f"http://maps.google.com/?cid=12345{n}",
                "location": {"address": address, "country_code": "GB", "name": name},
            },
        }
        for n, (name, address, lat, lon) in enumerate(
            [
                ("Harbour Fish Bar", "4 Quay Street, Portwick PL1 2AA, United Kingdom", 50.37, -4.14),
                ("The Glass House", "17 High Street, Portwick PL1 3BB, United Kingdom", 50.371, -4.142),
                ("Pickle & Rye", "2 Mill Row, Portwick PL1 4CC, United Kingdom", 50.372, -4.144),
            ]
        )
    ],
}


def _overture(path: Path) -> None:
    """The schema of Overture's theme places."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            copy (
                select
                    '08f1' || n as id,
                    st_aswkb(('POINT(' || (13.37 + n / 100) || ' ' || (52.51 + n / 100) || ')')::geometry) as geometry,
                    {xmin: 13.3::float, xmax: 13.4::float, ymin: 52.5::float, ymax: 52.6::float} as bbox,
                    0::integer as version,
                    [{property: '', dataset: 'meta', record_id: '55' || n, update_time: '2025-01-01', confidence: 0.9}]
                        as sources,
                    {'primary': names[n], common: map {'en': names[n] || ' House'},
                     rules: [{variant: 'alternate', language: 'de', value: names[n] || ' alt'}]} as names,
                    {'primary': kinds[n], alternate: ['restaurant', 'bar']} as categories,
                    0.77::double as confidence,
                    ['https://' || lower(names[n]) || '.example/'] as websites,
                    ['https://www.facebook.com/11' || n] as socials,
                    null::varchar[] as emails,
                    ['+4930555010' || n] as phones,
                    {wikidata: null::varchar, names: {'primary': 'Kette', common: null::varchar}} as brand,
                    [{freeform: 'Lindenweg ' || n, locality: 'Berlin', postcode: '1011' || n, region: 'BE',
                      country: 'DE'}] as addresses,
                    'open' as operating_status
                from (select unnest([1, 2, 3]) as n, ['Morgenrot', 'Abendrot', 'Mittag'] as names,
                      ['cafe', 'bar', 'bakery'] as kinds)
            ) to '"""
            + str(path)
            + "'"
        )


def _foursquare(path: Path) -> None:
    """The schema of Foursquare's open places."""
    rows = [
        ("4b1", "Panadería Luz", 40.4168, -3.7038, "Calle Mayor 8", "Madrid", "MD", "28013", "luz.example"),
        ("4b2", "Taller Norte", 40.4268, -3.7138, "Calle del Pez 21", "Madrid", "MD", "28004", "tallernorte.example"),
        ("4b3", "Gimnasio Sur", 40.4068, -3.6938, "Avenida Real 3", "Madrid", "MD", "28005", "gimsur.example"),
    ]
    pq.write_table(
        pa.table(
            {
                "fsq_place_id": [row[0] for row in rows],
                "name": [row[1] for row in rows],
                "latitude": [row[2] for row in rows],
                "longitude": [row[3] for row in rows],
                "address": [row[4] for row in rows],
                "locality": [row[5] for row in rows],
                "region": [row[6] for row in rows],
                "postcode": [row[7] for row in rows],
                "admin_region": pa.nulls(3, pa.string()),
                "post_town": pa.nulls(3, pa.string()),
                "po_box": pa.nulls(3, pa.string()),
                "country": ["ES"] * 3,
                "date_created": ["2015-03-01", "2016-04-02", "2017-05-03"],
                "date_refreshed": ["2024-03-01", "2024-04-02", "2024-05-03"],
                "date_closed": pa.nulls(3, pa.string()),
                "tel": ["+34 915 550 101", "915 550 102", "915 55 01 03"],
                "website": [f"http://www.{row[8]}" for row in rows],
                "email": [f"hola@{row[8]}" for row in rows],
                "facebook_id": ["1045551", "1045552", "1045553"],
                "instagram": ["panaderialuz", "tallernorte", "gimsur"],
                "twitter": ["luzpan", "tnorte", "gimsur"],
                "fsq_category_ids": [["4bf1"], ["4bf2"], ["4bf3"]],
                "fsq_category_labels": [["Dining > Bakery"], ["Retail > Repair"], ["Sports > Gym"]],
                "placemaker_url": [f"https://foursquare.example/placemakers/review-place/{row[0]}" for row in rows],
                "unresolved_flags": pa.nulls(3, pa.list_(pa.string())),
            }
        ),
        path,
    )


OVERPASS = {
    "type": "FeatureCollection",
    "generator": "overpass-turbo",
    "copyright": "The data included in this document is from www.openstreetmap.org.",
    "timestamp": "2025-01-01T00:00:00Z",
    "features": [
        {
            "type": "Feature",
            "id": f"node/{n}",
            "properties": {
                "@id": f"node/{n}",
                "name": name,
                "amenity": kind,
                "addr:street": "Rue des Lilas",
                "addr:housenumber": str(n),
                "addr:postcode": "69003",
                "addr:city": "Lyon",
                "contact:phone": f"+33 4 72 55 01 0{n}",
                "website": f"https://{site}.example",
                "opening_hours": "Mo-Fr 09:00-18:00",
                "wheelchair": "yes",
                "cuisine": "french",
                "operator": "Groupe",
                "check_date": "2024-05-01",
                "name:en": f"The {name}",
            },
            "geometry": {"type": "Point", "coordinates": [4.85 + n / 1000, 45.75]},
        }
        for n, (name, kind, site) in enumerate(
            [
                ("Le Petit Four", "cafe", "petitfour"),
                ("Chez Odile", "restaurant", "odile"),
                ("Au Pont", "bar", "aupont"),
            ],
            1,
        )
    ],
}


def _osm_extract(path: Path) -> None:
    with osmium.SimpleWriter(str(path)) as writer:
        for n in range(1, 5):
            writer.add_node(osm.Node(id=n, location=(9.99 + n % 2 / 1000, 53.55 + n // 3 / 1000), tags={}))
        writer.add_node(
            osm.Node(
                id=10,
                version=4,
                location=(9.993, 53.551),
                tags={"amenity": "cafe", "name": "Kaffeeklappe", "addr:street": "Hafenweg", "addr:housenumber": "3",
                      "phone": "+49 40 5550101", "check_date": "2024-01-01"},
            )
        )  # fmt: skip
        writer.add_node(osm.Node(id=11, location=(9.994, 53.552), tags={"highway": "crossing"}))
        writer.add_way(
            osm.Way(
                id=20, nodes=[1, 2, 4, 3, 1], tags={"leisure": "sports_centre", "name": "Halle Nord", "sport": "padel"}
            )
        )


EXCEL_GERMAN: list[list[Any]] = [
    ["Sportstätten der Stadt Musterfeld", None, None, None, None, None, None, None],
    ["Stand: 01.03.2025", None, None, None, None, None, None, None],
    [],
    ["Lfd. Nr.", "Bezeichnung", "Sportart", "Straße", "Hausnummer", "PLZ", "Ort", "Telefon", "Bemerkungen"],
    [1, "Turnhalle Am Bach", "Turnen", "Bachstraße", 12, 99999, "Musterfeld", "03999 555010", "Umkleide"],
    [2, "Schwimmbad Süd", "Schwimmen", "Südring", "4a", 99998, "Musterfeld", "03999 555011", None],
    [3, "Tennisclub Rot-Weiß", "Tennis", "Parkallee", 30, 99997, "Musterfeld", "03999 555012", "nur Mitglieder"],
]


def _database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table venue (venue_id integer, venue_name text, kind text, addr text, pcode text, "
                           "tel text, lat real, lng real, updated_at text)")  # fmt: skip
        connection.executemany(
            "insert into venue values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    1,
                    "Quay Arts",
                    "theatre",
                    "Sea Street, Newhaven",
                    "BN9 0AA",
                    "01273 496101",
                    50.79,
                    0.05,
                    "2024-01-02",
                ),
                (
                    2,
                    "The Loft",
                    "music venue",
                    "5 West Road, Newhaven",
                    "BN9 1BB",
                    "01273 496102",
                    50.80,
                    0.06,
                    "2024-02-03",
                ),
                (3, "Signal Box", "bar", "1 Station Way, Newhaven", "BN9 2CC", None, 50.78, 0.04, "2024-03-04"),
            ],
        )
    connection.close()


SCHEMA_ORG = [
    {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": f"https://{site}.example/#place",
        "name": name,
        "url": f"https://{site}.example/",
        "telephone": f"+31 20 555 010{n}",
        "email": f"info@{site}.example",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": f"Prinsengracht {n}0",
            "addressLocality": "Amsterdam",
            "postalCode": f"1015 D{chr(64 + n)}",
            "addressCountry": "NL",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": 52.37 + n / 1000, "longitude": 4.88},
        "openingHours": ["Mo-Fr 09:00-17:00", "Sa 10:00-16:00"],
        "sameAs": [f"https://www.instagram.com/{site}"],
        "priceRange": "€€",
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.5, "reviewCount": 10 * n},
        "description": f"{name} is a fine place by the canal.",
    }
    for n, (name, kind, site) in enumerate(
        [("Bakkerij Zon", "Bakery", "zon"), ("Fietsen Maan", "BikeStore", "maan"), ("Café Ster", "Restaurant", "ster")],
        1,
    )
]

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WEEK: list[list[Any]] = [
    ["Venue", "Category", "Lat/Long", *WEEKDAYS, "Wheelchair access", "Last updated"],
    ["Tin Shed", "Bar", "-36.8485, 174.7633", "closed", *["16:00-23:00"] * 6, "Yes", "2025-02-01"],
    ["Pō Kāri", "Restaurant", "-36.8500, 174.7600", *["17:00-22:00"] * 6, "closed", "No", "2025-02-02"],
    ["Kauri Pool", "Pool", "-36.8600, 174.7700", *["06:00-20:00"] * 7, "Yes", "2025-02-03"],
]

EXPORTS = (
    Export("council.csv", _file("council.csv", "windows-1252")),
    Export("takeout.csv", _file("takeout.csv")),
    Export("saved_places.geojson", _text(json.dumps(TAKEOUT_PLACES, indent=1))),
    Export("overture.parquet", _overture),
    Export("foursquare.parquet", _foursquare),
    Export("overpass.geojson", _text(json.dumps(OVERPASS))),
    Export("hamburg.osm.pbf", _osm_extract),
    Export("sportstaetten.xlsx", _sheet(EXCEL_GERMAN, "Sportstätten")),
    Export("vereine.csv", _file("vereine.csv")),
    Export("equipements.csv", _file("equipements.csv")),
    Export("instalaciones.tsv", _file("instalaciones.tsv")),
    Export("shisetsu.csv", _file("shisetsu.csv", "shift_jis")),
    Export("crm.csv", _file("crm.csv", "utf-8-sig")),
    Export("charities.txt", _file("charities.txt")),
    Export("hospitals.csv", _file("hospitals.csv", "windows-1252")),
    Export("stores.csv", _file("stores.csv")),
    Export("pages.csv", _file("pages.csv")),
    Export("venues.sqlite", _database),
    Export("businesses.ndjson", _lines(SCHEMA_ORG)),
    Export("impianti.csv", _file("impianti.csv")),
    Export("sport.txt", _file("sport.txt")),
    Export("accounts.csv", _file("accounts.csv")),
    Export("week.xlsx", _sheet(WEEK)),
    Export("obiekty.csv", _file("obiekty.csv")),
)
