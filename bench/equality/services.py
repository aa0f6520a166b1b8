"""The services that are asked about the made-up towns: what they answer, in the shapes in which answers land."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from extract.engine import Extractor, QueryContext
from extract.text.lexicon import load_lexicon
from ingest.connectors import CONNECTORS
from ingest.landing.payloads import compact_json, payload_hash

Row = Mapping[str, str]  # a place, by the columns of a list
Landed = tuple[str, dict[str, Any]]  # the id of a record, and its payload

LAYER = "Digital_Edinburgh/FeatureServer/3"
TEXTS = ("serper", "pages")
FAILS = 0.1  # of the answers
IS_REUSED = 0.15  # the answer of the run before, as it was
GOOGLE_TYPES = {"Library": "library", "Gym": "gym", "Swimming Pool": "swimming_pool", "Café": "cafe"}
TAGS = {
    "Tennis Club": {"leisure": "sports_centre", "sport": "tennis"},
    "Padel Centre": {"leisure": "sports_centre", "sport": "padel"},
    "Leisure Centre": {"leisure": "sports_centre"},
    "Library": {"amenity": "library"},
    "Football Club": {"leisure": "sports_centre", "sport": "soccer"},
    "Gym": {"leisure": "fitness_centre"},
    "Swimming Pool": {"leisure": "swimming_pool"},
    "Café": {"amenity": "cafe"},
}


def _google_places(number: int, row: Row) -> Iterator[Landed]:
    address = f"{row['street']}, {row['town']} {row['postcode']}, UK"
    key = f"ChIJ{number}"
    yield (
        key,
        {
            "id": key,
            "types": [GOOGLE_TYPES.get(row["kind"], "sports_club"), "point_of_interest", "establishment"],
            "displayName": {"text": row["name"], "languageCode": "en"},
            "formattedAddress": address,
            "location": {"latitude": float(row["lat"]), "longitude": float(row["lon"])},
            "businessStatus": "CLOSED_PERMANENTLY" if row["status"] == "closed" else "OPERATIONAL",
            "rating": 3 + number % 20 / 10,
            "userRatingCount": number % 900,
            **({"internationalPhoneNumber": f"+44 {row['phone'][1:]}"} if row["phone"] else {}),
            **({"websiteUri": row["website"]} if row["website"] else {}),
        },
    )


def _openstreetmap(number: int, row: Row) -> Iterator[Landed]:
    house, street = row["street"].split(" ", 1)
    stated = {
        "name": row["name"], "addr:housenumber": house, "addr:street": street, "addr:city": row["town"],
        "addr:postcode": row["postcode"], "phone": row["phone"], "website": row["website"], "email": row["email"],
        "opening_hours": row["hours"], "description": row["text"],
        "disused": "yes" if row["status"] == "closed" else "",
    }  # fmt: skip
    tags = {**TAGS[row["kind"]], **{name: value for name, value in stated.items() if value}}
    center = {"lat": float(row["lat"]), "lon": float(row["lon"])}
    yield f"way/{number}", {"type": "way", "id": number, "center": center, "tags": tags}


def _sport_scotland(number: int, row: Row) -> Iterator[Landed]:
    properties = {
        "site_name": row["name"], "address": row["street"], "town": row["town"].upper(), "postcode": row["postcode"],
        "fac_sub_type": "Swimming Pool - Main" if row["kind"] == "Swimming Pool" else "Tennis Court", "fid": number,
    }  # fmt: skip
    key = f"pub_spfsp.{number}"
    yield (
        key,
        {"type": "Feature", "id": key, "geometry": _point(row), "geometry_name": "geom", "properties": properties},
    )


def _edinburgh_council(number: int, row: Row) -> Iterator[Landed]:
    properties = {
        "OBJECTID": number, "NAME": row["name"], "ADDRESS": f"{row['street']}, {row['town']}",
        "POSTCODE": row["postcode"], "TELEPHONE": row["phone"] or None, "WEBSITE": row["website"] or None,
    }  # fmt: skip
    yield (
        f"{LAYER}/{number}",
        {"type": "Feature", "id": number, "geometry": _point(row), "properties": properties},
    )


def _open_charge_map(number: int, row: Row) -> Iterator[Landed]:
    key = f"91081D8D-C6EA-3CC4-1D0F-{number:012d}"
    yield (
        key,
        {
            "ID": number,
            "UUID": key,
            "DataProvider": {"ID": 1, "Title": "Open Charge Map Contributors", "License": "CC BY 4.0"},
            "StatusType": {"ID": 50, "IsOperational": row["status"] != "closed", "Title": "Operational"},
            "AddressInfo": {
                "Title": row["name"], "AddressLine1": row["street"], "Town": row["town"], "Postcode": row["postcode"],
                "Country": {"ISOCode": "GB"}, "Latitude": float(row["lat"]), "Longitude": float(row["lon"]),
                "ContactTelephone1": row["phone"] or None, "ContactEmail": row["email"] or None,
            },
            "NumberOfPoints": number % 6 + 1,
        },
    )  # fmt: skip


def _serper(number: int, row: Row) -> Iterator[Landed]:
    """A result of the web search, or a box with a place on the map."""
    if number % 3 == 0:
        yield (
            f"cid:{number}",
            {
                "title": row["name"], "cid": str(number), "category": row["kind"],
                "address": f"{row['street']}, {row['town']} {row['postcode']}",
                "latitude": float(row["lat"]), "longitude": float(row["lon"]),
                **({"phoneNumber": row["phone"]} if row["phone"] else {}),
                **({"website": row["website"]} if row["website"] else {}),
            },
        )  # fmt: skip
        return
    link = f"https://www.found{number}.example/"
    phone = f" Call us on {row['phone']}." if row["phone"] else ""
    hours = f" Open {row['hours']}." if row["hours"] else ""
    snippet = f"{row['name']}, {row['street']}, {row['town']} {row['postcode']}.{phone}{hours} {row['text']}"
    yield (
        link,
        {"title": f"{row['name']} | {row['town']}", "link": link, "snippet": snippet, "position": number % 10 + 1},
    )


def _pages(number: int, row: Row) -> Iterator[Landed]:
    """A page with text, and of some the place that it describes to machines."""
    link = f"https://www.page{number}.example/"
    lines = [
        f"Welcome to {row['name']}.", row["text"], f"Find us at {row['street']}, {row['town']} {row['postcode']}.",
        f"Phone: {row['phone']}" if row["phone"] else "", f"Email: {row['email']}" if row["email"] else "",
        f"Opening hours: {row['hours']}" if row["hours"] else "", "There is free wifi and a car park.",
    ]  # fmt: skip
    text = "\n".join(line for line in lines if line)
    yield link, {"link": link, "url": link, "title": f"{row['name']} | {row['town']}", "text": text}
    if number % 2:
        address = {
            "@type": "PostalAddress", "streetAddress": row["street"], "addressLocality": row["town"],
            "postalCode": row["postcode"],
        }  # fmt: skip
        place = {"@type": "SportsActivityLocation", "name": row["name"], "address": address, "telephone": row["phone"]}
        yield f"{link}#place", {"link": link, "url": link, "place": place}


def _point(row: Row) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]}


SERVICES = {
    "serper": _serper,
    "google_places": _google_places,
    "openstreetmap": _openstreetmap,
    "sport_scotland": _sport_scotland,
    "edinburgh_council": _edinburgh_council,
    "open_charge_map": _open_charge_map,
    "pages": _pages,
}


@dataclass(frozen=True)
class Ask:
    """A run that asks: its id and moment, and the area that it asks about."""

    run_id: str
    at: datetime
    town: str
    south: float
    west: float


class Services:
    """Lands what services answer in `raw`, as a run does, and reads the texts."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, seeds: Path, chance: random.Random) -> None:
        self.connection, self.chance = connection, chance
        self.lexicon = load_lexicon(seeds)
        self.extractor = Extractor(self.lexicon, llm=None)

    def run(self, ask: Ask, answers: Mapping[str, Sequence[tuple[int, Row]]]) -> dict[str, str]:
        """Ask the services in `answers`, which have the numbers and rows of their records. Returns what each did."""
        self.connection.execute(
            "insert into ops.runs by name select ? as run_id, ? as query, 'sandbox' as mode, 'running' as status, "
            "[]::varchar[] as asked_categories, ? as area_name, ? as area_south, ? as area_west, ? as area_north, "
            "? as area_east, 'GB' as area_country, ? as started_at",
            [
                ask.run_id, f"places in {ask.town}", ask.town, ask.south, ask.west, ask.south + 0.1, ask.west + 0.1,
                ask.at,
            ],
        )  # fmt: skip
        happened = {source: self._answer(ask, source, rows) for source, rows in answers.items()}
        self._read_texts(ask, [source for source in answers if source in TEXTS])
        return happened

    def _answer(self, ask: Ask, source: str, rows: Sequence[tuple[int, Row]]) -> str:
        if self.chance.random() < FAILS:
            self._call(ask, source, status=503, records=0)
            return "fails"  # what landed before stays
        before = self.connection.execute(
            "select run_id, answered_at, records from raw.answers where source = ? order by answered_at desc limit 1",
            [source],
        ).fetchall()
        if before and self.chance.random() < IS_REUSED:
            ((run_id, answered_at, records),) = before
            self.connection.execute(
                f"insert into raw.{source} by name select * replace (? as run_id) from raw.{source} where run_id = ?",
                [ask.run_id, run_id],
            )
            self.connection.execute(
                "insert into raw.answer_uses values (?, ?, ?, ?, ?)", [ask.run_id, source, run_id, answered_at, records]
            )
            return "is not asked again"
        landed = [record for number, row in rows for record in SERVICES[source](number, row)]
        self._land(ask, source, landed, self._call(ask, source, status=200, records=len(landed)))
        self.connection.execute(
            "insert into raw.answers values (?, ?, ?, ?, ?)", [source, source, ask.run_id, ask.at, len(landed)]
        )
        return "answers"

    def _call(self, ask: Ask, source: str, *, status: int, records: int) -> str:
        request = f"{ask.run_id}-{source}"
        self.connection.execute(
            "insert into raw.connector_calls by name select ? as request_id, ? as run_id, ? as source, "
            "'GET' as method, ? as url, ? as status, 1 as attempts, ? as records, ? as error_kind, ? as started_at",
            [
                request, ask.run_id, source, f"https://{source}.example/{LAYER}/query", status, records,
                None if status == 200 else "server_busy", ask.at,
            ],
        )  # fmt: skip
        return request

    def _land(self, ask: Ask, source: str, landed: Sequence[Landed], request: str) -> None:
        volatile, fetched_at = CONNECTORS[source].schema.VOLATILE, ask.at + timedelta(seconds=2)
        rows = [
            [ask.run_id, key, compact_json(found), payload_hash(found, volatile), request, fetched_at, rank]
            for rank, (key, found) in enumerate(landed, start=1)
        ]
        if rows:
            self.connection.executemany(f"insert into raw.{source} values (?, ?, ?, ?, ?, ?, ?, null)", rows)

    def _read_texts(self, ask: Ask, sources: Collection[str]) -> None:
        query = QueryContext(f"places in {ask.town}", None, None, ask.town.lower(), (), "GB")
        at = ask.at + timedelta(seconds=5)
        asyncio.run(
            self.extractor.extract_run(self.connection, run_id=ask.run_id, query=query, sources=sources, now=at)
        )

    def delete(self, source: str, number: int, row: Row) -> None:
        """Delete a record from the landed data, with all its versions."""
        for key, _ in SERVICES[source](number, row):
            self.connection.execute(f"delete from raw.{source} where source_record_id = ?", [key])
