"""`trigpoint doctor`: keys, prices and answers, with at most one request for each source."""

import asyncio

import pytest

from orchestrate.maintain.doctor import examine
from orchestrate.plan.planner import load_source_catalogue
from orchestrate.settings import SEEDS_DIR, Settings
from tests.ingest.conftest import KEY, Reply, service
from tests.printed import printed
from tests.sources import KEYS, SEARCHED

__all__ = ["service"]

SEEDS = load_source_catalogue(SEEDS_DIR)


@pytest.fixture
def at_service(service, monkeypatch):
    """Every source's base URL at the scripted service, with every key set."""
    for source in SEARCHED:
        monkeypatch.setenv(f"TRIGPOINT_{source.upper()}_URL", f"{service.url}/{source}")
    for key in KEYS:
        monkeypatch.setenv(key, KEY)
    return service


def health(*, ask_them: bool) -> dict:
    return printed(asyncio.run(examine(Settings(mode="live"), SEEDS, ask_them=ask_them)))


def by_source(report: dict, field: str) -> dict:
    return {check["source"]: check[field] for check in report["sources"]}


def test_without_live_it_sends_nothing(at_service, monkeypatch):
    monkeypatch.delenv("SERPER_API_KEY")

    report = health(ask_them=False)

    assert at_service.received == []
    assert set(by_source(report, "answers").values()) == {None}
    assert by_source(report, "has_key") == {source: source != "serper" for source in SEARCHED}
    assert by_source(report, "sentence")["serper"] == "Set SERPER_API_KEY in .env to ask it."
    assert by_source(report, "usd_per_request")["google_places"] == 0.035


def test_each_source_with_a_key_gets_one_request(at_service, monkeypatch):
    monkeypatch.delenv("SERPER_API_KEY")
    feature = {"id": "pub.1", "properties": {"OBJECTID": 1}}
    more = {"places": [{"id": "a"}], "nextPageToken": "more", "exceededTransferLimit": True, "numberMatched": 99}
    at_service.will_answer(Reply({**more, "elements": [{"type": "node", "id": 1}], "features": [feature]}))

    health(ask_them=True)

    asked = sorted(request.path.split("/")[1] for request in at_service.received)
    assert asked == sorted(set(SEARCHED) - {"serper"})


def test_a_source_that_does_not_answer_has_a_sentence_with_what_to_do(at_service):
    at_service.will_answer(Reply({"message": f"{KEY} is wrong"}, 403))

    report = health(ask_them=True)

    assert report["healthy"] is False
    assert by_source(report, "answers") == dict.fromkeys(SEARCHED, False)
    assert "SPATIALHUB_AUTHKEY" in by_source(report, "sentence")["sport_scotland"]
    assert KEY not in str(report)


def test_the_sandbox_does_not_change_live_addresses(monkeypatch):
    for source in SEARCHED:
        monkeypatch.delenv(f"TRIGPOINT_{source.upper()}_URL", raising=False)

    assert by_source(health(ask_them=False), "url")["serper"] == "https://google.serper.dev"
