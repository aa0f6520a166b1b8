"""A reject lands once it has no fault, and only once."""

import json
from datetime import datetime

import pytest

from ingest.landing.replay import replay_rejects

THEN, NOW = datetime(2026, 1, 1, 12), datetime(2026, 1, 2, 12)


def reject(warehouse, record_id, payload, run_id="r1", replayed_at=None):
    warehouse.execute(
        "insert into raw.rejects values (?, 'openstreetmap', 'q1', ?, 'a fault', ?, ?, ?)",
        [run_id, record_id, payload and json.dumps(payload), THEN, replayed_at],
    )


def landed(warehouse):
    return warehouse.execute(
        "select run_id, source_record_id, payload, request_id, fetched_at from raw.openstreetmap order by all"
    ).fetchall()


def test_reject_without_fault_lands_as_of_its_fetching(warehouse):
    reject(warehouse, "node/7", {"type": "node", "id": 7})

    assert replay_rejects(warehouse, NOW) == [("openstreetmap", "node/7")]
    assert landed(warehouse) == [("r1", "node/7", '{"type":"node","id":7}', "q1", THEN)]
    assert warehouse.execute("select replayed_at from raw.rejects").fetchall() == [(NOW,)]


def test_second_replay_lands_nothing(warehouse):
    reject(warehouse, "node/7", {"type": "node", "id": 7})
    replay_rejects(warehouse, NOW)

    assert replay_rejects(warehouse, NOW) == []
    assert len(landed(warehouse)) == 1


@pytest.mark.parametrize(
    ("record_id", "payload"),
    [
        pytest.param("node/7", {"type": "node", "id": "7"}, id="still-of-another-type"),
        pytest.param(None, {"id": 7}, id="no-id"),
        pytest.param("node/7", None, id="purged"),
    ],
)
def test_reject_with_a_fault_stays(warehouse, record_id, payload):
    reject(warehouse, record_id, payload)

    assert replay_rejects(warehouse, NOW) == []
    assert warehouse.execute("select replayed_at from raw.rejects").fetchall() == [(None,)]


def test_record_that_landed_anyway_is_not_landed_twice(warehouse):
    reject(warehouse, "node/7", {"type": "node", "id": 7})
    reject(warehouse, "node/7", {"type": "node", "id": 7, "lat": 55.9})
    reject(warehouse, "node/7", {"type": "node", "id": 7}, run_id="r2")

    replay_rejects(warehouse, NOW)

    assert [row[:2] for row in landed(warehouse)] == [("r1", "node/7"), ("r2", "node/7")]
