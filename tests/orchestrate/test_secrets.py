"""No key is left anywhere: not in a table, a file, a log line, an error text or a page."""

import pytest

from tests.ingest.conftest import Reply, service

__all__ = ["service"]

pytestmark = pytest.mark.slow
KEYS = {
    "SERPER_API_KEY": "marked-serper-0451",
    "GOOGLE_PLACES_API_KEY": "marked-google-0452",
    "SPATIALHUB_AUTHKEY": "marked-spatialhub-0453",
    "OPEN_CHARGE_MAP_API_KEY": "marked-charge-0454",
    "OPENAI_API_KEY": "marked-openai-0455",
}
CLUB = {"title": "Braid Tennis Club", "snippet": "Tennis in Edinburgh.", "link": "https://braid.example/"}


def test_no_key_is_left_in_any_file_of_a_run_or_in_what_it_prints(trigpoint, tmp_path, service):
    """Every failure repeats the key it was sent, as error pages do; one source answers, so that the run goes on."""

    def answer(request):
        repeated = " ".join(key for key in KEYS.values() if key in f"{request.headers} {request.query}")
        if request.path.startswith("/serper"):
            return Reply({"organic": [CLUB]})
        return Reply({"error": {"message": f"{repeated} refused", "code": 403, "status": repeated}}, 403)

    service.answer = answer
    urls = {
        f"TRIGPOINT_{source}_URL": f"{service.url}/{source.lower()}"
        for source in (
            "SERPER",
            "GOOGLE_PLACES",
            "OPENSTREETMAP",
            "SPORT_SCOTLAND",
            "EDINBURGH_COUNCIL",
            "OPEN_CHARGE_MAP",
        )
    }

    done = trigpoint(
        "run",
        "--live",
        "--max-age=0",
        QUERY="tennis and ev charging edinburgh",
        TRIGPOINT_LOG_LEVEL="DEBUG",
        OPENAI_BASE_URL=f"{service.url}/openai",
        **KEYS,
        **urls,
    )

    assert done.returncode == 0, done.stderr
    sent = " ".join(f"{request.headers} {request.query}" for request in service.received)
    assert [key for key in KEYS.values() if key not in sent] == [], "the keys were really sent"
    printed = done.stdout + done.stderr
    assert [key for key in KEYS.values() if key in printed] == []
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    holding = [str(p.relative_to(tmp_path)) for p in files if any(k.encode() in p.read_bytes() for k in KEYS.values())]
    assert len(files) > 5
    assert holding == []
