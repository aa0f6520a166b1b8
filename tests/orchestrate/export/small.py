"""A published file of a few plain entities, for tests of forms and of selections."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.orchestrate.export.planted import Planted

HOURS = {"mo": [["09:00", "17:00"]], "tu": [["09:00", "17:00"]], "sa": [["10:00", "12:00"], ["13:00", "15:00"]]}
COURTS: dict[str, Any] = {
    "entity_name": "Thistle Courts",
    "operating_status": "operational",
    "canonical_activities": ["padel", "tennis"],
    "canonical_place_types": ["sports_centre"],
    "alternate_names": ["Courts; Thistle", "Thistle"],
    "street_address": "12 Bath Street",
    "city": "Edinburgh",
    "postcode": "EH15 1EY",
    "country": "GB",
    "latitude": 55.9533,
    "longitude": -3.114,
    "phone": "+441314960101",
    "website_url": "https://thistle.example",
    "opening_hours": json.dumps(HOURS),
    "wifi": True,
    "rating_count": 12,
}


def add(planted: Planted, entity: str, kind: str = "council", **values: Any) -> None:
    """An entity whose values all come from one kind of source."""
    row: dict[str, Any] = {
        "entity_id": entity,
        "completeness": 0.5,
        "source_count": 2,
        "updated_at": "2026-01-02 03:04",
    }
    row["field_confidence"] = json.dumps(dict.fromkeys(values, 0.9))
    for name, value in values.items():
        row[name] = value
        for item in value if isinstance(value, list) else [value]:
            text = str(item).lower() if isinstance(item, bool) else str(item)
            more = {"item": text} if isinstance(value, list) else {}
            planted.claim(entity, name, kind, text, **more)
    row["slug"] = values.get("entity_name", entity).lower().replace(" ", "-")
    planted.entities.append(row)


def small(path: Path) -> Planted:
    """Three places: one with everything, one without a point, one with nothing that may be passed on."""
    planted = Planted(path)
    add(planted, "tp_1", **COURTS)
    add(planted, "tp_2", entity_name="Nowhere Chess", canonical_activities=["chess"])
    add(planted, "tp_3", kind="secret", entity_name="Secret Gym", latitude=1.5, longitude=2.5)
    run = {"status": "completed", "started_at": "2026-02-01"}
    planted.runs += [
        {"run_id": "r1", "query": "courts  Edinburgh", **run},
        {"run_id": "r2", "query": "gyms", **run},
        {"run_id": "r3", "query": "broken", **run, "status": "failed"},
    ]
    planted.answers += [
        {"run_id": "r1", "entity_id": "tp_2", "is_answer": True},
        {"run_id": "r1", "entity_id": "tp_1", "is_answer": True},
        {"run_id": "r1", "entity_id": "tp_3", "is_answer": False},
    ]
    return planted
