"""Google Places: a rectangle, page tokens, and errors by status and reason."""

from dataclasses import replace

import pytest

from tests.ingest.conftest import KEY, LEITH, Reply, ids, query, read

# For the tests that hold for every source: what it is asked for, a record, an answer of one record.
TARGETS = ()
GOOD_RECORD = {
    "id": "a",
    "displayName": {"text": "A", "languageCode": "en"},
    "location": {"latitude": 55.9, "longitude": -3},
    "regularOpeningHours": {"openNow": True, "periods": []},
}
GOOD_ANSWER = {"places": [{"id": "ChIJ1"}]}


def place(number: int) -> dict:
    return {"id": f"ChIJ{number}", "displayName": {"text": "A club"}, "types": ["gym", "establishment"]}


def google_error(code: int, status: str, reason: str | None = None, **metadata: str) -> Reply:
    kind = "type.googleapis.com/google.rpc.ErrorInfo"
    details = [{"@type": kind, "reason": reason, "metadata": metadata}] if reason else []
    return Reply({"error": {"code": code, "message": "No.", "status": status, "details": details}}, code)


def test_request_has_a_rectangle_and_no_personal_fields(service, fetch_of):
    service.will_answer({})

    read("google_places", fetch_of("google_places"), query())

    (request,) = service.received
    assert (request.method, request.path) == ("POST", "/v1/places:searchText")
    assert request.headers["X-Goog-Api-Key"] == KEY
    mask = request.headers["X-Goog-FieldMask"]
    assert " " not in mask
    assert {"places.id", "places.addressComponents", "places.regularOpeningHours", "nextPageToken"} <= set(
        mask.split(",")
    )
    assert "review" not in mask
    assert "photo" not in mask
    assert request.json["locationRestriction"]["rectangle"] == {
        "low": {"latitude": 55.9587, "longitude": -3.1993},
        "high": {"latitude": 55.9893, "longitude": -3.1447},
    }
    assert (request.json["textQuery"], request.json["regionCode"]) == ("tennis leith", "GB")


@pytest.mark.parametrize(("country", "sent"), [("DE", "DE"), (None, None)])
def test_the_country_is_that_of_the_area(service, fetch_of, country, sent):
    service.will_answer({"places": []})

    read("google_places", fetch_of("google_places"), query(area=replace(LEITH, country=country), max_pages=1))

    (request,) = service.received
    assert request.json.get("regionCode") == sent


@pytest.mark.parametrize(
    ("targets", "name", "sent"),
    [
        pytest.param(("library",), None, "library", id="one-type"),
        pytest.param(("pub", "museum"), None, None, id="two-types"),
        pytest.param(("library",), "central library", None, id="a-name"),
        pytest.param((), None, None, id="no-type"),
    ],
)
def test_places_of_the_one_type_come_first(service, fetch_of, targets, name, sent):
    service.will_answer({"places": []})

    read("google_places", fetch_of("google_places"), query(targets=targets, name=name, max_pages=1))

    (request,) = service.received
    assert request.json.get("includedType") == sent
    assert "strictTypeFiltering" not in request.json  # it would leave out places of other types


def test_page_token_leads_to_the_next_page(service, fetch_of):
    service.will_answer(
        {"places": [place(1)], "nextPageToken": "t2"},
        {"places": [place(2)], "nextPageToken": "t3"},
        {"places": [place(3)]},
    )

    records, error = read("google_places", fetch_of("google_places"), query(max_pages=3))

    assert (ids(records), error) == (["ChIJ1", "ChIJ2", "ChIJ3"], None)
    assert [request.json.get("pageToken") for request in service.received] == [None, "t2", "t3"]
    assert [record.result_rank for record in records] == [1, 2, 3]


@pytest.mark.parametrize(("planned", "sent"), [(1, 1), (2, 2), (50, 3)])
def test_pages_end_at_the_plan_or_at_the_services_limit(service, fetch_of, planned, sent):
    service.will_answer({"places": [place(1)], "nextPageToken": "more"})

    read("google_places", fetch_of("google_places"), query(max_pages=planned))

    assert len(service.received) == sent


def test_empty_object_means_no_places(service, fetch_of):
    service.will_answer({})

    assert read("google_places", fetch_of("google_places"), query()) == ([], None)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        pytest.param(
            google_error(400, "INVALID_ARGUMENT", "API_KEY_INVALID"), "bad_credentials", id="wrong-key-is-400"
        ),
        pytest.param(google_error(403, "PERMISSION_DENIED", "SERVICE_DISABLED"), "bad_credentials", id="api-off"),
        pytest.param(google_error(403, "PERMISSION_DENIED"), "bad_credentials", id="no-key"),
        pytest.param(google_error(400, "INVALID_ARGUMENT"), "bad_request", id="mask"),
        pytest.param(
            google_error(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", quota_limit="SearchTextPerDayPerProject"),
            "quota_exhausted",
            id="day",
        ),
        pytest.param(
            google_error(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", quota_limit="SearchTextPerMinutePerProject"),
            "rate_limited",
            id="minute",
        ),
        pytest.param(google_error(503, "UNAVAILABLE"), "server_busy", id="down"),
        pytest.param(Reply("<html>proxy</html>", 502), "server_busy", id="proxy"),
        pytest.param(Reply({"error": "a text"}, 400), "bad_request", id="odd-error"),
    ],
)
def test_status_and_reason_decide_the_kind_of_failure(service, fetch_of, reply, kind):
    service.will_answer(reply)

    records, error = read("google_places", fetch_of("google_places"), query())

    assert (records, error.kind) == ([], kind)


def test_places_before_a_failed_page_are_kept(service, fetch_of):
    service.will_answer({"places": [place(1)], "nextPageToken": "t2"}, google_error(503, "UNAVAILABLE"))

    records, error = read("google_places", fetch_of("google_places"), query())

    assert (ids(records), error.kind) == (["ChIJ1"], "server_busy")
