"""Reading a file is a logged call, with what identifies its content."""

import hashlib
import json
import os

import pytest

from ingest.calls import SourceEndpoint
from ingest.errors import SourceError
from ingest.fetch.file import FileFetch
from tests.ingest.conftest import policy


def fetch_of(path, **changes) -> FileFetch:
    return FileFetch("clubs", SourceEndpoint(str(path), None), policy(**changes), "run-1")


@pytest.fixture
def clubs(tmp_path):
    path = tmp_path / "clubs.csv"
    path.write_text("id,name\n1,A\n2,B\n")
    os.utime(path, (0, 86_400))
    return path


def test_call_logs_size_hash_and_time_of_change(clubs):
    fetch = fetch_of(clubs)

    answer = fetch.rows()
    rows = list(answer.content)

    (call,) = fetch.calls
    assert rows == [{"id": "1", "name": "A"}, {"id": "2", "name": "B"}]
    assert answer.request_id == call.request_id
    assert (call.run_id, call.source, call.method, call.url) == ("run-1", "clubs", "READ", clubs.as_uri())
    assert (call.records, call.bytes, call.error_kind) == (2, clubs.stat().st_size, None)
    assert json.loads(call.request_body) == {
        "sha256": hashlib.sha256(clubs.read_bytes()).hexdigest(),
        "modified": "1970-01-02T00:00:00+00:00",
    }


def test_file_url_is_a_path(tmp_path):
    path = tmp_path / "our clubs.csv"
    path.write_text("id\n1\n")

    assert list(fetch_of(path.as_uri()).rows().content) == [{"id": "1"}]


@pytest.mark.parametrize(
    ("name", "content", "kind", "says"),
    [
        pytest.param("gone.csv", None, "no_file", "No such file or directory; check its path.", id="missing"),
        pytest.param("a.csv", b"a\n\xe9\n", "malformed", "is not UTF-8", id="latin-1"),
        pytest.param("a.json", b"{", "malformed", "is not JSON", id="broken"),
    ],
)
def test_unreadable_file_is_a_typed_error(tmp_path, name, content, kind, says):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    fetch = fetch_of(path)

    with pytest.raises(SourceError) as raised:
        list(fetch.rows().content)

    assert raised.value.kind == fetch.calls[0].error_kind == kind
    assert says in raised.value.sentence
    assert str(path) in raised.value.sentence


def test_rows_before_a_failure_come(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'a\n1\n"b" c\n')
    rows = fetch_of(path).rows().content

    assert next(rows) == {"a": "1"}
    with pytest.raises(SourceError):
        next(rows)


def test_stopped_run_reads_no_further(clubs):
    patience = policy()
    rows = FileFetch("clubs", SourceEndpoint(str(clubs), None), patience, "run-1").rows().content
    next(rows)

    patience.cancelled.set()

    with pytest.raises(SourceError) as raised:
        next(rows)
    assert raised.value.kind == "cancelled"


def test_reading_ends_at_the_deadline(clubs):
    fetch = fetch_of(clubs, source_timeout_seconds=-1.0)

    with pytest.raises(SourceError) as raised:
        list(fetch.rows().content)

    assert raised.value.kind == "timeout"
