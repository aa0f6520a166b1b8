"""The secrets of a configured address go into the request, and only at its own origin."""

import threading
import time

import pytest
import requests

from ingest.addresses import take_apart
from ingest.fetch.adapter import SourceAdapter
from tests.ingest.conftest import Reply


@pytest.fixture
def session_with():
    """`session_with(address)`: a session that sends through the adapter of that address."""

    def make(address: str, seconds: float = 20.0) -> requests.Session:
        session = requests.Session()
        session.mount("http://", SourceAdapter(take_apart(address), time.monotonic() + seconds, threading.Event()))
        return session

    return make


def with_secrets(url: str) -> str:
    return url.replace("//", "//somebody:secret@") + "?token=t-0451"


def test_own_origin_gets_login_and_parameters(service, session_with):
    session_with(with_secrets(service.url)).get(f"{service.url}/a?b=1")

    (request,) = service.received
    assert request.query == {"b": "1", "token": "t-0451"}
    assert request.headers["Authorization"].startswith("Basic ")


def test_another_origin_gets_nothing(service, session_with):
    session_with(with_secrets("http://elsewhere.example")).get(f"{service.url}/a")

    (request,) = service.received
    assert request.query == {}
    assert "Authorization" not in request.headers


def test_dripping_body_ends_at_the_deadline(service, session_with):
    service.will_answer(Reply({"x": "y" * 300}, drips=True))

    with pytest.raises(requests.ReadTimeout):
        session_with(service.url, seconds=0.3).get(service.url, timeout=5)
