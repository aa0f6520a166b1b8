"""What the sources answer lands verbatim, row by row accounted for, whatever one of them does."""

import json
from datetime import datetime

import pytest

from ingest.calls import PlannedCall, SourceEndpoint
from ingest.landing.land import land, record_unknown_fields
from ingest.landing.payloads import payload_hash
from tests.ingest.conftest import KEY, Reply, Service, policy, query

NOBODY = "http://127.0.0.1:9"


def landed(warehouse, tmp_path, urls: dict[str, str], run_id: str = "run-1"):
    calls = [PlannedCall(source, query(targets=('["sport"]',)), "because", 1, 0.0) for source in urls]
    outcomes = land(
        calls,
        {source: SourceEndpoint(url, KEY) for source, url in urls.items()},
        run_id=run_id,
        connection=warehouse,
        working_dir=tmp_path / "dlt",
        policies={source: policy() for source in urls},
    )
    return {outcome.source: outcome for outcome in outcomes}


def rows(warehouse, sql: str) -> list[tuple]:
    return warehouse.execute(sql).fetchall()


def test_a_payload_lands_as_it_came_with_its_run_and_its_request(warehouse, tmp_path, service: Service):
    element = {"type": "node", "id": 7, "tags": {"name": "Café “Ω” 🎾", "empty": "", "null": None}, "lat": 55.9700}
    service.will_answer({"elements": [element]})

    landed(warehouse, tmp_path, {"openstreetmap": service.url})

    ((run_id, record_id, payload, rank, request_id),) = rows(
        warehouse, "select run_id, source_record_id, payload, result_rank, request_id from raw.openstreetmap"
    )
    assert (run_id, record_id, rank) == ("run-1", "node/7", 1)
    assert json.loads(payload) == element
    assert rows(warehouse, "select request_id, status, records from raw.connector_calls") == [(request_id, 200, 1)]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (r'"a \ud83d\ude00 b"', "a 😀 b"),
        (r'"cut \ud83d"', "cut \ufffd"),  # half an emoji, where the service cut its snippet
        (r'"nul \u0000 end"', "nul \x00 end"),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("55.9500000001", 55.9500000001),
    ],
)
def test_the_odd_values_of_the_wire_land(warehouse, tmp_path, service: Service, sent, kept):
    service.will_answer(Reply(f'{{"elements": [{{"type": "node", "id": 7, "odd": {sent}}}]}}'))

    outcome = landed(warehouse, tmp_path, {"openstreetmap": service.url})["openstreetmap"]

    assert (outcome.landed, outcome.error_kind) == (1, None)
    ((payload, is_valid),) = rows(warehouse, "select payload, json_valid(payload) from raw.openstreetmap")
    assert is_valid
    assert json.loads(payload)["odd"] == kept


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        pytest.param('"id": 8, "odd": ' + nested(600), "nested more than", id="deep"),
        pytest.param('"id": 8, "odd": ' + "7" * 5000, "number out of range", id="digits"),
        pytest.param('"id": 8, "odd": NaN', "number out of range", id="nan"),
        pytest.param('"id": 8, "\\ud83d": NaN', "number out of range", id="half-an-emoji-in-a-reason"),
        pytest.param('"id": 8, "odd": {"a": 1, "a": 2}', "duplicate key: odd.a", id="doubled"),
        pytest.param('"id": 8, "lat": ' + "9" * 400, "number out of range", id="latitude-of-400-digits"),
        pytest.param('"id": 8.5', "no usable id", id="fraction"),
        pytest.param('"id": true', "no usable id", id="true"),
        pytest.param('"id": null', "no usable id", id="null"),
        pytest.param('"id": ""', "no usable id", id="blank"),
        pytest.param('"id": "a\\u0000b"', "no usable id", id="control-character"),
        pytest.param('"id": "cut \\ud83d"', "no usable id", id="half-an-emoji"),
    ],
)
def test_a_malformed_record_is_rejected_alone(warehouse, tmp_path, service: Service, odd, reason):
    good = '{"type": "node", "id": 7}, {"type": "node", "id": 9}'
    service.will_answer(Reply(f'{{"elements": [{{"type": "node", {odd}}}, {good}]}}'))

    outcome = landed(warehouse, tmp_path, {"openstreetmap": service.url})["openstreetmap"]

    assert (outcome.error_kind, outcome.fetched, outcome.landed, outcome.rejected) == (None, 3, 2, 1)
    ((found, payload),) = rows(warehouse, "select reason, payload from raw.rejects")
    assert found.startswith(reason)
    assert odd.replace(" ", "") in payload.replace(" ", "")


