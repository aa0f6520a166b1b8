"""What all HTTP sources share: retries, time-outs, redirects, secrets and the call log."""

import re
import threading
import time
from base64 import b64decode
from dataclasses import astuple
from email.utils import formatdate

import pytest
from requests import ConnectionError, Response  # noqa: A004 (the library's own name)
from requests.adapters import HTTPAdapter

from ingest.calls import SourceEndpoint
from ingest.connectors import edinburgh_council
from ingest.fetch.http import HttpFetch
from ingest.fetch.retry_after import retry_after_seconds
from tests.ingest.conftest import KEY, Reply, opened, policy, query, read
from tests.sources import SEARCHED

RESULTS = {"organic": [{"link": "https://a.example/"}]}


@pytest.mark.parametrize("status", [429, 500, 503])
def test_passing_status_is_retried(service, fetch_of, status):
    service.will_answer(Reply({}, status, {"Retry-After": "0"}), Reply(RESULTS))
    fetch = fetch_of("serper", attempts=3)

    records, error = read("serper", fetch, query(max_pages=1))

    assert (len(records), error) == (1, None)
    assert [(call.status, call.attempts) for call in fetch.calls] == [(200, 2)]


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_refusal_is_not_retried(service, fetch_of, status):
    service.will_answer(Reply({}, status))

    read("serper", fetch_of("serper", attempts=3), query(max_pages=1))

    assert len(service.received) == 1


def test_attempts_are_limited(service, fetch_of):
    service.will_answer(Reply({}, 503, {"Retry-After": "0"}))
    fetch = fetch_of("serper", attempts=3)

    _, error = read("serper", fetch, query(max_pages=1))

    assert error.kind == "server_busy"
    assert len(service.received) == fetch.calls[0].attempts == 3


def test_sentence_says_when_to_try_again(service, fetch_of):
    service.will_answer(Reply({}, 429, {"Retry-After": "90"}))

    _, error = read("serper", fetch_of("serper"), query(max_pages=1))

    assert re.fullmatch(r"Too many requests; try again after \d\d:\d\d:\d\d \S+\.", error.sentence)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("90", 90, id="seconds"),
        pytest.param("Wed, 01 Jan 2020 00:00:00 GMT", 0, id="past"),
        pytest.param("soon", None, id="nonsense"),
        pytest.param("", None, id="none"),
    ],
)
def test_retry_after_in_seconds_or_as_a_date(header, seconds):
    response = Response()
    response.headers["Retry-After"] = header

    asked = retry_after_seconds(response)

    assert asked == seconds


def test_retry_after_date_counts_from_now():
    response = Response()
    response.headers["Retry-After"] = formatdate(time.time() + 90, usegmt=True)

    assert retry_after_seconds(response) == pytest.approx(90, abs=5)


def test_retry_after_beyond_the_deadline_is_not_retried(service, fetch_of):
    service.will_answer(Reply({}, 429, {"Retry-After": "3600"}))
    fetch = fetch_of("serper", attempts=3, source_timeout_seconds=20.0)

    _, error = read("serper", fetch, query(max_pages=1))

    assert error.kind == "rate_limited"
    assert len(service.received) == 1


def test_retry_after_is_obeyed(service, fetch_of):
    service.will_answer(Reply({}, 429, {"Retry-After": "1"}), Reply(RESULTS))
    fetch = fetch_of("serper", attempts=2)

    read("serper", fetch, query(max_pages=1))

    assert fetch.calls[0].ms >= 1000


def test_endless_answer_is_a_timeout(service, fetch_of):
    """Each byte comes in time, and the last one never."""
    service.will_answer(Reply(RESULTS, drips=True))
    fetch = fetch_of("serper", read_timeout_seconds=5.0, source_timeout_seconds=0.5)

    records, error = read("serper", fetch, query(max_pages=1))

    assert (records, error.kind) == ([], "timeout")


def test_broken_off_answer_is_a_failure(service, fetch_of):
    service.will_answer(Reply(RESULTS, headers={"Content-Length": "9999"}, hangs_up=True))

    records, error = read("serper", fetch_of("serper"), query(max_pages=1))

    assert (records, error.kind) == ([], "server_busy")


