"""OpenStreetMap: names as regular expressions, ids by type, and remarks that are failures."""

import pytest

from ingest.connectors.openstreetmap import name_pattern, overpass_query
from ingest.sandbox.query.overpass_ql import select
from tests.ingest.conftest import USER_AGENT, Reply, ids, query, read

# For the tests that hold for every source: what it is asked for, a record, an answer of one record.
TARGETS = ('["sport"="tennis"]',)
GOOD_RECORD = {"type": "way", "id": 7, "center": {"lat": 55.9, "lon": -3.1}, "tags": {"name": "A"}}
GOOD_ANSWER = {"elements": [{"type": "node", "id": 1, "lat": 55.97, "lon": -3.17, "tags": {}}]}

NODE = {"type": "node", "id": 7, "lat": 55.97, "lon": -3.17, "tags": {"name": "Power League", "sport": "soccer"}}


def test_category_is_a_query_by_tags_and_box(service, fetch_of):
    service.will_answer({"elements": []})

    read("openstreetmap", fetch_of("openstreetmap"), query(targets=('["sport"="padel"]', '["leisure"="pitch"]')))

    (request,) = service.received
    assert (request.method, request.path) == ("POST", "/interpreter")
    assert request.headers["User-Agent"] == USER_AGENT
    assert request.form["data"] == (
        "[out:json][timeout:25][maxsize:67108864];"
        '(nwr["sport"="padel"](55.9587,-3.1993,55.9893,-3.1447);'
        'nwr["leisure"="pitch"](55.9587,-3.1993,55.9893,-3.1447);)->.places;'
        "node.places;out meta;wr.places;out tags center;"
    )


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        pytest.param("powerleague", "Power League", id="spaces"),
        pytest.param("david lloyd", "DavidLloyd", id="none"),
        pytest.param('the "shed"', 'The "Shed"', id="quotes"),
        pytest.param("a.b", "A.B", id="dot"),
        pytest.param("c++ (leith)", "C++ (Leith)", id="brackets"),
        pytest.param("back\\slash", "Back\\slash", id="backslash"),
    ],
)
def test_name_matches_other_spellings(asked, named):
    overpass = overpass_query(query(name=asked))

    assert select(overpass, [{**NODE, "tags": {"name": named}}]) != []


@pytest.mark.parametrize(
    ("asked", "other"),
    [
        pytest.param("a.b", "axb", id="a-dot-is-a-dot"),
        pytest.param(".*", "Power League", id="a-star-is-a-star"),
        pytest.param("x|League", "Power League", id="a-bar-is-a-bar"),
        pytest.param('"](0,0,1,1);nwr["name"~"', "Power League", id="end-of-string"),
    ],
)
def test_name_is_never_part_of_the_query_language(asked, other):
    overpass = overpass_query(query(name=asked))

    assert select(overpass, [{**NODE, "tags": {"name": other}}]) == []
    assert overpass.count("nwr") == 2


def test_backslash_is_escaped_twice():
    assert name_pattern("a.") == "a ?\\\\."


def test_id_has_the_type_and_no_mapper_lands(service, fetch_of):
    meta = {"version": 4, "timestamp": "2026-01-02T03:04:05Z"}
    mapper = {"user": "someone", "uid": 9, "changeset": 77}
    service.will_answer({"elements": [{**NODE, **meta, **mapper}, {"type": "way", "id": 7, "tags": {}}]})

    records, error = read("openstreetmap", fetch_of("openstreetmap"), query(targets=('["sport"]',)))

    assert (ids(records), error) == (["node/7", "way/7"], None)
    assert records[0].payload == {**NODE, **meta}


def test_element_without_id_is_left_to_landing(service, fetch_of):
    service.will_answer({"elements": [{"lat": 1}, NODE]})

    records, error = read("openstreetmap", fetch_of("openstreetmap"), query(targets=('["sport"]',)))

    assert (ids(records), error) == ([None, "node/7"], None)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        pytest.param(
            Reply({"elements": [], "remark": 'runtime error: Query timed out in "query" at line 1 after 25 seconds.'}),
            "partial",
            id="remark-in-200",
        ),
        pytest.param(
            Reply("<html>Dispatcher_Client::request_read_and_idx::rate_limited.</html>", 429), "rate_limited", id="429"
        ),
        pytest.param(Reply("<html>The server is probably too busy.</html>", 504), "server_busy", id="504"),
        pytest.param(Reply("<html>parse error</html>", 400), "bad_request", id="parse"),
        pytest.param(Reply("<html>Not Acceptable</html>", 406), "bad_request", id="user-agent"),
    ],
)
def test_status_and_remark_decide_the_kind_of_failure(service, fetch_of, reply, kind):
    service.will_answer(reply)

    records, error = read("openstreetmap", fetch_of("openstreetmap"), query(targets=('["sport"]',)))

    assert (records, error.kind) == ([], kind)


def test_harmless_remark_is_no_failure(service, fetch_of):
    service.will_answer({"elements": [NODE], "remark": "The data is a day old."})

    records, error = read("openstreetmap", fetch_of("openstreetmap"), query(targets=('["sport"]',)))

    assert (ids(records), error) == (["node/7"], None)
