"""Serper: pages and Google's own boxes as records, each with a stable key."""

from dataclasses import replace

import pytest

from tests.ingest.conftest import KEY, LEITH, USER_AGENT, Reply, ids, query, read

# For the tests that hold for every source: what it is asked for, a record, an answer of one record.
TARGETS = ()
GOOD_RECORD = {
    "title": "A",
    "link": "https://a.example",
    "snippet": "b",
    "position": 1,
    "sitelinks": [{"title": "c"}],
}
GOOD_ANSWER = {"organic": [{"title": "A", "link": "https://a.example/", "snippet": "s"}]}


def result(link: str) -> dict:
    return {"title": "A club", "link": link, "snippet": "Courts to book.", "position": 1}


def test_request_has_text_country_and_area(service, fetch_of):
    service.will_answer({"organic": []})

    read("serper", fetch_of("serper"), query(text='courts "leith" & more', max_pages=1))

    (request,) = service.received
    assert (request.method, request.path) == ("POST", "/search")
    assert request.headers["X-API-KEY"] == KEY
    assert request.headers["User-Agent"] == USER_AGENT
    assert request.json == {
        "q": 'courts "leith" & more',
        "gl": "gb",
        "hl": "en",
        "location": "Leith, Scotland, United Kingdom",
        "num": 10,
        "page": 1,
    }


def test_an_area_of_several_countries_names_no_country(service, fetch_of):
    service.will_answer({"organic": []})

    read("serper", fetch_of("serper"), query(area=replace(LEITH, country=None), location="Aachen", max_pages=1))

    (request,) = service.received
    assert ("gl" in request.json, request.json["location"]) == (False, "Aachen")


def test_paging_ends_at_an_empty_page(service, fetch_of):
    service.will_answer({"organic": [result("https://a.example/")]}, {"organic": [result("https://b.example/")]}, {})

    records, error = read("serper", fetch_of("serper"), query(max_pages=9))

    assert (ids(records), error) == (["https://a.example/", "https://b.example/"], None)
    assert [request.json["page"] for request in service.received] == [1, 2, 3]


def test_paging_ends_at_the_plan(service, fetch_of):
    service.will_answer({"organic": [result("https://a.example/")]})

    read("serper", fetch_of("serper"), query(max_pages=2))

    assert len(service.received) == 2


def test_googles_boxes_are_records(service, fetch_of):
    graph, place = {"title": "The Club", "type": "Sports club"}, {"title": "The Club", "cid": "123", "address": "Leith"}
    box = {"title": "The Club / Address", "answer": "Leith"}
    service.will_answer(
        {"answerBox": box, "knowledgeGraph": graph, "organic": [result("https://a.example/")], "places": [place]}
    )

    records, _ = read("serper", fetch_of("serper"), query(max_pages=1))

    assert ids(records) == ["kg:The Club", "answer:The Club / Address", "https://a.example/", "cid:123"]
    assert [record.payload for record in records] == [graph, box, result("https://a.example/"), place]


@pytest.mark.parametrize(
    ("answer", "record_id"),
    [
        pytest.param({"places": [{"title": "A", "cid": "7", "placeId": "P"}]}, "cid:7", id="number-of-a-place"),
        pytest.param({"places": [{"title": "A", "placeId": "P", "link": "https://a.example/"}]}, "place:P", id="place"),
        pytest.param({"places": [{"title": "A", "address": "Leith"}]}, "place:A, Leith", id="place-without-an-id"),
        pytest.param({"knowledgeGraph": {"title": "A", "kgmid": "/g/1"}}, "kg:/g/1", id="graph"),
        pytest.param(
            {"knowledgeGraph": {"title": "A", "attributes": {"Address": "Leith"}}},
            "kg:A, Leith",
            id="graph-of-a-branch",
        ),
        pytest.param(
            {"answerBox": {"title": "A", "link": "https://a.example/x?utm_source=g"}},
            "https://a.example/x#answer",
            id="answer-read-on-a-page",
        ),
        pytest.param({"places": [{"address": "Leith"}]}, None, id="nameless"),
        pytest.param({"knowledgeGraph": ["A"]}, None, id="no-object"),
        pytest.param({"organic": [result("http://[")]}, "http://[", id="broken-link"),
    ],
)
def test_each_kind_of_record_has_a_stable_key(service, fetch_of, answer, record_id):
    service.will_answer(answer)

    records, error = read("serper", fetch_of("serper"), query(max_pages=1))

    assert (ids(records), error) == ([record_id], None)


@pytest.mark.parametrize(
    ("link", "record_id"),
    [
        pytest.param("https://a.example/x?utm_source=g&id=7", "https://a.example/x?id=7", id="campaign"),
        pytest.param("https://a.example/x?srsltid=AfmB", "https://a.example/x", id="click-id"),
        pytest.param("https://a.example/x#courts", "https://a.example/x", id="fragment"),
        pytest.param("https://a.example/x?q=%2B", "https://a.example/x?q=%2B", id="escaped"),
    ],
)
def test_link_loses_tracking_parameters(service, fetch_of, link, record_id):
    service.will_answer({"organic": [result(link)]})

    records, _ = read("serper", fetch_of("serper"), query(max_pages=1))

    assert ids(records) == [record_id]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        pytest.param(Reply({"message": "Unauthorized.", "statusCode": 403}, 403), "bad_credentials", id="key"),
        pytest.param(Reply({"message": "Not enough credits", "statusCode": 400}, 400), "quota_exhausted", id="credits"),
        pytest.param(Reply({"message": "Missing query"}, 400), "bad_request", id="request"),
        pytest.param(Reply({"message": "slow down"}, 429), "rate_limited", id="rate"),
        pytest.param(Reply({}, 503), "server_busy", id="down"),
        pytest.param(Reply("<html>maintenance</html>"), "malformed", id="html"),
    ],
)
def test_failure_is_not_an_empty_answer(service, fetch_of, reply, kind):
    service.will_answer(reply)

    records, error = read("serper", fetch_of("serper"), query(max_pages=1))

    assert (records, error.kind) == ([], kind)


def test_answer_without_results_is_no_failure(service, fetch_of):
    service.will_answer({"searchParameters": {"q": "zxqv"}, "organic": []})

    assert read("serper", fetch_of("serper"), query(max_pages=1)) == ([], None)
