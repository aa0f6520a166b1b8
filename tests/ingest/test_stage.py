"""The stage lands what is asked for, uses fresh answers again, and accounts for every row."""

from datetime import datetime, timedelta

import pytest

from ingest.calls import PlannedCall, SourceEndpoint
from ingest.landing.reuse import EarlierAnswer
from ingest.stage import SourceAccess, ingest
from tests.ingest.conftest import KEY, Reply, policy, query

NOON = datetime(2026, 1, 1, 12)
GOOD = {"organic": [{"link": "https://a.example/"}]}


@pytest.fixture
def run(service, warehouse, tmp_path):
    """`run("run-1", NOON)`: ask serper and OpenStreetMap at the scripted service; the report and who was asked."""

    def make(run_id: str, now: datetime):
        asked: list[str] = []

        def endpoints(calls):
            asked.extend(call.source for call in calls)
            return {call.source: SourceEndpoint(f"{service.url}/{call.source}", KEY) for call in calls}

        sources = ("serper", "openstreetmap")
        access = SourceAccess(
            addresses=dict.fromkeys(sources, ""),
            max_ages=dict.fromkeys(sources, timedelta(hours=6)),
            policies={source: policy() for source in sources},
            endpoints=endpoints,
        )
        calls = [PlannedCall(source, query(targets=('["sport"]',), max_pages=1), "x", 1, 0.0) for source in sources]
        report = ingest(calls, access, run_id=run_id, now=now, connection=warehouse, working_dir=tmp_path / "dlt")
        return report, asked

    return make


def answers(service, **by_source: Reply) -> None:
    service.answer = lambda request: by_source[request.path.split("/")[1]]


def test_report_accounts_for_every_row(service, run):
    element = {"type": "node", "id": 7}
    answers(service, serper=Reply(GOOD), openstreetmap=Reply({"elements": [element, element, {"id": 8}]}))

    report, _ = run("run-1", NOON)

    assert (report.rows_in, report.rows_out, report.losses) == (4, 2, {"rejected": 1, "repeated": 1})
    assert report.cost_usd == pytest.approx(0.002)
    assert (report.errors, report.reused) == ((), ())


def test_fresh_answer_is_used_again(service, run, warehouse):
    answers(service, serper=Reply(GOOD), openstreetmap=Reply({"elements": []}))
    run("run-1", NOON)

    report, asked = run("run-2", NOON + timedelta(hours=1))

    assert (asked, report.outcomes) == ([], ())
    assert report.reused == (
        EarlierAnswer("serper", "run-1", NOON, 1),
        EarlierAnswer("openstreetmap", "run-1", NOON, 0),
    )
    assert (report.rows_in, report.rows_out, report.cost_usd) == (1, 1, 0)
    assert warehouse.execute("select run_id, source_record_id from raw.serper order by all").fetchall() == [
        ("run-1", "https://a.example/"),
        ("run-2", "https://a.example/"),
    ]


def test_failed_source_is_asked_again(service, run):
    answers(service, serper=Reply({}, 500), openstreetmap=Reply({"elements": []}))
    report, _ = run("run-1", NOON)
    answers(service, serper=Reply(GOOD))

    again, asked = run("run-2", NOON + timedelta(hours=1))

    assert report.errors == ("serper: The service is in trouble (HTTP 500); try again later.",)
    assert (asked, again.errors, again.rows_out) == (["serper"], (), 1)


def test_unknown_field_is_recorded_by_the_first_run(service, run, warehouse):
    answers(service, serper=Reply({"organic": [{"link": "a", "hue": 1}]}), openstreetmap=Reply({"elements": []}))

    run("run-1", NOON)
    run("run-2", NOON + timedelta(hours=7))

    assert warehouse.execute("select * from raw.unknown_fields").fetchall() == [("serper", "hue", "run-1", NOON)]
