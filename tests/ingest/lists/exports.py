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

Truth = dict[str, str | None]  # column -> field; None: no field of a record


@dataclass(frozen=True)
class Export:
    name: str
    write: Callable[[Path], None]
    truth: Truth


def _text(text: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    return lambda path: path.write_bytes(text.encode(encoding)) and None


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


COUNCIL = """Leisure facilities in the borough,,,,,,,,,,
UPRN,Facility Name,Facility Type,Address 1,Address 2,Town,Post Code,Telephone No.,Web Address,Eastings,Northings
10001,Ridgeway Leisure Centre,Leisure centre,Ridgeway House,12 Mill Lane,Averton,NG5 1AB,0115 496 0101,www.ridgeway.example,457200,341100
10002,Café Rosé Community Hall,Community hall,The Old School,3 Church Street,Averton,NG5 2CD,0115 496 0102,www.rosehall.example,457900,341900
10003,Averton Bowls Club,Sports club,Pavilion,88 Park Road,Averton,NG5 3EF,0115 496 0103,,458300,340200
10004,Stonebridge Library,Library,,1 Market Place,Stonebridge,NG6 4GH,0115 496 0104,www.stonebridge.example,459100,342700
"""

TAKEOUT_CSV = """Title,Note,URL,Tags,Comment
Harbour Fish Bar,best chips,https://www.google.com/maps/place/Harbour+Fish+Bar/data=!4m2!3m1!1s0x1:0x2,,
The Glass House,,https://www.google.com/maps/place/The+Glass+House/data=!4m2!3m1!1s0x3:0x4,,
Pickle & Rye,try the soup,https://www.google.com/maps/place/Pickle+Rye/data=!4m2!3m1!1s0x5:0x6,,
"""

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
                    [{freeform: 'Lindenweg ' || n, locality: 'Berlin', postcode: '1011' || n, region: 'BE', country: 'DE'}]
                        as addresses,
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
            [("Le Petit Four", "cafe", "petitfour"), ("Chez Odile", "restaurant", "odile"), ("Au Pont", "bar", "aupont")], 1
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
            osm.Way(id=20, nodes=[1, 2, 4, 3, 1], tags={"leisure": "sports_centre", "name": "Halle Nord", "sport": "padel"})
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

SEMICOLONS = """Vereinsname;Straße und Hausnummer;PLZ;Stadt;Ansprechpartner;Telefonnummer;E-Mail-Adresse;Homepage;Breitengrad;Längengrad;Mitglieder
SV Grünau 1920 e.V.;Am Sportplatz 3;04109;Leipzig;Karl Beispiel;0341 5550101;info@svgruenau.example;www.svgruenau.example;51,3397;12,3731;340
Ruderclub Elster;Uferweg 17;04107;Leipzig;Eva Muster;0341 5550102;post@rcelster.example;https://rcelster.example;51,3301;12,3650;120
Kletterfreunde;Felsgasse 2;04105;Leipzig;Jan Probe;0341 5550103;kontakt@kletter.example;kletter.example;51,3460;12,3602;88
"""

FRENCH = """Nom de l'établissement;Type d'établissement;Adresse;Code postal;Commune;Code INSEE;Téléphone;Courriel;Site internet;Horaires d'ouverture;Accessibilité PMR;coordonnees
Médiathèque des Halles;Médiathèque;5 rue des Halles;35000;Rennes;35238;02 99 55 01 01;contact@halles.example;https://halles.example;Mardi-Samedi 10h-18h;Oui;"48.1113, -1.6800"
Piscine du Pré;Piscine;12 avenue du Pré;35200;Rennes;35238;02 99 55 01 02;info@pre.example;https://piscinepre.example;Tous les jours 8h-20h;Non;"48.0950, -1.6700"
Gymnase Loire;Gymnase;40 boulevard de la Loire;35700;Rennes;35238;02 99 55 01 03;gym@loire.example;https://gymloire.example;Lundi-Vendredi 9h-22h;Oui;"48.1200, -1.6600"
"""

SPANISH = """Código\tNombre\tCategoría\tDirección\tCódigo Postal\tMunicipio\tProvincia\tTeléfono\tCorreo electrónico\tPágina web\tLatitud\tLongitud\tObservaciones
A-01\tPolideportivo El Olivo\tPolideportivo\tCalle Sol, 4\t41001\tSevilla\tSevilla\t954 555 101\tolivo@deporte.example\twww.elolivo.example\t37.3891\t-5.9845\tcubierto
A-02\tPiscina Las Flores\tPiscina\tAvda. Luna, 22\t41002\tSevilla\tSevilla\t954 555 102\tflores@deporte.example\twww.lasflores.example\t37.3991\t-5.9945\t
A-03\tPista La Vega\tPista\tPlaza Mayor, 1\t41003\tSevilla\tSevilla\t954 555 103\tvega@deporte.example\twww.lavega.example\t37.3791\t-5.9745\t
"""

JAPANESE = """都道府県コード又は市区町村コード,NO,施設名,施設名_カナ,施設名_英語,住所,緯度,経度,電話番号,ＦＡＸ番号,利用可能曜日,開始時間,備考,URL,郵便番号,カテゴリー
131016,0001,中央図書館,チュウオウトショカン,Central Library,東京都中央区本町1-2-3,35.6812,139.7671,03-5550-0101,03-5550-0201,月火水木金,09:00,休館あり,https://chuo-lib.example,103-0001,図書館
131016,0002,港体育館,ミナトタイイクカン,Minato Gym,東京都港区海岸4-5-6,35.6550,139.7500,03-5550-0102,03-5550-0202,月火水,10:00,,https://minato-gym.example,105-0022,体育館
131016,0003,北公園,キタコウエン,Kita Park,東京都北区王子7-8-9,35.7530,139.7330,03-5550-0103,03-5550-0203,毎日,00:00,,https://kita-park.example,114-0002,公園
"""

CRM = """Record ID,Company name,Company owner,Create Date,Phone Number,Last Activity Date,Street Address,City,State/Region,Postal Code,Country/Region,Industry,Company Domain Name,LinkedIn Company Page,Number of Employees
9001,Blue Anchor Coffee,Jo Doe,2023-01-02 10:00,(206) 555-0101,2024-02-03 09:00,410 Pine St,Seattle,WA,98101,United States,Restaurants,blueanchor.example,https://www.linkedin.com/company/blueanchor,12
9002,Cedar Climbing,Jo Doe,2023-01-03 10:00,(206) 555-0102,2024-02-04 09:00,77 Cedar Ave,Seattle,WA,98109,United States,Sports,cedarclimb.example,https://www.linkedin.com/company/cedarclimb,30
9003,Dockside Books,Al Roe,2023-01-04 10:00,(206) 555-0103,2024-02-05 09:00,9 Dock Rd,Tacoma,WA,98402,United States,Retail,docksidebooks.example,https://www.linkedin.com/company/dockside,4
"""

CHARITIES = """registered_charity_number\tcharity_name\tcharity_registration_status\tdate_of_registration\tcharity_contact_address1\tcharity_contact_address2\tcharity_contact_address3\tcharity_contact_postcode\tcharity_contact_phone\tcharity_contact_email\tcharity_contact_web\tcharity_activities\tlatest_income
1900001\tThe Larch Trust\tRegistered\t2001-02-03\tLarch House\t12 Hill Road\tNorthbridge\tLS1 4AB\t0113 496 0101\tinfo@larch.example\twww.larch.example\tHelps young people into sport.\t120000
1900002\tRiver Friends\tRegistered\t2005-06-07\tThe Mill\t3 Water Lane\tNorthbridge\tLS2 5CD\t0113 496 0102\thello@river.example\twww.riverfriends.example\tCleans the river and teaches children.\t8000
1900003\tStar Pantry\tRegistered\t2015-08-09\tUnit 4\t9 Dock Street\tNorthbridge\tLS3 6EF\t0113 496 0103\thi@pantry.example\twww.starpantry.example\tGives food to those in need.\t45000
"""

HEALTH = """OrganisationID¬OrganisationCode¬OrganisationType¬SubType¬OrganisationName¬Address1¬Address2¬City¬County¬Postcode¬Latitude¬Longitude¬ParentName¬Phone¬Email¬Website¬Fax
40001¬RX101¬Hospital¬Hospital¬Elmfield Hospital¬Elmfield Lane¬¬Wexcombe¬Wiltshire¬SN1 1AA¬51.55¬-1.78¬Wexcombe Trust¬01793 496101¬info@elmfield.example¬https://elmfield.example¬01793 496201
40002¬RX102¬Clinic¬Mental health¬Ash Clinic¬2 Ash Road¬Southgate¬Wexcombe¬Wiltshire¬SN2 2BB¬51.56¬-1.77¬Wexcombe Trust¬01793 496102¬info@ash.example¬https://ashclinic.example¬01793 496202
40003¬RX103¬Hospital¬Hospital¬Oakham Infirmary¬7 Oak Street¬¬Oakham¬Wiltshire¬SN3 3CC¬51.57¬-1.76¬Oakham Trust¬01793 496103¬info@oakham.example¬https://oakhaminf.example¬01793 496203
"""

STORE_LOCATOR = """sl_id,sl_store,sl_address,sl_address2,sl_city,sl_state,sl_zip,sl_country,sl_latitude,sl_longitude,sl_tags,sl_description,sl_email,sl_url,sl_hours,sl_phone,sl_fax,sl_image
1,Kiln & Clay,100 Main St,Suite 5,Austin,TX,78701,USA,30.2672,-97.7431,pottery,Classes and a shop,hi@kiln.example,https://kiln.example,Mon-Sat 10am-6pm,512-555-0101,512-555-0201,https://img.example/1.jpg
2,Kiln & Clay South,2200 South Congress Ave,,Austin,TX,78704,USA,30.2450,-97.7500,pottery,Open studio,south@kiln.example,https://south-kiln.example,Daily 9am-9pm,512-555-0102,512-555-0202,https://img.example/2.jpg
3,Kiln & Clay East,15 E 6th St,Floor 2,Austin,TX,78702,USA,30.2600,-97.7200,pottery,Kids' courses,east@kiln.example,https://east-kiln.example,Tue-Sun 11am-5pm,512-555-0103,512-555-0203,https://img.example/3.jpg
"""

FACEBOOK = """Page ID,Page name,Link,Category,About,Phone,Website,Emails,Street,City,Zip,Country,Latitude,Longitude,Likes,Overall rating,Rating count
10555001,Fjord Yoga,https://www.facebook.com/fjordyoga,Yoga studio,Yoga by the water,+47 55 55 01 01,https://fjordyoga.example,hei@fjordyoga.example,Bryggen 12,Bergen,5003,Norway,60.3972,5.3240,1200,4.8,95
10555002,Nord Kaffe,https://www.facebook.com/nordkaffe,Coffee shop,Coffee and cake,+47 55 55 01 02,https://nordkaffe.example,post@nordkaffe.example,Torget 3,Bergen,5014,Norway,60.3950,5.3250,800,4.5,61
10555003,Topp Klatring,https://www.facebook.com/toppklatring,Gym,Climbing for all,+47 55 55 01 03,https://toppklatring.example,info@toppklatring.example,Damsgård 40,Bergen,5058,Norway,60.3800,5.3300,2300,4.9,210
"""


def _database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table venue (venue_id integer, venue_name text, kind text, addr text, pcode text, "
                           "tel text, lat real, lng real, updated_at text)")  # fmt: skip
        connection.executemany(
            "insert into venue values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (1, "Quay Arts", "theatre", "Sea Street, Newhaven", "BN9 0AA", "01273 496101", 50.79, 0.05, "2024-01-02"),
                (2, "The Loft", "music venue", "5 West Road, Newhaven", "BN9 1BB", "01273 496102", 50.80, 0.06, "2024-02-03"),
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
        [("Bakkerij Zon", "Bakery", "zon"), ("Fietsen Maan", "BikeStore", "maan"), ("Café Ster", "Restaurant", "ster")], 1
    )
]

