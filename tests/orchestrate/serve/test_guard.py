"""Other sites cannot read the application, and cannot send its forms."""

from __future__ import annotations

import pytest

from tests.orchestrate.serve.conftest import ORIGIN, decision
from tests.orchestrate.serve.planted import GOOGLE, OSM

FORM = decision(left=OSM, right=GOOGLE, answer="must_match")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8765", "", "[::1"])
def test_a_foreign_name_is_refused(browser, host):
    answer = browser.get("/", headers={"Host": host})

    assert answer.status_code in (400, 403)
    assert "Thistle" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Origin": "https://evil.example"}, id="another site"),
        pytest.param({"Origin": "null"}, id="a sandboxed frame"),
        pytest.param({"Origin": "http://127.0.0.1:9999"}, id="another port"),
        pytest.param({"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"}, id="the browser says so"),
        pytest.param({"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"}, id="another port, as the browser says"),
    ],
)
def test_a_form_of_another_site_is_refused(browser, office, headers):
    answer = browser.post("/review/pair", data=FORM, headers=headers)

    assert answer.status_code == 403
    assert office.rows("match_overrides") == []


def test_a_post_without_an_origin_is_refused(office):
    with office.browser() as client:
        del client.headers["Origin"]
        assert client.post("/review/pair", data=FORM).status_code == 403


def test_every_answer_allows_only_own_assets(browser):
    for path in ("/", "/map", "/static/serve.css", "/nope", "/review/pair?left=a&right=b"):
        policy = browser.get(path).headers["content-security-policy"]

        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy


def test_a_form_that_is_too_large_is_refused(browser):
    assert browser.post("/correct", data={"value": "x" * 1_100_000}).status_code == 413


def test_a_form_with_too_many_fields_is_refused(browser):
    assert browser.post("/split", data={"record": ["x"] * 3_000}).status_code == 400