@pytest.mark.parametrize(
    ("source", "records"),
    [
        ("google_places", '"places": [{"id": "a", "odd": %s}, {"id": "b"}]'),
        ("serper", '"organic": [{"link": "https://a.example/", "odd": %s}, {"link": "https://b.example/"}]'),
        ("serper", '"organic": [{"link": "https://[a", "odd": %s}, {"link": "https://b.example/"}]'),
        ("sport_scotland", '"features": [{"id": "a.1", "odd": %s}, {"id": "a.2"}]'),
        ("edinburgh_council", '"features": [{"id": 1, "properties": {"odd": %s}}, {"id": 2}]'),
        ("edinburgh_council", '"features": [{"id": null, "odd": %s}, {"id": 2}]'),
    ],
)
@pytest.mark.parametrize("levels", [450, 20_000], ids=str)
def test_nesting_is_a_fault_of_one_record_at_every_source(
    warehouse, tmp_path, service: Service, source, records, levels
):
    service.will_answer(Reply("{" + records % nested(levels) + "}"), Reply("{}"))

    outcome = landed(warehouse, tmp_path, {source: service.url})[source]

    assert (outcome.error_kind, outcome.landed, outcome.rejected) == (None, 1, 1)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param('{"elements": [], "elements": []}', "has the same key twice", id="doubled"),
    ],
)
def test_an_answer_that_no_parser_reads_is_malformed(warehouse, tmp_path, service: Service, body, says):
    service.will_answer(Reply(body))

    outcome = landed(warehouse, tmp_path, {"openstreetmap": service.url})["openstreetmap"]

    assert (outcome.error_kind, outcome.landed) == ("malformed", 0)
    assert says in outcome.sentence


def test_a_snippet_that_was_cut_in_the_middle_of_an_emoji_lands(warehouse, tmp_path, service: Service):
    service.will_answer(
        Reply('{"organic": [{"link": "https://a.example/", "snippet": "Tennis \\ud83d"}]}'), Reply("{}")
    )

    outcome = landed(warehouse, tmp_path, {"serper": service.url})["serper"]

    assert (outcome.landed, outcome.rejected) == (1, 0)
    assert rows(warehouse, "select payload ->> 'snippet' from raw.serper") == [("Tennis \ufffd",)]


def test_a_new_field_of_half_an_emoji_is_told(warehouse, tmp_path, service: Service):
    service.will_answer(Reply('{"elements": [{"type": "node", "id": 7, "\\ud83d": 1}]}'))

    outcome = landed(warehouse, tmp_path, {"openstreetmap": service.url})["openstreetmap"]
    record_unknown_fields(warehouse, [outcome], "run-1", datetime(2026, 1, 1))

    assert rows(warehouse, "select field from raw.unknown_fields") == [("\ufffd",)]


def test_one_source_that_is_down_leaves_the_others_rows(warehouse, tmp_path, service: Service):
    service.will_answer({"elements": [{"type": "node", "id": 7}]})

    outcomes = landed(warehouse, tmp_path, {"serper": NOBODY, "openstreetmap": service.url})

    assert (outcomes["serper"].error_kind, outcomes["serper"].landed) == ("server_busy", 0)
    assert (outcomes["openstreetmap"].error_kind, outcomes["openstreetmap"].landed) == (None, 1)
    assert rows(warehouse, "select count(*) from raw.openstreetmap") == [(1,)]
    assert rows(warehouse, "select source, error_kind from raw.connector_calls order by source") == [
        ("openstreetmap", None),
        ("serper", "server_busy"),
    ]


def test_every_record_fetched_is_landed_rejected_or_repeated(warehouse, tmp_path, service: Service):
    good, bad = {"type": "node", "id": 7}, {"id": 8}
    service.will_answer({"elements": [good, bad, "no object", good, {"type": "way", "id": 7}]})

    outcome = landed(warehouse, tmp_path, {"openstreetmap": service.url})["openstreetmap"]

    assert (outcome.fetched, outcome.landed, outcome.rejected, outcome.repeated) == (5, 2, 2, 1)
    assert rows(warehouse, "select count(*) from raw.openstreetmap") == [(2,)]
    assert rows(warehouse, "select run_id, source, reason, payload from raw.rejects order by payload") == [
        ("run-1", "openstreetmap", "not an object", '"no object"'),
        ("run-1", "openstreetmap", "no usable id", '{"id":8}'),
    ]


def test_pages_that_overlap_land_a_record_once(warehouse, tmp_path, service: Service):
    first, second = {"link": "https://a.example/"}, {"link": "https://b.example/"}
    service.will_answer({"organic": [first, second]}, {"organic": [second]}, {"organic": []})

    outcome = landed(warehouse, tmp_path, {"serper": service.url})["serper"]

    assert (outcome.fetched, outcome.landed, outcome.repeated, outcome.requests) == (3, 2, 1, 3)
    assert outcome.cost_usd == pytest.approx(0.003)


