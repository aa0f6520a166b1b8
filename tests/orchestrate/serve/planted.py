"""A published file and a warehouse made by hand: two entities, three records, two pairs, one contested cell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestrate.settings import PROJECT_ROOT

NOW = "2026-02-03 04:05:06"
GYM, POOL = "tp_00000000000000a1", "tp_00000000000000b2"
OSM, GOOGLE, COUNCIL = "openstreetmap:node/1", "google_places:g1", "openstreetmap:node/2"
HOSTILE = "<script>alert('x')</script> \"quoted\" & מועדון"

ENTITIES: list[dict[str, Any]] = [
    {"entity_id": GYM, "slug": "thistle-gym", "entity_name": "Thistle Gym", "city": "Leith", "latitude": 55.97,
     "longitude": -3.17, "canonical_place_types": ["gym"], "operating_status": "operational", "source_count": 2},
    {"entity_id": POOL, "slug": "pool", "entity_name": HOSTILE, "city": "Edinburgh", "latitude": 55.95,
     "longitude": -3.19, "canonical_place_types": ["pool"], "operating_status": "closed_permanently",
     "source_count": 1},
]  # fmt: skip
RECORDS = [(OSM, GYM, "Thistle Gym"), (GOOGLE, GYM, "Thistle Gymnasium"), (COUNCIL, POOL, HOSTILE)]
PHONES = ("+441314960101", "+441314960202")  # the published one, and the one that lost


def publish(path: Path, names: Mapping[str, str] | None = None) -> None:
    """Write the published file. `names` gives entities other names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as marts:
        marts.execute("create schema marts")
        for file in sorted((PROJECT_ROOT / "models" / "marts").glob("*.yml")):
            for model in yaml.safe_load(file.read_text()).get("models", []):
                columns = ", ".join(f"{column['name']} {column['data_type']}" for column in model["columns"])
                marts.execute(f"create table marts.{model['name']} ({columns})")
        for entity in ENTITIES:
            own: dict[str, Any] = {
                **entity,
                "entity_name": (names or {}).get(entity["entity_id"], entity["entity_name"]),
            }
            _insert(marts, "entities", {
                **own, "entity_class": "place", "street_address": "1 Shore", "field_confidence": '{"phone": 0.7}',
                "completeness": 0.5, "updated_at": NOW,
            })  # fmt: skip
            _insert(marts, "entity_id_events", {
                "entity_id": own["entity_id"], "event": "mint", "run_id": "r1", "happened_at": NOW,
            })  # fmt: skip
            _claim(marts, own["entity_id"], "entity_name", own["entity_name"], OSM)
        for key, of, name in RECORDS:
            _insert(marts, "entity_records", {
                "record_key": key, "entity_id": of, "match_role": "member", "matched_by": "score",
                "match_probability": 0.9, "source_name": key.partition(":")[0], "entity_name": name, "fetched_at": NOW,
            })  # fmt: skip
        _claim(marts, GYM, "phone", PHONES[0], OSM)
        _claim(marts, GYM, "phone", PHONES[1], GOOGLE, lost="trust")
        _insert(marts, "entity_conflicts", {
            "entity_id": GYM, "field_name": "phone", "winning_value": PHONES[0], "winning_source": "openstreetmap",
            "losing_value": PHONES[1], "losing_source": "google_places", "lost_because": "trust", "margin": 4.5,
            "narrowness": 1,
        })  # fmt: skip
        _insert(marts, "entity_history", {
            "entity_id": GYM, "field_name": "phone", "value": "+441314960999", "sources": ["openstreetmap"],
            "valid_from": "2025-01-01", "valid_to": "2026-01-01",
        })  # fmt: skip
        _insert(marts, "record_evidence", {
            "record_key": OSM, "entity_id": GYM, "source_name": "openstreetmap", "payload_hash": "h",
            "payload": '{"tags": {"phone": "0131 496 0101"}}', "run_id": "r1", "fetched_at": NOW,
        })  # fmt: skip


def _claim(
    marts: duckdb.DuckDBPyConnection, entity: str, field: str, value: str, record: str, lost: str | None = None
) -> None:
    source, _, record_id = record.partition(":")
    _insert(marts, "entity_claims", {
        "claim_id": f"{entity}:{field}:{record}", "entity_id": entity, "field_name": field, "value": value,
        "value_normalised": value, "claim_rank": 2 if lost else 1, "is_winner": not lost, "is_eligible": True,
        "lost_because": lost,
        "strategy": "trust", "source_name": source, "source_record_id": record_id, "verification": "verified",
        "trust": 70.0, "decayed_trust": 69.0, "fetched_at": NOW, "licence_class": "open", "fits_osm": True,
    })  # fmt: skip


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: Mapping[str, Any], schema: str = "marts") -> None:
    names, holes = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(f"insert into {schema}.{table} ({names}) values ({holes})", list(row.values()))


def build(path: Path, more_pairs: int = 0) -> None:
    """Write what review reads of a warehouse: two pairs, of which the nearest to the threshold is OSM / GOOGLE.

    The first record has `more_pairs` with other records, further from the threshold.
    """
    records = [*RECORDS, *((f"openstreetmap:way/{n}", POOL, f"Place {n}") for n in range(more_pairs))]
    with duckdb.connect(str(path)) as warehouse:
        warehouse.execute("""
            create schema intermediate; create schema seeds;
            create table seeds.match_weights (comparison varchar, level varchar, weight double, meaning varchar);
            insert into seeds.match_weights values
                ('prior', 'any', -1.5, 'the start'), ('name', 'alike', 2.0, 'names are alike'),
                ('name', 'different', -3.0, 'names differ');
            create table intermediate.int_predictions (
                left_no integer, right_no integer, own_weight double, one_to_one_penalty double, match_weight double,
                match_probability double
            );
            create table intermediate.int_comparison_vectors (
                left_no integer, right_no integer, left_source varchar, right_source varchar, metres double,
                name_level varchar
            );
            insert into intermediate.int_predictions values
                (1, 2, 0.5, 0.25, 0.25, 0.5432), (1, 3, -4.5, 0, -4.5, 0.0423);
            insert into intermediate.int_comparison_vectors values
                (1, 2, 'o', 'g', 12.0, 'alike'), (1, 3, 'o', 'c', 2400.0, 'different');
            create table intermediate.int_match_features (record_no integer, record_key varchar);
            create table intermediate.int_record_entities (record_key varchar, entity_id varchar);
            create table intermediate.int_records (
                record_key varchar, source_name varchar, entity_name varchar, street_address varchar, locality varchar,
                city varchar, postcode varchar, country varchar, raw_categories varchar[], phone varchar,
                website_url varchar, opening_hours varchar
            );
        """)
        for number, (key, entity, name) in enumerate(records, start=1):
            if number > len(RECORDS):
                warehouse.execute(f"""
                    insert into intermediate.int_predictions values (1, {number}, -3.5, 0, {-3.5 - number}, 0.1);
                    insert into intermediate.int_comparison_vectors
                    values (1, {number}, 'o', 'c', 900.0, 'different');
                """)
            _insert(warehouse, "int_match_features", {"record_no": number, "record_key": key}, "intermediate")
            _insert(warehouse, "int_record_entities", {"record_key": key, "entity_id": entity}, "intermediate")
            _insert(warehouse, "int_records", {
                "record_key": key, "source_name": key.partition(":")[0], "entity_name": name,
                "opening_hours": '{"mo": [["09:00", "17:00"]]}',
            }, "intermediate")  # fmt: skip