ITALIAN = """Denominazione;Tipologia;Indirizzo;Civico;CAP;Comune;Provincia;Telefono;Sito web;WKT
Palestra Aurora;Palestra;Via Roma;10;40121;Bologna;BO;051 555 0101;www.aurora.example;POINT (11.3426 44.4949)
Biblioteca Sala;Biblioteca;Via Verdi;2/A;40122;Bologna;BO;051 555 0102;www.bibsala.example;POINT (11.3500 44.5000)
Teatro Fiume;Teatro;Via del Fiume;35;40123;Bologna;BO;051 555 0103;www.tfiume.example;POINT (11.3300 44.4900)
"""

DUTCH = """Naam|Soort|Straatnaam|Huisnummer|Postcode|Plaats|Telefoonnummer|E-mailadres|Website|X-coördinaat|Y-coördinaat
Sporthal De Brug|Sporthal|Brugweg|4|3511 AB|Utrecht|030 555 0101|info@debrug.example|www.debrug.example|136500|455800
Zwembad Noord|Zwembad|Noordlaan|18a|3512 CD|Utrecht|030 555 0102|info@noord.example|www.zwembadnoord.example|137200|456900
Museum Oost|Museum|Oostkade|77|3513 EF|Utrecht|030 555 0103|info@oost.example|www.museumoost.example|138100|455100
"""

