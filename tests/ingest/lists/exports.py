"""Small lists in the shapes of real exports, with the right field of every column. All places are invented."""

from __future__ import annotations

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
Truth = dict[str, str | None]  # column -> field; None: no field of a record


@dataclass(frozen=True)
class Export:
    name: str
    write: Callable[[Path], None]
    truth: Truth


def _text(text: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    return lambda path: path.write_bytes(text.encode(encoding)) and None


def _file(name: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    """A file of `tests/data/lists`, in the encoding of its origin."""
    return lambda path: _text((DATA / name).read_text(encoding="utf-8"), encoding)(path)


def _lines(lines: list[Any]) -> Callable[[Path], None]:
    return _text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n")


def _sheet(rows: list[list[Any]], title: str = "Sheet1") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        workbook = openpyxl.Workbook()
        workbook.active.title = title
        for row in rows:
            workbook.active.append(row)
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


OVERTURE: Truth = {
    "id": "id",
    "geometry": "geometry",
    **dict.fromkeys(("bbox/xmin", "bbox/xmax", "bbox/ymin", "bbox/ymax", "version", "confidence"), None),
    **{f"sources/0/{key}": None for key in ("dataset", "record_id", "update_time", "confidence")},
    "names/primary": "entity_name",
    "names/common/en": "alternate_names",
    **{f"names/rules/0/{key}": None for key in ("variant", "language", "value")},
    "categories/primary": "raw_categories",
    "categories/alternate": "raw_categories",
    "websites": "website_url",
    "socials": "facebook_url",
    "emails": None,
    "phones": "phone",
    "brand/names/primary": None,
    "addresses/0/freeform": "street_address",
    "addresses/0/locality": "city",
    "addresses/0/postcode": "postcode",
    "addresses/0/region": "region",
    "addresses/0/country": "country",
    "operating_status": "operating_status",
}


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


FOURSQUARE: Truth = {
    "fsq_place_id": "id",
    **{name: name for name in ("latitude", "longitude", "region", "postcode", "country", "email")},
    "name": "entity_name",
    "address": "street_address",
    "locality": "city",
    "admin_region": None,
    "post_town": None,
    "po_box": None,
    "date_created": None,
    "date_refreshed": "source_updated_at",
    "date_closed": None,
    "tel": "phone",
    "website": "website_url",
    "facebook_id": "facebook_url",
    "instagram": "instagram_url",
    "twitter": "twitter_url",
    "fsq_category_ids": None,
    "fsq_category_labels": "raw_categories",
    "placemaker_url": None,
    "unresolved_flags": None,
}

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


OSM_EXTRACT: Truth = {
    "type": "id",
    "id": "id",
    "lat": "latitude",
    "lon": "longitude",
    "tags/name": "entity_name",
    "tags/amenity": "raw_categories",
    "tags/leisure": "raw_categories",
    "tags/sport": "raw_categories",
    "tags/addr:street": "street",
    "tags/addr:housenumber": "house_number",
    "tags/phone": "phone",
    "tags/check_date": None,
}

EXCEL_GERMAN = [
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
WEEK = [
    ["Venue", "Category", "Lat/Long", *WEEKDAYS, "Wheelchair access", "Last updated"],
    ["Tin Shed", "Bar", "-36.8485, 174.7633", "closed", *["16:00-23:00"] * 6, "Yes", "2025-02-01"],
    ["Pō Kāri", "Restaurant", "-36.8500, 174.7600", *["17:00-22:00"] * 6, "closed", "No", "2025-02-02"],
    ["Kauri Pool", "Pool", "-36.8600, 174.7700", *["06:00-20:00"] * 7, "Yes", "2025-02-03"],
]

SALES_TRUTH: Truth = {
    "Account ID": "id",
    "Account Name": "entity_name",
    "Type": "raw_categories",
    "Billing Street": "street_address",
    "Billing City": "city",
    "Billing State/Province": "region",
    "Billing Zip/Postal Code": "postcode",
    "Billing Country": "country",
    "Phone": "phone",
    "Fax": None,
    "Website": "website_url",
    "Account Owner": None,
    "Last Modified Date": "source_updated_at",
}

EXPORTS = (
    Export(
        "council.csv",
        _file("council.csv", "windows-1252"),
        {"UPRN": "id", "Facility Name": "entity_name", "Facility Type": "raw_categories", "Address 1": "address",
         "Address 2": "address", "Town": "city", "Post Code": "postcode", "Telephone No.": "phone",
         "Web Address": "website_url", "Eastings": "easting", "Northings": "northing"},
    ),
    Export(
        "takeout.csv",
        _file("takeout.csv"),
        {"Title": "entity_name", "Note": None, "URL": None, "Tags": None, "Comment": None},
    ),
    Export(
        "saved_places.geojson",
        _text(json.dumps(TAKEOUT_PLACES, indent=1)),
        {"date": None, "google_maps_url": None, "location/address": "address", "location/country_code": "country",
         "location/name": "entity_name", "geometry": "geometry"},
    ),
    Export("overture.parquet", _overture, OVERTURE),
    Export("foursquare.parquet", _foursquare, FOURSQUARE),
    Export(
        "overpass.geojson",
        _text(json.dumps(OVERPASS)),
        {"@id": "id", "id": None, "name": "entity_name", "amenity": "raw_categories", "cuisine": "raw_categories",
         "addr:street": "street", "addr:housenumber": "house_number", "addr:postcode": "postcode", "addr:city": "city",
         "contact:phone": "phone", "website": "website_url", "opening_hours": "opening_hours",
         "wheelchair": "disabled_access", "operator": None, "check_date": None, "name:en": "alternate_names",
         "geometry": "geometry"},
    ),
    Export("hamburg.osm.pbf", _osm_extract, OSM_EXTRACT),
    Export(
        "sportstaetten.xlsx",
        _sheet(EXCEL_GERMAN, "Sportstätten"),
        {"Lfd. Nr.": "id", "Bezeichnung": "entity_name", "Sportart": "raw_categories", "Straße": "street",
         "Hausnummer": "house_number", "PLZ": "postcode", "Ort": "city", "Telefon": "phone", "Bemerkungen": None},
    ),
    Export(
        "vereine.csv",
        _file("vereine.csv"),
        {"Vereinsname": "entity_name", "Straße und Hausnummer": "street_address", "PLZ": "postcode", "Stadt": "city",
         "Ansprechpartner": None, "Telefonnummer": "phone", "E-Mail-Adresse": "email", "Homepage": "website_url",
         "Breitengrad": "latitude", "Längengrad": "longitude", "Mitglieder": None},
    ),
    Export(
        "equipements.csv",
        _file("equipements.csv"),
        {"Nom de l'établissement": "entity_name", "Type d'établissement": "raw_categories", "Adresse": "street_address",
         "Code postal": "postcode", "Commune": "city", "Code INSEE": None, "Téléphone": "phone", "Courriel": "email",
         "Site internet": "website_url", "Horaires d'ouverture": "opening_hours",
         "Accessibilité PMR": "disabled_access", "coordonnees": "latitude, longitude"},
    ),
    Export(
        "instalaciones.tsv",
        _file("instalaciones.tsv"),
        {"Código": "id", "Nombre": "entity_name", "Categoría": "raw_categories", "Dirección": "street_address",
         "Código Postal": "postcode", "Municipio": "city", "Provincia": "region", "Teléfono": "phone",
         "Correo electrónico": "email", "Página web": "website_url", "Latitud": "latitude", "Longitud": "longitude",
         "Observaciones": None},
    ),
    Export(
        "shisetsu.csv",
        _file("shisetsu.csv", "shift_jis"),
        {"都道府県コード又は市区町村コード": None, "NO": "id", "施設名": "entity_name",
         "施設名_カナ": "alternate_names",
         "施設名_英語": "alternate_names", "住所": "address", "緯度": "latitude", "経度": "longitude",
         "電話番号": "phone", "ＦＡＸ番号": None, "利用可能曜日": None, "開始時間": None, "備考": None,
         "URL": "website_url", "郵便番号": "postcode", "カテゴリー": "raw_categories"},
    ),
    Export(
        "crm.csv",
        _file("crm.csv", "utf-8-sig"),
        {"Record ID": "id", "Company name": "entity_name", "Company owner": None, "Create Date": None,
         "Phone Number": "phone", "Last Activity Date": None, "Street Address": "street_address", "City": "city",
         "State/Region": "region", "Postal Code": "postcode", "Country/Region": "country",
         "Industry": "raw_categories", "Company Domain Name": "website_url",
         "LinkedIn Company Page": "linkedin_url", "Number of Employees": None},
    ),
    Export(
        "charities.txt",
        _file("charities.txt"),
        {"registered_charity_number": "id", "charity_name": "entity_name", "charity_registration_status": None,
         "date_of_registration": None, "charity_contact_address1": "address", "charity_contact_address2": "address",
         "charity_contact_address3": "address", "charity_contact_postcode": "postcode",
         "charity_contact_phone": "phone", "charity_contact_email": "email", "charity_contact_web": "website_url",
         "charity_activities": "description", "latest_income": None},
    ),
    Export(
        "hospitals.csv",
        _file("hospitals.csv", "windows-1252"),
        {"OrganisationID": "id", "OrganisationCode": None, "OrganisationType": "raw_categories",
         "SubType": "raw_categories", "OrganisationName": "entity_name", "Address1": "address", "Address2": "address",
         "City": "city", "County": "region", "Postcode": "postcode", "Latitude": "latitude", "Longitude": "longitude",
         "ParentName": None, "Phone": "phone", "Email": "email", "Website": "website_url", "Fax": None},
    ),
    Export(
        "stores.csv",
        _file("stores.csv"),
        {"sl_id": "id", "sl_store": "entity_name", "sl_address": "address", "sl_address2": "address",
         "sl_city": "city", "sl_state": "region", "sl_zip": "postcode", "sl_country": "country",
         "sl_latitude": "latitude", "sl_longitude": "longitude", "sl_tags": None, "sl_description": "description",
         "sl_email": "email", "sl_url": "website_url", "sl_hours": "opening_hours", "sl_phone": "phone",
         "sl_fax": None, "sl_image": None},
    ),
    Export(
        "pages.csv",
        _file("pages.csv"),
        {"Page ID": "id", "Page name": "entity_name", "Link": "facebook_url", "Category": "raw_categories",
         "About": "description", "Phone": "phone", "Website": "website_url", "Emails": "email",
         "Street": "street_address", "City": "city", "Zip": "postcode", "Country": "country", "Latitude": "latitude",
         "Longitude": "longitude", "Likes": None, "Overall rating": "rating", "Rating count": "rating_count"},
    ),
    Export(
        "venues.sqlite",
        _database,
        {"venue_id": "id", "venue_name": "entity_name", "kind": "raw_categories", "addr": "address",
         "pcode": "postcode", "tel": "phone", "lat": "latitude", "lng": "longitude", "updated_at": "source_updated_at"},
    ),
    Export(
        "businesses.ndjson",
        _lines(SCHEMA_ORG),
        {"@context": None, "@type": "raw_categories", "@id": "id", "name": "entity_name", "url": "website_url",
         "telephone": "phone", "email": "email", "address/@type": None, "address/streetAddress": "street_address",
         "address/addressLocality": "city", "address/postalCode": "postcode", "address/addressCountry": "country",
         "geo/@type": None, "geo/latitude": "latitude", "geo/longitude": "longitude", "openingHours": "opening_hours",
         "sameAs": "instagram_url", "priceRange": None, "aggregateRating/@type": None,
         "aggregateRating/ratingValue": "rating", "aggregateRating/reviewCount": "rating_count",
         "description": "description"},
    ),
    Export(
        "impianti.csv",
        _file("impianti.csv"),
        {"Denominazione": "entity_name", "Tipologia": "raw_categories", "Indirizzo": "street",
         "Civico": "house_number", "CAP": "postcode", "Comune": "city", "Provincia": "region", "Telefono": "phone",
         "Sito web": "website_url", "WKT": "geometry"},
    ),
    Export(
        "sport.txt",
        _file("sport.txt"),
        {"Naam": "entity_name", "Soort": "raw_categories", "Straatnaam": "street", "Huisnummer": "house_number",
         "Postcode": "postcode", "Plaats": "city", "Telefoonnummer": "phone", "E-mailadres": "email",
         "Website": "website_url", "X-coördinaat": "easting", "Y-coördinaat": "northing"},
    ),
    Export("accounts.csv", _file("accounts.csv"), SALES_TRUTH),
    Export(
        "week.xlsx",
        _sheet(WEEK),
        {"Venue": "entity_name", "Category": "raw_categories", "Lat/Long": "latitude, longitude",
         **dict.fromkeys(WEEKDAYS, "opening_hours"), "Wheelchair access": "disabled_access",
         "Last updated": "source_updated_at"},
    ),
    Export(
        "obiekty.csv",
        _file("obiekty.csv"),
        {"Nazwa": "entity_name", "Rodzaj": "raw_categories", "Ulica": "street", "Numer": "house_number",
         "Kod pocztowy": "postcode", "Miejscowość": "city", "Województwo": "region", "Telefon": "phone",
         "Strona WWW": "website_url", "Szerokość geograficzna": "latitude", "Długość geograficzna": "longitude",
         "Uwagi": None},
    ),
)  # fmt: skip
