"""What is counted and rejected while a source is read; nothing is written yet."""

import pytest

from ingest.calls import PlannedCall
from ingest.connectors import CONNECTORS
from ingest.landing.payloads import payload_hash
from ingest.landing.reading import Reading
from tests.ingest.conftest import Reply, Service, opened, query


def read(service: Service, source: str) -> Reading:
    """The reading of that source at the scripted service, to its end."""
    call = PlannedCall(source, query(targets=('["sport"]',)), "because", 1, 0.0)
    reading = Reading(call, CONNECTORS[source], opened(source, service.url), "run-1")
    assert sum(table.num_rows for table in reading.batches()) == reading.outcome().landed
    return reading


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
def test_malformed_record_is_rejected_alone(service, odd, reason):
    good = '{"type": "node", "id": 7}, {"type": "node", "id": 9}'
    service.will_answer(Reply(f'{{"elements": [{{"type": "node", {odd}}}, {good}]}}'))

    reading = read(service, "openstreetmap")

    outcome = reading.outcome()
    assert (outcome.error_kind, outcome.fetched, outcome.landed, outcome.rejected) == (None, 3, 2, 1)
    (reject,) = reading.rejects
    assert reject["reason"].startswith(reason)
    assert odd.replace(" ", "") in reject["payload"].replace(" ", "")


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
def test_deep_nesting_is_a_fault_of_one_record(service, source, records, levels):
    service.will_answer(Reply("{" + records % nested(levels) + "}"), Reply("{}"))

    outcome = read(service, source).outcome()

    assert (outcome.error_kind, outcome.landed, outcome.rejected) == (None, 1, 1)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param('{"elements": [], "elements": []}', "has the same key twice", id="doubled"),
    ],
)
def test_answer_with_a_duplicate_key_is_malformed(service, body, says):
    service.will_answer(Reply(body))

    outcome = read(service, "openstreetmap").outcome()

    assert (outcome.error_kind, outcome.landed) == ("malformed", 0)
    assert says in outcome.sentence


def test_answer_of_another_structure_lands_nothing(service):
    service.will_answer({"elements": {"not": "a list"}})

    outcome = read(service, "openstreetmap").outcome()

    assert outcome.error_kind == "malformed" or outcome.rejected == outcome.fetched
    assert outcome.landed == 0


def test_id_of_another_type_is_a_reject(service):
    service.will_answer({"places": [{"id": 5}, {"id": "a"}]})

    reading = read(service, "google_places")

    outcome = reading.outcome()
    assert (outcome.landed, outcome.rejected) == (1, 1)
    assert [(r["source_record_id"], r["payload"]) for r in reading.rejects] == [(None, '{"id":5}')]


def test_empty_answer_is_no_failure(service):
    service.will_answer({})

    outcome = read(service, "google_places").outcome()

    assert (outcome.fetched, outcome.error_kind) == (0, None)


@pytest.mark.parametrize(
    ("changed", "is_same"),
    [
        pytest.param({"b": 1, "a": {"x": 2, "openNow": True}}, True, id="order"),
        pytest.param({"a": {"x": 2, "openNow": False}, "b": 1}, True, id="open-now"),
        pytest.param({"a": {"x": 3, "openNow": True}, "b": 1}, False, id="value"),
    ],
)
def test_hash_ignores_order_and_volatile_fields(changed, is_same):
    payload = {"a": {"x": 2, "openNow": True}, "b": 1}

    assert (payload_hash(payload, {"openNow"}) == payload_hash(changed, {"openNow"})) is is_same