SALESFORCE = """Account ID,Account Name,Type,Billing Street,Billing City,Billing State/Province,Billing Zip/Postal Code,Billing Country,Phone,Fax,Website,Account Owner,Last Modified Date
001A,Maple Dental,Customer,55 King St W,Toronto,ON,M5H 1J9,Canada,416-555-0101,416-555-0201,mapledental.example,Sam Lee,2024-05-06
001B,Birch Vets,Prospect,8 Queen St E,Toronto,ON,M5C 2A1,Canada,416-555-0102,416-555-0202,birchvets.example,Sam Lee,2024-05-07
001C,Spruce Physio,Customer,120 Bloor St,Toronto,ON,M4W 1A8,Canada,416-555-0103,416-555-0203,sprucephysio.example,Kim Ray,2024-05-08
"""

WEEK = [
    ["Venue", "Category", "Lat/Long", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Wheelchair access", "Last updated"],
    ["Tin Shed", "Bar", "-36.8485, 174.7633", "closed", "16:00-23:00", "16:00-23:00", "16:00-23:00", "16:00-01:00", "12:00-01:00", "12:00-22:00", "Yes", "2025-02-01"],
    ["Pō Kāri", "Restaurant", "-36.8500, 174.7600", "closed", "17:00-22:00", "17:00-22:00", "17:00-22:00", "17:00-23:00", "17:00-23:00", "closed", "No", "2025-02-02"],
    ["Kauri Pool", "Pool", "-36.8600, 174.7700", "06:00-20:00", "06:00-20:00", "06:00-20:00", "06:00-20:00", "06:00-20:00", "08:00-18:00", "08:00-18:00", "Yes", "2025-02-03"],
]  # fmt: skip

POLISH = """Nazwa,Rodzaj,Ulica,Numer,Kod pocztowy,Miejscowość,Województwo,Telefon,Strona WWW,Szerokość geograficzna,Długość geograficzna,Uwagi
Basen Fala,basen,Morska,5,81-001,Gdynia,pomorskie,+48 58 555 01 01,www.fala.example,54.5189,18.5305,kryty
Hala Wiatr,hala,Portowa,12b,81-002,Gdynia,pomorskie,+48 58 555 01 02,www.wiatr.example,54.5200,18.5400,
Kino Mewa,kino,Leśna,8,81-003,Gdynia,pomorskie,+48 58 555 01 03,www.mewa.example,54.5100,18.5200,
"""

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
        _text(COUNCIL, "windows-1252"),
        {"UPRN": "id", "Facility Name": "entity_name", "Facility Type": "raw_categories", "Address 1": "address",
         "Address 2": "address", "Town": "city", "Post Code": "postcode", "Telephone No.": "phone",
         "Web Address": "website_url", "Eastings": "easting", "Northings": "northing"},
    ),
    Export(
        "takeout.csv",
        _text(TAKEOUT_CSV),
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
        _text(SEMICOLONS),
        {"Vereinsname": "entity_name", "Straße und Hausnummer": "street_address", "PLZ": "postcode", "Stadt": "city",
         "Ansprechpartner": None, "Telefonnummer": "phone", "E-Mail-Adresse": "email", "Homepage": "website_url",
         "Breitengrad": "latitude", "Längengrad": "longitude", "Mitglieder": None},
    ),
    Export(
        "equipements.csv",
        _text(FRENCH),
        {"Nom de l'établissement": "entity_name", "Type d'établissement": "raw_categories", "Adresse": "street_address",
         "Code postal": "postcode", "Commune": "city", "Code INSEE": None, "Téléphone": "phone", "Courriel": "email",
         "Site internet": "website_url", "Horaires d'ouverture": "opening_hours",
         "Accessibilité PMR": "disabled_access", "coordonnees": "latitude, longitude"},
    ),
    Export(
        "instalaciones.tsv",
        _text(SPANISH),
        {"Código": "id", "Nombre": "entity_name", "Categoría": "raw_categories", "Dirección": "street_address",
         "Código Postal": "postcode", "Municipio": "city", "Provincia": "region", "Teléfono": "phone",
         "Correo electrónico": "email", "Página web": "website_url", "Latitud": "latitude", "Longitud": "longitude",
         "Observaciones": None},
    ),
    Export(
        "shisetsu.csv",
        _text(JAPANESE, "shift_jis"),
        {"都道府県コード又は市区町村コード": None, "NO": "id", "施設名": "entity_name", "施設名_カナ": "alternate_names",
         "施設名_英語": "alternate_names", "住所": "address", "緯度": "latitude", "経度": "longitude",
         "電話番号": "phone", "ＦＡＸ番号": None, "利用可能曜日": None, "開始時間": None, "備考": None,
         "URL": "website_url", "郵便番号": "postcode", "カテゴリー": "raw_categories"},
    ),
    Export(
        "crm.csv",
        _text(CRM, "utf-8-sig"),
        {"Record ID": "id", "Company name": "entity_name", "Company owner": None, "Create Date": None,
         "Phone Number": "phone", "Last Activity Date": None, "Street Address": "street_address", "City": "city",
         "State/Region": "region", "Postal Code": "postcode", "Country/Region": "country",
         "Industry": "raw_categories", "Company Domain Name": "website_url",
         "LinkedIn Company Page": "linkedin_url", "Number of Employees": None},
    ),
    Export(
        "charities.txt",
        _text(CHARITIES),
        {"registered_charity_number": "id", "charity_name": "entity_name", "charity_registration_status": None,
         "date_of_registration": None, "charity_contact_address1": "address", "charity_contact_address2": "address",
         "charity_contact_address3": "address", "charity_contact_postcode": "postcode",
         "charity_contact_phone": "phone", "charity_contact_email": "email", "charity_contact_web": "website_url",
         "charity_activities": "description", "latest_income": None},
    ),
    Export(
        "hospitals.csv",
        _text(HEALTH, "windows-1252"),
        {"OrganisationID": "id", "OrganisationCode": None, "OrganisationType": "raw_categories",
         "SubType": "raw_categories", "OrganisationName": "entity_name", "Address1": "address", "Address2": "address",
         "City": "city", "County": "region", "Postcode": "postcode", "Latitude": "latitude", "Longitude": "longitude",
         "ParentName": None, "Phone": "phone", "Email": "email", "Website": "website_url", "Fax": None},
    ),
    Export(
        "stores.csv",
        _text(STORE_LOCATOR),
        {"sl_id": "id", "sl_store": "entity_name", "sl_address": "address", "sl_address2": "address",
         "sl_city": "city", "sl_state": "region", "sl_zip": "postcode", "sl_country": "country",
         "sl_latitude": "latitude", "sl_longitude": "longitude", "sl_tags": None, "sl_description": "description",
         "sl_email": "email", "sl_url": "website_url", "sl_hours": "opening_hours", "sl_phone": "phone",
         "sl_fax": None, "sl_image": None},
    ),
    Export(
        "pages.csv",
        _text(FACEBOOK),
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
        _text(ITALIAN),
        {"Denominazione": "entity_name", "Tipologia": "raw_categories", "Indirizzo": "street",
         "Civico": "house_number", "CAP": "postcode", "Comune": "city", "Provincia": "region", "Telefono": "phone",
         "Sito web": "website_url", "WKT": "geometry"},
    ),
    Export(
        "sport.txt",
        _text(DUTCH),
        {"Naam": "entity_name", "Soort": "raw_categories", "Straatnaam": "street", "Huisnummer": "house_number",
         "Postcode": "postcode", "Plaats": "city", "Telefoonnummer": "phone", "E-mailadres": "email",
         "Website": "website_url", "X-coördinaat": "easting", "Y-coördinaat": "northing"},
    ),
    Export("accounts.csv", _text(SALESFORCE), SALES_TRUTH),
    Export(
        "week.xlsx",
        _sheet(WEEK),
        {"Venue": "entity_name", "Category": "raw_categories", "Lat/Long": "latitude, longitude",
         **dict.fromkeys(WEEK[0][3:10], "opening_hours"), "Wheelchair access": "disabled_access",
         "Last updated": "source_updated_at"},
    ),
    Export(
        "obiekty.csv",
        _text(POLISH),
        {"Nazwa": "entity_name", "Rodzaj": "raw_categories", "Ulica": "street", "Numer": "house_number",
         "Kod pocztowy": "postcode", "Miejscowość": "city", "Województwo": "region", "Telefon": "phone",
         "Strona WWW": "website_url", "Szerokość geograficzna": "latitude", "Długość geograficzna": "longitude",
         "Uwagi": None},
    ),
)  # fmt: skip