def test_the_rows_before_a_failure_are_kept(warehouse, tmp_path, service: Service):
    service.will_answer({"organic": [{"link": "https://a.example/"}]}, Reply("<html>down</html>"))

    outcome = landed(warehouse, tmp_path, {"serper": service.url})["serper"]

    assert (outcome.landed, outcome.error_kind) == (1, "malformed")
    assert rows(warehouse, "select source_record_id from raw.serper") == [("https://a.example/",)]


def test_an_answer_of_another_shape_is_a_failure_of_that_source(warehouse, tmp_path, service: Service):
    service.will_answer({"elements": {"not": "a list"}})

    outcome = landed(warehouse, tmp_path, {"openstreetmap": service.url})["openstreetmap"]

    assert outcome.error_kind == "malformed" or outcome.rejected == outcome.fetched
    assert outcome.landed == 0


def test_runs_are_appended(warehouse, tmp_path, service: Service):
    service.will_answer({"elements": [{"type": "node", "id": 7}]})

    landed(warehouse, tmp_path, {"openstreetmap": service.url}, "run-1")
    landed(warehouse, tmp_path, {"openstreetmap": service.url}, "run-2")

    assert rows(warehouse, "select run_id, source_record_id from raw.openstreetmap order by run_id") == [
        ("run-1", "node/7"),
        ("run-2", "node/7"),
    ]


def test_a_source_that_finds_nothing_is_no_failure(warehouse, tmp_path, service: Service):
    service.will_answer({})

    outcome = landed(warehouse, tmp_path, {"google_places": service.url})["google_places"]

    assert (outcome.fetched, outcome.error_kind) == (0, None)


def test_no_key_is_left_in_any_file(warehouse, tmp_path, service: Service):
    service.will_answer(Reply({"message": f"bad key {KEY}"}, 403))

    landed(warehouse, tmp_path, {"serper": service.url, "google_places": service.url, "openstreetmap": service.url})

    warehouse.execute("checkpoint")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 1
    assert [path.name for path in files if KEY.encode() in path.read_bytes()] == []


@pytest.mark.parametrize(
    ("changed", "is_same"),
    [
        pytest.param({"b": 1, "a": {"x": 2, "openNow": True}}, True, id="order"),
        pytest.param({"a": {"x": 2, "openNow": False}, "b": 1}, True, id="open-now"),
        pytest.param({"a": {"x": 3, "openNow": True}, "b": 1}, False, id="value"),
    ],
)
def test_a_payload_is_the_same_if_only_the_moment_differs(changed, is_same):
    payload = {"a": {"x": 2, "openNow": True}, "b": 1}

    assert (payload_hash(payload, {"openNow"}) == payload_hash(changed, {"openNow"})) is is_same


def test_a_field_that_is_new_lands_with_its_record_and_is_told(warehouse, tmp_path, service: Service):
    element = {"type": "node", "id": 7, "center": {"lat": 55.9, "lon": -3.1, "alt": 40}, "hue": "red"}
    service.will_answer({"elements": [element, {"type": "node", "id": 8, "hue": "blue"}]})

    outcome = landed(warehouse, tmp_path, {"openstreetmap": service.url})["openstreetmap"]

    assert (outcome.landed, outcome.unknown_fields) == (2, ("center.alt", "hue"))
    assert json.loads(rows(warehouse, "select payload from raw.openstreetmap")[0][0]) == element


def test_a_new_field_is_told_by_the_first_run_that_meets_it_and_by_no_other(warehouse, tmp_path, service: Service):
    service.will_answer({"elements": [{"type": "node", "id": 7, "hue": "red"}]})
    for run_id in ("run-1", "run-2"):
        outcomes = landed(warehouse, tmp_path, {"openstreetmap": service.url}, run_id)
        record_unknown_fields(warehouse, list(outcomes.values()), run_id, datetime(2026, 1, 1))

    assert rows(warehouse, "select source, field, run_id from raw.unknown_fields") == [
        ("openstreetmap", "hue", "run-1")
    ]


def test_an_id_of_another_type_is_a_reject_like_any_other(warehouse, tmp_path, service: Service):
    service.will_answer({"places": [{"id": 5}, {"id": "a"}]})

    outcome = landed(warehouse, tmp_path, {"google_places": service.url})["google_places"]

    assert (outcome.landed, outcome.rejected) == (1, 1)
    assert rows(warehouse, "select source_record_id, payload from raw.rejects") == [(None, '{"id":5}')]
