"""No key is left anywhere: not in a table, a file, a log line, an error text or a page."""

from base64 import b64encode
from urllib.parse import quote, quote_plus

import pytest

from tests.ingest.conftest import Reply, service

__all__ = ["service"]

pytestmark = pytest.mark.slow
USER, PASSWORD, TOKEN = "somebody", "marked/pass word", "marked-token-0456"
LOGIN = f"{USER}:{quote(PASSWORD, safe='')}"
SENT_LOGIN = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
SECRETS = (PASSWORD, LOGIN, quote(PASSWORD), quote_plus(PASSWORD), SENT_LOGIN, TOKEN)
KEYS = {
    "SERPER_API_KEY": "marked-serper-0451",
    "GOOGLE_PLACES_API_KEY": "marked-google-0452",
    "SPATIALHUB_AUTHKEY": "marked-spatialhub-0453",
    "OPEN_CHARGE_MAP_API_KEY": "marked-charge-0454",
    "OPENAI_API_KEY": "marked-openai-0455",
}
CLUB = {"title": "Braid Tennis Club", "snippet": "Tennis in Edinburgh.", "link": "https://braid.example/"}


def test_no_key_is_in_any_file_or_output_of_a_run(trigpoint_here, tmp_path, service):
    """Every failure repeats what it was sent, as error pages do; one source answers, so that the run goes on.

    Each address holds a user, a password and a token.
    """

    def answer(request):
        repeated = f"{request.headers} {request.query} {service.url.replace('//', f'//{LOGIN}@')}"
        if request.path.startswith("/serper"):
            return Reply({"organic": [CLUB]})
        return Reply({"error": {"message": f"{repeated} refused", "code": 403, "status": repeated}}, 403)

    service.answer = answer
    address = service.url.replace("//", f"//{LOGIN}@")
    urls = {
        f"TRIGPOINT_{source}_URL": f"{address}/{source.lower()}?token={TOKEN}"
        for source in (
            "SERPER",
            "GOOGLE_PLACES",
            "OPENSTREETMAP",
            "SPORT_SCOTLAND",
            "EDINBURGH_COUNCIL",
            "OPEN_CHARGE_MAP",
        )
    }

    environment = {
        "TRIGPOINT_LOG_LEVEL": "DEBUG",
        "TRIGPOINT_MODE": "live",
        "OPENAI_BASE_URL": f"{address}/openai?token={TOKEN}",
        **KEYS,
        **urls,
    }

    done = trigpoint_here("run", "--max-age=0", QUERY="tennis and ev charging edinburgh", **environment)
    others = [
        trigpoint_here(*command, **environment)
        for command in (["explain", "braid", "--json"], ["plan", "tennis", "--json"], ["doctor", "--live"])
    ]

    assert done.returncode == 0, done.stderr
    assert others[0].returncode == others[1].returncode == 0
    sent = " ".join(f"{request.headers} {request.query}" for request in service.received)
    keys = [key for key in KEYS.values() if key != KEYS["OPENAI_API_KEY"]]  # the login goes in the place of that one
    assert [secret for secret in (*keys, SENT_LOGIN, TOKEN) if secret not in sent] == [], "they were really sent"
    assert all(request.query.get("token") == TOKEN for request in service.received)
    printed = " ".join(f"{command.stdout} {command.stderr}" for command in (done, *others))
    assert [secret for secret in (*KEYS.values(), *SECRETS) if secret in printed] == []
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    forms = [secret.encode() for secret in (*KEYS.values(), *SECRETS)]
    holding = [str(path.relative_to(tmp_path)) for path in files if any(form in path.read_bytes() for form in forms)]
    assert len(files) > 5
    assert holding == []
