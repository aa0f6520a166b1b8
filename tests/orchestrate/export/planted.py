"""A published file in which every value names its licence, so that a leak can be searched for."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.export.columns import COLUMNS, LIST_FIELDS
from orchestrate.settings import PROJECT_ROOT
from tests.yaml_files import read_yaml

# By kind of value: source, licence, class, may it be passed on, does it fit OpenStreetMap.
KINDS: dict[str, tuple[str, str | None, str, bool, bool]] = {
    "secret": ("google_places", "Google Maps Platform Terms", "restricted", False, False),
    "page": ("serper", "none granted", "restricted", False, False),
    "council": ("edinburgh_council", "OGL v3", "attribution", True, True),
    "osm": ("openstreetmap", "ODbL 1.0", "share_alike", True, True),
    "charger": ("open_charge_map", "CC BY 4.0 (Some Provider)", "attribution", True, False),
    "club": ("clubs", "own", "open", True, True),
    "late": ("edinburgh_council", "OGL v3", "attribution", True, True),  # past its time
}
LATE = "2026-01-02"
NOW = "2026-06-01"
TEXT_FIELDS = tuple(
    dict.fromkeys(
        column.field
        for column in COLUMNS
        if column.kind in ("text", "hours") and column.field and column.field not in ("slug", "operating_status")
    )
)
ATTRIBUTIONS = {"edinburgh_council": "Copyright the Council", "openstreetmap": "© OpenStreetMap contributors"}


@dataclass
class Planted:
    """Collects rows, and writes them as a published file."""

    path: Path
    claims: list[dict[str, Any]] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    values: dict[str, set[str]] = field(default_factory=dict)  # by kind: the texts to search for

    def value(self, kind: str, name: str) -> str:
        """A text of its own for this kind."""
        known = self.values.setdefault(kind, set())
        text = f"zq{kind}{len(known)}{name.replace('_', '')}"
        known.add(text)
        return text

    def claim(self, entity: str, name: str, kind: str, value: str, **more: Any) -> None:
        source, licence, licence_class, may_republish, fits_osm = KINDS[kind]
        rank = sum(c["entity_id"] == entity and c["field_name"] == name for c in self.claims) + 1
        strategy = "union" if name in LIST_FIELDS else "group" if name in GROUP else "trust"
        row = {
            "claim_id": f"{entity} {name} {rank}",
            "entity_id": entity,
            "field_name": name,
            "value": value,
            "value_normalised": value,
            "claim_rank": rank,
            "is_winner": True,
            "strategy": strategy,
            "source_name": source,
            "source_record_id": f"{source}/1",
            "verification": "verified",
            "quote": f"quoted {value}",
            "licence": licence,
            "licence_class": licence_class,
            "may_republish": may_republish,
            "fits_osm": fits_osm,
            "expires_at": LATE if kind == "late" else None,
            "fetched_at": "2026-01-01",
        }
        self.claims.append(row | more)

    def entity(self, entity: str, kinds: dict[str, str]) -> dict[str, Any]:
        """An entity with a value of each field, whose kind is that of `kinds`, or else that of `*`."""
        row: dict[str, Any] = {"entity_id": entity}
        for name in (*TEXT_FIELDS, "operating_status"):
            kind = kinds.get(name, kinds["*"])
            value = self.value(kind, name)
            row[name] = json.dumps({"mo": [[value, "17:00"]]}) if name == "opening_hours" else value
            self.claim(entity, name, kind, row[name])
        for name in LIST_FIELDS:
            kind = kinds.get(name, kinds["*"])
            item = self.value(kind, name)
            keyed = {"discovered_attributes": item, "external_ids": f"ids={item}"}.get(name, item)
            row[name] = json.dumps({"k": item}) if name in ("discovered_attributes", "external_ids") else [item]
            self.claim(entity, name, kind, item, item=keyed)
        row["slug"] = f"{row['entity_name']}-{row['locality']}"
        row["operating_status_evidence"] = f"quoted {row['operating_status']}"
        for number, name in enumerate(("latitude", "longitude")):
            kind = kinds.get(name, kinds["*"])
            row[name] = self.number(kind, number)
            self.claim(entity, name, kind, str(row[name]))
        row["source_info"] = json.dumps({c["field_name"]: c["value"] for c in self.claims if c["entity_id"] == entity})
        row["field_confidence"] = json.dumps(dict.fromkeys((*TEXT_FIELDS, *LIST_FIELDS, "operating_status"), 0.5))
        self.entities.append(row)
        return row

    def number(self, kind: str, offset: int) -> float:
        """A coordinate that no other value has."""
        known = self.values.setdefault(kind, set())
        number = (len(KINDS) * 1000 + list(KINDS).index(kind) * 1000 + len(known) * 7 + offset) / 1000 + 0.0004217
        known.add(str(number))
        return number

    def write(self) -> Path:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        with duckdb.connect(str(self.path)) as marts:
            make_tables(marts)
            marts.begin()
            insert(marts, "entities", self.entities)
            insert(marts, "entity_claims", self.claims)
            insert(marts, "entity_records", self.records)
            insert(marts, "record_evidence", self.evidence)
            sources = {source: licence for source, licence, *_ in KINDS.values()}
            rows = [
                {"source_name": name, "licence": licence, "attribution": ATTRIBUTIONS.get(name)}
                for name, licence in sources.items()
            ]
            insert(marts, "sources", rows)
            insert(marts, "publications", [{"publication_no": 7, "published_at": "2026-05-01"}])
            insert(marts, "runs", self.runs)
            insert(marts, "run_entities", self.answers)
            marts.commit()
        return self.path


GROUP = ("street_address", "locality", "city", "postcode", "country", "latitude", "longitude")


def make_tables(marts: duckdb.DuckDBPyConnection) -> None:
    """Every published table with its columns, empty."""
    (source,) = read_yaml(PROJECT_ROOT / "docs" / "trigpoint_sources.yml")["sources"]
    marts.execute("create schema marts")
    for table in source["tables"]:
        columns = ", ".join(f'"{column["name"]}" {column["data_type"]}' for column in table["columns"])
        marts.execute(f'create table marts."{table["name"]}" ({columns})')


def insert(marts: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        names = ", ".join(row)
        marts.execute(f"insert into marts.{table} ({names}) values ({', '.join('?' * len(row))})", list(row.values()))


def plant(path: Path) -> Planted:
    """Entities of one licence, of mixed licences, and with cells that follow from others."""
    planted = Planted(path)
    for number, kind in enumerate(KINDS):
        planted.entity(f"tp_one_{number}", {"*": kind})
    names = [*TEXT_FIELDS, *LIST_FIELDS, "operating_status"]
    for number in range(3):
        kinds = {name: [*KINDS][(place + number) % len(KINDS)] for place, name in enumerate(names)}
        planted.entity(f"tp_mixed_{number}", {"*": "secret", **kinds})
    planted.entity("tp_slug_by_name", {"*": "council", "entity_name": "secret"})
    planted.entity("tp_slug_by_locality", {"*": "council", "locality": "page"})
    planted.entity("tp_half_point", {"*": "council", "longitude": "secret"})
    planted.entity("tp_mixed_point", {"*": "council", "longitude": "osm"})
    derived(planted)
    losers(planted)
    return planted


def derived(planted: Planted) -> None:
    """A locality that follows from a point which may not be passed on, and one from a point which may."""
    for kind in ("secret", "council", "osm"):
        row = planted.entity(f"tp_derived_{kind}", {"*": "council", "latitude": kind, "longitude": kind})
        claim = next(c for c in planted.claims if c["entity_id"] == row["entity_id"] and c["field_name"] == "locality")
        claim["value"] = row["locality"] = planted.value(kind, "locality")
        row["slug"] = row["entity_name"]
        _, licence, licence_class, may_republish, fits_osm = KINDS[kind]
        claim |= {
            "source_name": "derived",
            "strategy": "derived",
            "licence": licence,
            "licence_class": licence_class,
            "may_republish": may_republish,
            "fits_osm": fits_osm,
            "quote": f"point {row['latitude']} {row['longitude']} {planted.value(kind, 'quote')}",
        }


def losers(planted: Planted) -> None:
    """An entity whose winners may not be passed on, and whose losers may, or may not either."""
    row = planted.entity("tp_losers", {"*": "secret"})
    for kind, name, why in (
        ("page", "phone", "trust"),
        ("council", "phone", "trust"),
        ("osm", "email", "duplicate"),
        ("club", "website_url", "placeholder"),
        ("late", "summary", "trust"),
        ("council", "postcode", "duplicate"),
        ("club", "street_address", "trust"),
    ):
        planted.claim(row["entity_id"], name, kind, planted.value(kind, name), is_winner=False, lost_because=why)
    for kind in ("page", "council"):
        for number, name in enumerate(("latitude", "longitude")):
            value = str(planted.number(kind, number))
            planted.claim(row["entity_id"], name, kind, value, is_winner=False, lost_because="trust")
