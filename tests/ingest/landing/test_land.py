"""Answers land verbatim; every record is accounted for, whatever one source does."""

import json
from datetime import datetime

import pytest

from ingest.calls import PlannedCall, SourceEndpoint
from ingest.landing.land import land, record_unknown_fields
from ingest.landing.reading import News
from tests.ingest.conftest import KEY, Reply, Service, policy, query

CLOSED_PORT = "http://127.0.0.1:9"


def landed(warehouse, tmp_path, urls: dict[str, str], run_id: str = "run-1", on_news=print):
    calls = [PlannedCall(source, query(targets=('["sport"]',)), "because", 1, 0.0) for source in urls]
    outcomes = land(
        calls,
        {source: SourceEndpoint(url, KEY) for source, url in urls.items()},
        run_id=run_id,
        connection=warehouse,
        working_dir=tmp_path / "dlt",
        policies={source: policy() for source in urls},
        on_news=on_news,
    )
    return {outcome.source: outcome for outcome in outcomes}


def rows(warehouse, sql: str) -> list[tuple]:
    return warehouse.execute(sql).fetchall()


def test_payload_lands_unchanged_with_run_and_request(warehouse, tmp_path, service: Service):
    element = {"type": "node", "id": 7, "tags": {"name": "Café “Ω” 🎾", "empty": "", "null": None}, "lat": 55.9700}
    service.will_answer({"elements": [element]})

    landed(warehouse, tmp_path, {"openstreetmap": service.url})

    ((run_id, record_id, payload, rank, request_id),) = rows(
        warehouse, "select run_id, source_record_id, payload, result_rank, request_id from raw.openstreetmap"
    )
    assert (run_id, record_id, rank) == ("run-1", "node/7", 1)
    assert json.loads(payload) == element
    assert rows(warehouse, "select request_id, status, records from raw.connector_calls") == [(request_id, 200, 1)]


def test_odd_values_land_unchanged(warehouse, tmp_path, service: Service):
    odd = {
        r'"a \ud83d\ude00 b"': "a 😀 b",
        r'"cut \ud83d"': "cut \ufffd",  # half an emoji, where the service cut its snippet
        r'"nul \u0000 end"': "nul \x00 end",
        "123456789012345678901234567890": 123456789012345678901234567890,
        "55.9500000001": 55.9500000001,
    }
    service.will_answer(Reply(f'{{"elements": [{{"type": "node", "id": 7, "odd": [{", ".join(odd)}]}}]}}'))

    outcome = landed(warehouse, tmp_path, {"openstreetmap": service.url})["openstreetmap"]

    assert (outcome.landed, outcome.error_kind) == (1, None)
    ((payload, is_valid),) = rows(warehouse, "select payload, json_valid(payload) from raw.openstreetmap")
    assert is_valid
    assert json.loads(payload)["odd"] == list(odd.values())


def test_half_an_emoji_is_replaced(warehouse, tmp_path, service: Service):
    service.will_answer(
        Reply('{"organic": [{"link": "https://a.example/", "snippet": "Tennis \\ud83d"}]}'), Reply("{}")
    )

    outcome = landed(warehouse, tmp_path, {"serper": service.url})["serper"]

    assert (outcome.landed, outcome.rejected) == (1, 0)
    assert rows(warehouse, "select payload ->> 'snippet' from raw.serper") == [("Tennis \ufffd",)]


def test_half_an_emoji_in_a_field_name_is_replaced(warehouse, tmp_path, service: Service):
    service.will_answer(Reply('{"elements": [{"type": "node", "id": 7, "\\ud83d": 1}]}'))

    outcome = landed(warehouse, tmp_path, {"openstreetmap": service.url})["openstreetmap"]
    record_unknown_fields(warehouse, [outcome], "run-1", datetime(2026, 1, 1))

    assert rows(warehouse, "select field from raw.unknown_fields") == [("\ufffd",)]


def test_failed_source_leaves_the_rows_of_others(warehouse, tmp_path, service: Service):
    service.will_answer({"elements": [{"type": "node", "id": 7}]})

    outcomes = landed(warehouse, tmp_path, {"serper": CLOSED_PORT, "openstreetmap": service.url})

    assert (outcomes["serper"].error_kind, outcomes["serper"].landed) == ("unreachable", 0)
    assert (outcomes["openstreetmap"].error_kind, outcomes["openstreetmap"].landed) == (None, 1)
    assert rows(warehouse, "select count(*) from raw.openstreetmap") == [(1,)]
    assert rows(warehouse, "select source, error_kind from raw.connector_calls order by source") == [
        ("openstreetmap", None),
        ("serper", "unreachable"),
    ]


