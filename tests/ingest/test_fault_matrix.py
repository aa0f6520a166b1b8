"""Each source with each fault: kind, attempts, rows landed, row of the log, sentence."""

import re

import pytest

from ingest.calls import PlannedCall, SourceEndpoint
from ingest.landing.land import land
from tests.ingest.conftest import KEY, Received, Reply, Service, policy, query
from tests.sources import SEARCHED, example

GOOD = {source: example(source, "GOOD_ANSWER") for source in SEARCHED}
IN_HASTE = {"Retry-After": "0"}


@pytest.fixture
def landed(service, warehouse, tmp_path):
    """`landed(attempts=1)`: ask every source once; by source, its outcome, its row of the call log, its rows in raw."""
    return lambda **patience: land_all(service, warehouse, tmp_path, **patience)


def land_all(service: Service, warehouse, tmp_path, **patience: object) -> dict[str, dict]:
    outcomes = land(
        [
            PlannedCall(source, query(targets=example(source, "TARGETS"), max_pages=1), "x", 1, 0.0)
            for source in SEARCHED
        ],
        {source: SourceEndpoint(f"{service.url}/{source}", KEY) for source in SEARCHED},
        run_id="r1",
        connection=warehouse,
        working_dir=tmp_path / "dlt",
        policies={source: policy(**{"attempts": 3, **patience}) for source in SEARCHED},
    )
    logged = warehouse.execute("select source, error_kind, attempts, error_text from raw.connector_calls").fetchall()
    rows = {source: warehouse.execute(f"select count(*) from raw.{source}").fetchall()[0][0] for source in SEARCHED}
    calls = {source: (kind, attempts, text) for source, kind, attempts, text in logged}
    return {
        outcome.source: {
            "kind": outcome.error_kind,
            "sentence": outcome.sentence,
            "rows": rows[outcome.source],
            "logged": calls[outcome.source],
        }
        for outcome in outcomes
    }


def source_of(request: Received) -> str:
    return request.path.split("/")[1]


ENDLESS = [
    pytest.param(Reply({"m": "no"}, 401), "bad_credentials", 1, id="401"),
    pytest.param(Reply({"m": "no"}, 403), "bad_credentials", 1, id="403"),
    pytest.param(Reply({"m": "no"}, 400), "bad_request", 1, id="400"),
    pytest.param(Reply({"m": "no"}, 404), "bad_request", 1, id="404"),
    pytest.param(Reply({"m": "no"}, 429, IN_HASTE), "rate_limited", 3, id="429"),
    pytest.param(Reply({"m": "no"}, 429, {"Retry-After": "3600"}), "rate_limited", 1, id="429-for-an-hour"),
    pytest.param(Reply({"m": "no"}, 500, IN_HASTE), "server_busy", 3, id="500"),
    pytest.param(Reply("<html>down</html>", 503, IN_HASTE), "server_busy", 3, id="503"),
    pytest.param(Reply("<html>maintenance</html>"), "malformed", 1, id="html-in-200"),
    pytest.param(Reply('{"elements": [{"type": "no'), "malformed", 1, id="broken-json"),
]


@pytest.mark.parametrize(("reply", "kind", "attempts"), ENDLESS)
def test_lasting_fault_lands_nothing_and_is_logged(service, landed, reply, kind, attempts):
    service.will_answer(reply)

    outcomes = landed()

    assert {source: outcome["kind"] for source, outcome in outcomes.items()} == dict.fromkeys(SEARCHED, kind)
    assert {source: outcome["logged"][:2] for source, outcome in outcomes.items()} == dict.fromkeys(
        SEARCHED, (kind, attempts)
    )
    assert {source: outcome["rows"] for source, outcome in outcomes.items()} == dict.fromkeys(SEARCHED, 0)
    for outcome in outcomes.values():
        assert re.match(r"[A-Z].{20,}\.$", outcome["sentence"]), outcome["sentence"]
        assert KEY not in f"{outcome['sentence']} {outcome['logged'][2]}"


def test_what_cannot_be_reached_says_so_in_plain_words(service, landed):
    service.url = "http://127.0.0.1:9"  # the port of "discard": nothing listens there

    outcomes = landed(attempts=1)

    sentence = "The service cannot be reached; check the network and its base URL."
    assert {(one["kind"], one["sentence"]) for one in outcomes.values()} == {("unreachable", sentence)}
    assert all("HTTPConnectionPool" in one["logged"][2] for one in outcomes.values())  # for the log alone


@pytest.mark.parametrize("status", [429, 502, 503])
def test_passing_fault_costs_an_attempt_and_no_row(service, landed, status):
    met = set()

    def answer(request: Received) -> Reply:
        source = source_of(request)
        if source in met:
            return Reply(GOOD[source])
        met.add(source)
        return Reply({}, status, IN_HASTE)

    service.answer = answer

    outcomes = landed()

    assert {source: (outcome["kind"], outcome["rows"]) for source, outcome in outcomes.items()} == dict.fromkeys(
        SEARCHED, (None, 1)
    )
    assert {source: outcome["logged"][1] for source, outcome in outcomes.items()} == dict.fromkeys(SEARCHED, 2)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        pytest.param(Reply(hangs=True), "timeout", id="hangs"),
        pytest.param(Reply({"x": "y" * 300}, drips=True), "timeout", id="drips"),
        pytest.param(
            Reply({"x": "y" * 50}, headers={"Content-Length": "999"}, hangs_up=True), "server_busy", id="hangs-up"
        ),
    ],
)
def test_broken_connection_ends_in_time(service, landed, reply, kind):
    service.will_answer(reply)

    outcomes = landed(read_timeout_seconds=0.3, source_timeout_seconds=1.0, attempts=1)

    assert {source: (outcome["kind"], outcome["rows"]) for source, outcome in outcomes.items()} == dict.fromkeys(
        SEARCHED, (kind, 0)
    )


@pytest.mark.parametrize("faulty", SEARCHED)
def test_faulty_source_does_not_affect_others(service, landed, faulty):
    service.answer = lambda request: (
        Reply({}, 500, IN_HASTE) if source_of(request) == faulty else Reply(GOOD[source_of(request)])
    )

    outcomes = landed()

    assert {source: outcome["rows"] for source, outcome in outcomes.items()} == {
        source: int(source != faulty) for source in SEARCHED
    }
