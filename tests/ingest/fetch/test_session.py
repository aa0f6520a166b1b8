"""One exchange is one request with its retries and its redirects."""

import time

import pytest
import requests
from requests import Request

from ingest.errors import SourceError
from ingest.fetch.session import SourceSession
from tests.ingest.conftest import USER_AGENT, Reply, policy

AT_ONCE = {"Retry-After": "0"}


@pytest.fixture
def session_of():
    """`session_of(policy(attempts=3))`: a session, and the URLs of its exchanges in order."""

    def make(patience, check_redirect=lambda _response, _location: None):
        exchanges = []

        def exchange(request, send):
            exchanges.append(request.url)
            return send()

        deadline = time.monotonic() + patience.source_timeout_seconds
        return SourceSession(patience, deadline, exchange, check_redirect), exchanges

    return make


def send(session: SourceSession, url: str) -> requests.Response:
    return session.send(session.prepare_request(Request("GET", url)))


def test_retries_are_one_exchange(service, session_of):
    service.will_answer(Reply({}, 503, AT_ONCE), Reply({}, 429, AT_ONCE), Reply({"ok": 1}))
    session, exchanges = session_of(policy(attempts=3))

    response = send(session, f"{service.url}/a")

    assert (response.status_code, session.attempts) == (200, 3)
    assert exchanges == [f"{service.url}/a"]
    assert len(service.received) == 3


def test_redirects_are_one_exchange(service, session_of):
    service.will_answer(Reply({}, 307, {"Location": "/b"}), Reply({"ok": 1}))
    session, exchanges = session_of(policy(attempts=3))

    response = send(session, f"{service.url}/a")

    assert (response.url, session.attempts) == (f"{service.url}/b", 1)
    assert exchanges == [f"{service.url}/a"]


def test_refused_redirect_is_not_followed(service, session_of):
    def refuse(_response, location):
        raise SourceError("redirected", f"Not to {location}.")

    service.will_answer(Reply({}, 307, {"Location": "/b"}), Reply({"ok": 1}))
    session, _ = session_of(policy(), refuse)

    with pytest.raises(SourceError, match="Not to /b"):
        send(session, f"{service.url}/a")

    assert [request.path for request in service.received] == ["/a"]


def test_last_answer_is_returned_when_attempts_end(service, session_of):
    service.will_answer(Reply({"n": 1}, 503, AT_ONCE), Reply({"n": 2}, 503, AT_ONCE), Reply({"n": 3}))
    session, _ = session_of(policy(attempts=2))

    assert send(session, service.url).json() == {"n": 2}


def test_last_error_is_raised_when_attempts_end(session_of):
    session, _ = session_of(policy(attempts=1))

    with pytest.raises(requests.ConnectionError):
        send(session, "http://127.0.0.1:9")


def test_no_attempt_begins_after_the_deadline(service, session_of):
    service.will_answer(Reply({}, 503, {"Retry-After": "30"}))
    session, _ = session_of(policy(attempts=3, source_timeout_seconds=20.0))

    send(session, service.url)

    assert session.attempts == len(service.received) == 1


def test_stopped_run_makes_no_attempt(service, session_of):
    stopped = policy(attempts=3)
    stopped.cancelled.set()
    session, _ = session_of(stopped)

    with pytest.raises(SourceError) as raised:
        send(session, service.url)

    assert (raised.value.kind, session.attempts, service.received) == ("cancelled", 0, [])


def test_requests_carry_our_user_agent(service, session_of):
    session, _ = session_of(policy())

    send(session, service.url)

    assert service.received[0].headers["User-Agent"] == USER_AGENT