def test_requests_keep_their_distance(service, fetch_of):
    service.will_answer(Reply(RESULTS))
    fetch = fetch_of("serper", seconds_between_requests=0.2)

    read("serper", fetch, query(max_pages=3))

    assert service.received_at[2] - service.received_at[0] >= 0.35


def test_hanging_service_is_a_timeout(service, fetch_of):
    service.will_answer(Reply(hangs=True))
    fetch = fetch_of("serper", read_timeout_seconds=0.2)

    records, error = read("serper", fetch, query(max_pages=1))

    assert (records, error.kind) == ([], "timeout")
    assert fetch.calls[0].error_kind == "timeout"


def test_time_of_a_source_is_limited(service, fetch_of):
    service.will_answer(Reply(RESULTS))
    fetch = fetch_of("serper", source_timeout_seconds=0.0)

    _, error = read("serper", fetch, query(max_pages=3))

    assert error.kind == "timeout"
    assert "TRIGPOINT_SOURCE_TIMEOUT_SECONDS" in error.sentence
    assert service.received == []


def test_stopped_run_sends_nothing(service):
    stopped = policy()
    stopped.cancelled.set()
    fetch = opened("serper", service.url, stopped)

    _, error = read("serper", fetch, query())

    assert error.kind == "cancelled"
    assert service.received == []


def test_stopping_the_run_ends_a_back_off(service):
    service.will_answer(Reply({}, 503, {"Retry-After": "15"}))
    patient = policy(attempts=3, source_timeout_seconds=60.0)
    fetch = opened("serper", service.url, patient)
    outcome = []
    reading = threading.Thread(target=lambda: outcome.append(read("serper", fetch, query(max_pages=1))))

    reading.start()
    while not service.received:
        pass
    patient.cancelled.set()
    reading.join(timeout=5)

    assert not reading.is_alive()
    assert len(service.received) == 1


def test_closed_port_is_a_failure():
    fetch = opened("serper", "http://127.0.0.1:9")

    _, error = read("serper", fetch, query())

    assert error.kind == "unreachable"


def test_log_has_records_and_cost_of_each_exchange(service, fetch_of):
    service.will_answer(Reply(RESULTS), Reply({"organic": []}))
    fetch = fetch_of("serper", usd_per_request=0.001)

    read("serper", fetch, query(max_pages=5))

    logged = [
        (c.run_id, c.source, c.method, c.page, c.status, c.records, c.cost_usd, c.error_kind) for c in fetch.calls
    ]
    assert logged == [
        ("run-1", "serper", "POST", 1, 200, 1, 0.001, None),
        ("run-1", "serper", "POST", 2, 200, 0, 0.001, None),
    ]
    assert all(call.bytes > 0 and call.ms > 0 for call in fetch.calls)
    assert len({call.request_id for call in fetch.calls}) == 2


def test_failed_call_costs_nothing(service, fetch_of):
    service.will_answer(Reply({}, 500))
    fetch = fetch_of("serper", usd_per_request=0.001)

    read("serper", fetch, query())

    assert [call.cost_usd for call in fetch.calls] == [0.0]


@pytest.mark.parametrize("source", sorted(SEARCHED))
def test_key_is_neither_logged_nor_printed(service, fetch_of, source):
    """The service repeats what it was sent, as error pages do."""
    service.will_answer(Reply({"error": f"{KEY} is not valid", "message": f"key={KEY}"}, 500))
    fetch = fetch_of(source)

    _, error = read(source, fetch, query(targets=("layer",)))

    assert error is not None
    kept = [str(value) for call in fetch.calls for value in astuple(call)]
    assert [text for text in kept if KEY in text] == []
    assert KEY not in error.sentence


