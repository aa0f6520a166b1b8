import pytest

from ingest.connectors.openstreetmap import name_pattern, overpass_query
from ingest.sandbox.query.overpass_ql import select
from tests.ingest.conftest import USER_AGENT, Reply, ids, query, read

NODE = {"type": "node", "id": 7, "lat": 55.97, "lon": -3.17, "tags": {"name": "Power League", "sport": "soccer"}}


def test_a_category_is_asked_for_by_its_tags_within_the_box(service, fetch_of):
    service.will_answer({"elements": []})

    read("openstreetmap", fetch_of("openstreetmap"), query(targets=('["sport"="padel"]', '["leisure"="pitch"]')))

    (request,) = service.received
    assert (request.method, request.path) == ("POST", "/interpreter")
    assert request.headers["User-Agent"] == USER_AGENT
    assert request.form["data"] == (
        "[out:json][timeout:25][maxsize:67108864];"
        '(nwr["sport"="padel"](55.9587,-3.1993,55.9893,-3.1447);'
        'nwr["leisure"="pitch"](55.9587,-3.1993,55.9893,-3.1447););'
        "out tags center;"
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
def test_a_name_is_found_however_it_is_spelled(asked, named):
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
def test_what_a_name_holds_is_never_obeyed(asked, other):
    overpass = overpass_query(query(name=asked))

    assert select(overpass, [{**NODE, "tags": {"name": other}}]) == []
    assert overpass.count("nwr") == 2


def test_the_backslash_is_doubled_for_the_string_and_for_the_expression():
    assert name_pattern("a.") == "a ?\\\\."


def test_ids_name_the_type_and_nobody_who_mapped_it_lands(service, fetch_of):
    service.will_answer({"elements": [{**NODE, "user": "someone", "uid": 9}, {"type": "way", "id": 7, "tags": {}}]})

    records, error = read("openstreetmap", fetch_of("openstreetmap"), query(targets=('["sport"]',)))

    assert (ids(records), error) == (["node/7", "way/7"], None)
    assert records[0].payload == NODE


def test_an_element_without_an_id_is_handed_on_to_be_rejected(service, fetch_of):
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
def test_a_failure_is_typed(service, fetch_of, reply, kind):
    service.will_answer(reply)

    records, error = read("openstreetmap", fetch_of("openstreetmap"), query(targets=('["sport"]',)))

    assert (records, error.kind) == ([], kind)


def test_a_remark_that_only_informs_is_no_failure(service, fetch_of):
    service.will_answer({"elements": [NODE], "remark": "The data is a day old."})

    records, error = read("openstreetmap", fetch_of("openstreetmap"), query(targets=('["sport"]',)))

    assert (ids(records), error) == (["node/7"], None)
