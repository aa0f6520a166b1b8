"""Made-up places of made-up towns, and the lists and services that have them."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any

from bench.equality.services import SERVICES
from ingest.lists.declaration.contract import ListContract

FIRST = "Braid Thistle Harbour Castle Meadow Priory Links Grange Victoria Albert Rowan Heron Juniper Larch".split()
SECOND = "Tennis Club|Padel Centre|Leisure Centre|Library|Football Club|Gym|Swimming Pool|Café".split("|")
STREETS = ("High Street", "Church Road", "Mill Lane", "Queens Road")
TOWNS = "Ashby Bracken Calder Denham Elmley Farrow Granton Hexton Ilford Jarvey Kelso Lorne Marsden Norby".split()
HOURS = ("Mo-Fr 09:00-17:00", "Mo-Su 08:00-22:00", "Sa-Su 10:00-16:00", "")
STATUS = ("", "", "", "closed", "open")
COLUMNS = {
    "entity_name": "name", "raw_categories": "kind", "street_address": "street", "city": "town",
    "postcode": "postcode", "country": {"value": "GB"}, "latitude": "lat", "longitude": "lon", "phone": "phone",
    "email": "email", "website_url": "website", "opening_hours": "hours", "summary": "text",
    "operating_status": "status",
}  # fmt: skip


def contract(source: str, trust: int, rows: str, retention_days: int | None, repeats: str) -> ListContract:
    return ListContract.model_validate(
        {
            "source": source, "location": f"{source}.csv", "format": "csv", "id": ["id"], "columns": COLUMNS,
            "trust": {"*": trust}, "rows": rows, "retention_days": retention_days, "repeats_places": repeats,
            "licence": {"name": "own", "republish": True},
        }
    )  # fmt: skip


# Two lists that grow, one that is replaced as a whole, and one that comes later. Two have terms that end.
LISTS = {
    "clubs": contract("clubs", 70, "append", None, "measured"),
    "register": contract("register", 85, "append", 30, "never"),
    "council": contract("council", 60, "replace", None, "rarely"),
    "visitors": contract("visitors", 50, "replace", 12, "often"),
}

SOURCES = (*LISTS, *SERVICES)
STATED_BY_SERVICES = ("street", "kind", "lat", "lon", "postcode")

Row = dict[str, str]


@dataclass
class Town:
    """A town of a few places. `rows` is what each source says of it now, `keys` are its records of all times."""

    number: int
    seed: int
    chance: random.Random = field(init=False)
    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in SOURCES})
    keys: list[str] = field(default_factory=list)
    given: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.latitude, self.longitude = 50.8 + 0.11 * (self.number // 8), -3.6 + 0.45 * (self.number % 8)
        self.name = f"{TOWNS[self.number % len(TOWNS)]}{'ton' if self.number % 2 else ' Regis'}"
        for _ in range(4):
            place = self._place()
            for source in self.chance.sample(SOURCES, self.chance.randint(2, 5)):
                self.add(source, self._as_stated(place, source))

    def add(self, source: str, row: Row) -> str:
        self.given += 1
        name = f"{self.number:03d}-{self.given}"
        self.rows[source][name] = row
        ids = [key for key, _ in SERVICES[source](number_of(name), row)] if source in SERVICES else [name]
        self.keys += [f"{source}:{key}" for key in ids]
        return name

    def _place(self) -> Row:
        chance = self.chance
        name = f"{chance.choice(FIRST)} {chance.choice(SECOND)}"
        return {
            "name": chance.choice((name, f"{self.name} {name}")), "kind": name.partition(" ")[2],
            "street": f"{chance.randint(1, 9)} {chance.choice(STREETS)}", "town": self.name,
            "postcode": f"TQ{self.number % 20 + 1} {chance.randint(1, 3)}{chance.choice('ABDE')}H",
            "lat": f"{self.latitude + 0.002 * chance.random():.6f}",
            "lon": f"{self.longitude + 0.002 * chance.random():.6f}",
            "phone": f"01632 96{chance.randint(0, 19):02d}{self.number % 100:02d}",
            "email": chance.choice(("", f"info@{name.partition(' ')[0].lower()}{self.number}.example")),
            "website": chance.choice(("", f"https://{name.partition(' ')[0].lower()}{self.number}.example")),
            "hours": chance.choice(HOURS), "text": chance.choice(("", f"{name} is a place of {self.name}.")),
            "status": "",
        }  # fmt: skip

    def _as_stated(self, place: Row, source: str) -> Row:
        """The place as another source has it."""
        stated, other = dict(place), self._place()
        for name in self.chance.sample([*stated], self.chance.randint(0, 4)):
            if name not in ("name", "town"):
                stated[name] = self.chance.choice(("", other[name], stated[name]))
        needed = STATED_BY_SERVICES if source in SERVICES else ()
        return {name: other[name] if name in needed and not value else value for name, value in stated.items()}

    # --- what happens ------------------------------------------------------------------------------------------

    def some_row(self) -> tuple[str, str] | None:
        """A list or service, and the id of a row in it."""
        rows = [(source, name) for source, named in self.rows.items() for name in named]
        return self.chance.choice(rows) if rows else None

    def a_record_comes(self) -> str:
        known = self.some_row()
        again = known is not None and self.chance.random() < 0.6
        source = self.chance.choice(SOURCES)
        place = self._as_stated(self.rows[known[0]][known[1]], source) if known and again else self._place()
        return f"{source}:{self.add(source, place)} comes"

    def a_record_changes(self) -> str:
        if not (known := self.some_row()):
            return self.a_record_comes()
        source, name = known
        other = self._place()
        columns = self.chance.sample([*other], self.chance.randint(1, 3))
        self.rows[source][name] |= {column: other[column] for column in columns}
        if self.chance.random() < 0.1:
            self.rows[source][name]["status"] = self.chance.choice(STATUS)
        return f"{source}:{name} has another {', '.join(columns)}"

    def a_record_goes(self) -> tuple[str, str, Row] | None:
        """The list or service, the id and the row."""
        if not (known := self.some_row()):
            return None
        source, name = known
        return source, name, self.rows[source].pop(name)


def number_of(name: str) -> int:
    """The number of a record, in the ids of services."""
    town, given = name.split("-")
    return int(town) * 1000 + int(given)


def payload(name: str, row: Row) -> str:
    return json.dumps({"id": name, **row}, ensure_ascii=False)


def as_record(row: Any) -> str:
    return f"{row[0]}:{row[1]}"