@pytest.mark.parametrize(
    ("base_url", "path"),
    [
        pytest.param("", "/interpreter", id="service"),
        pytest.param("/api/", "/api/interpreter", id="with-a-slash"),
        pytest.param("/api/interpreter", "/api/interpreter", id="named-whole"),
    ],
)
def test_base_url_names_service_or_endpoint(service, base_url, path):
    service.will_answer({"elements": []})
    fetch = opened("openstreetmap", service.url + base_url, key=None)

    read("openstreetmap", fetch, query(targets=('["sport"]',)))

    assert service.received[0].path == path


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("source", ["serper", "google_places", "sport_scotland", "open_charge_map"])
def test_redirect_to_another_host_gets_no_key(service, fetch_of, source, status):
    """`localhost` is another host, and the same server: what is sent there is seen here."""
    elsewhere = service.url.replace("127.0.0.1", "localhost")
    service.will_answer(Reply({}, status, {"Location": f"{elsewhere}/other?{KEY}"}))
    fetch = fetch_of(source, attempts=3)

    records, error = read(source, fetch, query(targets=("layer",)))

    assert (records, error.kind, len(service.received)) == ([], "redirected", 1)
    assert elsewhere in error.sentence
    assert f"TRIGPOINT_{source.upper()}_URL" in error.sentence
    assert KEY not in error.sentence
    assert [(call.error_kind, call.attempts) for call in fetch.calls] == [("redirected", 1)]


def test_redirect_on_the_same_host_keeps_method_and_key(service, fetch_of):
    service.will_answer(Reply({}, 308, {"Location": "/moved"}), Reply({}, 307, {"Location": "/again"}), Reply(RESULTS))
    fetch = fetch_of("serper")

    records, error = read("serper", fetch, query(max_pages=1))

    assert (len(records), error) == (1, None)
    assert [(request.method, request.path) for request in service.received] == [
        ("POST", "/search"),
        ("POST", "/moved"),
        ("POST", "/again"),
    ]
    assert all(request.headers["X-API-KEY"] == KEY and request.json["q"] for request in service.received)
    assert [(call.status, call.cost_usd) for call in fetch.calls] == [(200, 0.001)]


def test_redirect_without_a_key_is_followed(service):
    elsewhere = service.url.replace("127.0.0.1", "localhost")
    service.will_answer(Reply({}, 307, {"Location": f"{elsewhere}/interpreter"}), Reply({"elements": []}))
    fetch = opened("openstreetmap", service.url, key=None)

    _, error = read("openstreetmap", fetch, query(targets=('["sport"]',)))

    assert (error, len(service.received)) == (None, 2)


def test_redirects_are_limited(service, fetch_of):
    service.will_answer(Reply({}, 307, {"Location": "/search"}))

    _, error = read("serper", fetch_of("serper", attempts=3), query(max_pages=1))

    assert error.kind == "redirected"
    assert len(service.received) <= 10


def test_login_of_an_address_is_sent_and_not_kept(service):
    address = service.url.replace("//", "//somebody:marked%2Fword@") + "/api?token=marked-0451"
    service.answer = lambda request: Reply(
        {"error": {"message": f"{request.headers} {request.query} marked/word"}}, 500
    )
    fetch = opened("serper", address)

    _, error = read("serper", fetch, query())

    (request,) = service.received
    assert (request.path, request.query) == ("/api/search", {"token": "marked-0451"})
    assert b64decode(request.headers["Authorization"].removeprefix("Basic ")) == b"somebody:marked/word"
    kept = [*(str(value) for call in fetch.calls for value in astuple(call)), error.sentence, fetch.base_url]
    assert [text for text in kept if "marked" in text or "c29tZWJvZHk6" in text] == []


def test_login_stays_with_its_server(service, monkeypatch):
    """The council's layers lie on two servers; the address of one of them was configured, with a login."""
    other = service.url.replace("127.0.0.1", "localhost")
    monkeypatch.setattr(edinburgh_council, "BASE_URL", service.url)
    monkeypatch.setattr(edinburgh_council, "OWN_SERVER", other.replace("http://", "https://"))
    address = service.url.replace("//", "//somebody:marked@") + "?token=marked-0451"
    fetch = HttpFetch("edinburgh_council", SourceEndpoint(address, None), lambda _: None, policy(), "run-1")
    sent = []
    monkeypatch.setattr(HTTPAdapter, "send", lambda _, request, **__: sent.append(request) or _refused())

    read("edinburgh_council", fetch, query(targets=("Misc/Layer",)))

    assert [request.url.partition("/Misc")[0] for request in sent] == [edinburgh_council.OWN_SERVER]
    assert "Authorization" not in sent[0].headers
    assert "marked" not in sent[0].url


def _refused():
    raise ConnectionError
