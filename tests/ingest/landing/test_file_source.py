"""A source that is a file lands by the same path as one that answers over HTTP."""

import json
from datetime import datetime, timedelta

import pytest

from ingest.calls import PlannedCall, SourceEndpoint
from ingest.checks.payload_schema import PayloadSchema
from ingest.connector import FileConnector
from ingest.stage import SourceAccess, ingest
from tests.ingest.conftest import policy, query

NOON = datetime(2026, 1, 1, 12)


class Club(PayloadSchema):
    id: str | None = None
    name: str | None = None
    courts: int | str | None = None


def read(_query, fetch):
    answer = fetch.rows("clubs")
    for rank, row in enumerate(answer.content, start=1):
        yield answer.record(row, lambda club: club["id"], rank)


CONNECTORS = {"clubs": FileConnector(read=read, schema=Club)}
FILES = {
    "clubs.csv": "id,name,courts\na,Alpha,2\nb,Beta,\n",
    "clubs.json": '{"clubs": [{"id": "a", "name": "Alpha", "courts": "2"}, {"id": "b", "name": "Beta", "courts": ""}]}',
    "clubs.ndjson": '{"id":"a","name":"Alpha","courts":"2"}\n{"id":"b","name":"Beta","courts":""}\n',
}


@pytest.fixture
def run(warehouse, tmp_path):
    """`run("clubs.csv", text, "run-1", NOON)`: write the file and ingest it; without a text, as it is."""
    warehouse.execute("create table raw.clubs as from raw.serper limit 0")

    def make(name: str, text: str | None, run_id: str = "run-1", now: datetime = NOON):
        path = tmp_path / name
        if text is not None:
            path.write_text(text)
        access = SourceAccess(
            addresses={"clubs": str(path)},
            max_ages={"clubs": timedelta(hours=24)},
            policies={"clubs": policy(usd_per_request=0.0)},
            endpoints=lambda _calls: {"clubs": SourceEndpoint(str(path), None)},
        )
        return ingest(
            [PlannedCall("clubs", query(), "it is ours", 1, 0.0)],
            access,
            run_id=run_id,
            now=now,
            connection=warehouse,
            working_dir=tmp_path / "dlt",
            connectors=CONNECTORS,
        )

    return make


def landed(warehouse) -> list[tuple]:
    return [
        (run_id, record_id, json.loads(payload), rank)
        for run_id, record_id, payload, rank in warehouse.execute(
            "select run_id, source_record_id, payload, result_rank from raw.clubs order by all"
        ).fetchall()
    ]


@pytest.mark.parametrize("name", FILES)
def test_rows_land_with_their_call(run, warehouse, tmp_path, name):
    report = run(name, FILES[name])

    assert (report.rows_in, report.rows_out, report.cost_usd, report.errors) == (2, 2, 0, ())
    assert landed(warehouse) == [
        ("run-1", "a", {"id": "a", "name": "Alpha", "courts": "2"}, 1),
        ("run-1", "b", {"id": "b", "name": "Beta", "courts": ""}, 2),
    ]
    calls = warehouse.execute("select request_id, method, url, records, bytes from raw.connector_calls").fetchall()
    requests = warehouse.execute("select distinct request_id from raw.clubs").fetchall()
    assert calls == [(requests[0][0], "READ", (tmp_path / name).as_uri(), 2, len(FILES[name]))]
    assert len(requests) == 1


def test_bad_rows_are_rejected_alone(run, warehouse):
    lines = ['{"id": "a"}', '{"id": "a", "id": "b"}', "{", '{"id": 7}', '{"name": "x"}', '{"id": "a"}', '{"id": "b"}']

    report = run("clubs.ndjson", "\n".join(lines))

    assert (report.rows_in, report.rows_out, report.losses) == (7, 2, {"rejected": 4, "repeated": 1})
    assert warehouse.execute("select reason, payload from raw.rejects order by rowid").fetchall() == [
        ("duplicate key: id", '{"id":"a","id":"b"}'),
        ("not JSON: Expecting property name enclosed in double quotes: line 3", '"{"'),
        ("no usable id", '{"id":7}'),
        ("no usable id", '{"name":"x"}'),
    ]


def test_unknown_column_is_recorded(run, warehouse):
    run("clubs.csv", "id,name,hue\na,Alpha,red\n")

    assert warehouse.execute("select source, field from raw.unknown_fields").fetchall() == [("clubs", "hue")]
    assert landed(warehouse) == [("run-1", "a", {"id": "a", "name": "Alpha", "hue": "red"}, 1)]


def test_unchanged_file_is_not_read_again(run, warehouse):
    run("clubs.csv", FILES["clubs.csv"])

    report = run("clubs.csv", None, "run-2", NOON + timedelta(hours=1))

    assert [answer.run_id for answer in report.reused] == ["run-1"]
    assert [row[:2] for row in landed(warehouse)] == [("run-1", "a"), ("run-1", "b"), ("run-2", "a"), ("run-2", "b")]
    assert warehouse.execute("select count(*) from raw.connector_calls").fetchall() == [(1,)]


@pytest.mark.parametrize("text", ["id,name,courts\na,Omega,2\nb,Beta,\n", "id,name\nc,Gamma\n"], ids=["time", "size"])
def test_changed_file_is_read_again(run, text):
    run("clubs.csv", FILES["clubs.csv"])

    report = run("clubs.csv", text, "run-2", NOON + timedelta(hours=1))

    assert (report.reused, len(report.outcomes)) == ((), 1)


def test_missing_file_is_the_error_of_its_source(run, warehouse, tmp_path):
    report = run("gone.csv", None)

    assert report.errors == (f"clubs: {tmp_path / 'gone.csv'}: No such file or directory; check its path.",)
    assert warehouse.execute("select error_kind from raw.connector_calls").fetchall() == [("no_file",)]
    assert landed(warehouse) == []