def test_every_record_is_landed_rejected_or_repeated(warehouse, tmp_path, service: Service):
    good, bad = {"type": "node", "id": 7}, {"id": 8}
    service.will_answer({"elements": [good, bad, "no object", good, {"type": "way", "id": 7}]})

    outcome = landed(warehouse, tmp_path, {"openstreetmap": service.url})["openstreetmap"]

    assert (outcome.fetched, outcome.landed, outcome.rejected, outcome.repeated) == (5, 2, 2, 1)
    assert rows(warehouse, "select count(*) from raw.openstreetmap") == [(2,)]
    assert rows(warehouse, "select run_id, source, reason, payload from raw.rejects order by payload") == [
        ("run-1", "openstreetmap", "not an object", '"no object"'),
        ("run-1", "openstreetmap", "no usable id", '{"id":8}'),
    ]


def test_overlapping_pages_land_a_record_once(warehouse, tmp_path, service: Service):
    first, second = {"link": "https://a.example/"}, {"link": "https://b.example/"}
    service.will_answer({"organic": [first, second]}, {"organic": [second]}, {"organic": []})

    outcome = landed(warehouse, tmp_path, {"serper": service.url})["serper"]

    assert (outcome.fetched, outcome.landed, outcome.repeated, outcome.requests) == (3, 2, 1, 3)
    assert outcome.cost_usd == pytest.approx(0.003)


def test_rows_before_a_failure_are_kept(warehouse, tmp_path, service: Service):
    service.will_answer({"organic": [{"link": "https://a.example/"}]}, Reply("<html>down</html>"))

    outcome = landed(warehouse, tmp_path, {"serper": service.url})["serper"]

    assert (outcome.landed, outcome.error_kind) == (1, "malformed")
    assert rows(warehouse, "select source_record_id from raw.serper") == [("https://a.example/",)]


def test_news_come_with_each_answered_request_and_at_the_end(warehouse, tmp_path, service: Service):
    service.will_answer({"organic": [{"link": f"https://a.example/{number}"} for number in range(10)]}, {})
    seen: list[News] = []

    landed(warehouse, tmp_path, {"serper": service.url, "openstreetmap": CLOSED_PORT}, on_news=seen.append)

    serper, closed = ([n for n in seen if n.source == source] for source in ("serper", "openstreetmap"))
    assert [n.requests for n in serper if n.state == "asking"] == [0, 1]
    assert (serper[-1].records, serper[-1].state) == (10, "done")
    assert (closed[-1].records, closed[-1].state) == (0, "failed")
    assert closed[-1].sentence


def test_runs_are_appended(warehouse, tmp_path, service: Service):
    service.will_answer({"elements": [{"type": "node", "id": 7}]})

    landed(warehouse, tmp_path, {"openstreetmap": service.url}, "run-1")
    landed(warehouse, tmp_path, {"openstreetmap": service.url}, "run-2")

    assert rows(warehouse, "select run_id, source_record_id from raw.openstreetmap order by run_id") == [
        ("run-1", "node/7"),
        ("run-2", "node/7"),
    ]


def test_no_key_is_left_in_any_file(warehouse, tmp_path, service: Service):
    service.will_answer(Reply({"message": f"bad key {KEY}"}, 403))

    landed(warehouse, tmp_path, {"serper": service.url, "google_places": service.url, "openstreetmap": service.url})

    warehouse.execute("checkpoint")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 1
    assert [path.name for path in files if KEY.encode() in path.read_bytes()] == []


def test_unknown_field_lands_and_is_reported(warehouse, tmp_path, service: Service):
    element = {"type": "node", "id": 7, "center": {"lat": 55.9, "lon": -3.1, "alt": 40}, "hue": "red"}
    service.will_answer({"elements": [element, {"type": "node", "id": 8, "hue": "blue"}]})

    outcome = landed(warehouse, tmp_path, {"openstreetmap": service.url})["openstreetmap"]

    assert (outcome.landed, outcome.unknown_fields) == (2, ("center.alt", "hue"))
    assert json.loads(rows(warehouse, "select payload from raw.openstreetmap")[0][0]) == element


def test_unknown_field_is_recorded_once(warehouse, tmp_path, service: Service):
    service.will_answer({"elements": [{"type": "node", "id": 7, "hue": "red"}]})
    for run_id in ("run-1", "run-2"):
        outcomes = landed(warehouse, tmp_path, {"openstreetmap": service.url}, run_id)
        record_unknown_fields(warehouse, list(outcomes.values()), run_id, datetime(2026, 1, 1))

    assert rows(warehouse, "select source, field, run_id from raw.unknown_fields") == [
        ("openstreetmap", "hue", "run-1")
    ]
