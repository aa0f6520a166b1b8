"""Open Charge Map: a circle around the area, no personal data, and a limit that is no whole answer."""

from dataclasses import replace

import pytest

from ingest.connectors.open_charge_map import MAX_RESULTS, reach_km
from tests.ingest.conftest import KEY, LEITH, Reply, ids, query, read

# For the tests that hold for every source: what it is asked for, a record, an answer of one record.
TARGETS = ()
GOOD_RECORD = {
    "ID": 1,
    "UUID": "u",
    "AddressInfo": {"Title": "A", "Latitude": 55.9, "Longitude": -3.1, "ContactEmail": None},
    "StatusType": {"ID": 50, "Title": "Operational", "IsOperational": True},
}
GOOD_ANSWER = [{"ID": 1, "UUID": "u1", "AddressInfo": {"Title": "A"}}]


def charger(number: int, **fields: object) -> dict:
    return {"ID": number, "UUID": f"uuid-{number}", "AddressInfo": {"Title": "A car park"}, **fields}


def test_request_is_in_kilometres_around_the_centre(service, fetch_of):
    service.will_answer([])

    read("open_charge_map", fetch_of("open_charge_map"), query())

    (request,) = service.received
    assert (request.method, request.path) == ("GET", "/poi")
    assert request.headers["X-API-Key"] == KEY
    assert KEY not in str(request.query)
    assert (request.query["latitude"], request.query["longitude"]) == ("55.974", "-3.172")
    assert (request.query["distance"], request.query["distanceunit"]) == ("2.4", "km")
    assert request.query["countrycode"] == "GB"


@pytest.mark.parametrize(("country", "sent"), [("DE", "DE"), (None, None)])
def test_the_country_is_that_of_the_area(service, fetch_of, country, sent):
    service.will_answer([])

    read("open_charge_map", fetch_of("open_charge_map"), query(area=replace(LEITH, country=country)))

    (request,) = service.received
    assert request.query.get("countrycode") == sent


def test_circle_reaches_the_corners_of_the_box():
    assert reach_km(LEITH) == pytest.approx(2.41, abs=0.01)
    across = replace(LEITH, west=180 - (LEITH.east - LEITH.west) / 2, east=-180 + (LEITH.east - LEITH.west) / 2)
    assert reach_km(across) == pytest.approx(reach_km(LEITH))


def test_comments_and_photos_do_not_land(service, fetch_of):
    service.will_answer([charger(1, UserComments=[{"UserName": "someone"}], MediaItems=[{"User": {}}])])

    records, error = read("open_charge_map", fetch_of("open_charge_map"), query())

    assert (ids(records), error) == (["uuid-1"], None)
    assert records[0].payload == charger(1)


def test_answer_at_the_limit_is_partial(service, fetch_of):
    service.will_answer([charger(number) for number in range(MAX_RESULTS)])

    records, error = read("open_charge_map", fetch_of("open_charge_map"), query())

    assert (len(records), error.kind) == (MAX_RESULTS, "partial")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        pytest.param(Reply("You must specify an API key.", 403), "bad_credentials", id="key"),
        pytest.param(Reply("Blocked due to abuse.", 403), "rate_limited", id="blocked"),
        pytest.param(Reply({"status": "error", "description": "x"}), "server_busy", id="error-in-200"),
        pytest.param(Reply("<html>cloudflare</html>", 520), "server_busy", id="proxy"),
    ],
)
def test_failure_is_not_an_empty_answer(service, fetch_of, reply, kind):
    service.will_answer(reply)

    records, error = read("open_charge_map", fetch_of("open_charge_map"), query())

    assert (records, error.kind) == ([], kind)
