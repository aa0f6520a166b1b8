"""The secrets of an address are sent to its own server only, and kept nowhere."""

import pytest

from ingest.addresses import redacted, redirect_refused, secrets_in, take_apart


@pytest.mark.parametrize(
    ("address", "url", "login", "parameters"),
    [
        pytest.param("https://a.example/v1/", "https://a.example/v1/", None, (), id="plain"),
        pytest.param("http://[::1]:8080/@me", "http://[::1]:8080/@me", None, (), id="at-sign-in-the-path"),
        pytest.param("http://u:p%40%2Fq@a.example/x", "http://a.example/x", ("u", "p@/q"), (), id="login"),
        pytest.param("http://u:p@q@a.example", "http://a.example", ("u", "p@q"), (), id="bare-at-sign"),
        pytest.param("http://u:p/q@a.example:1/x", "http://a.example:1/x", ("u", "p/q"), (), id="bare-slash"),
        pytest.param("u:p@a.example/x", "a.example/x", ("u", "p"), (), id="no-scheme"),
        pytest.param("https://token@a.example", "https://a.example", ("token", ""), (), id="user-alone"),
        pytest.param(
            "https://a.example/x?key=a%2Bb&v=#c", "https://a.example/x", None, (("key", "a+b"), ("v", "")), id="query"
        ),
    ],
)
def test_address_is_taken_apart(address, url, login, parameters):
    taken = take_apart(address)

    assert (taken.url, taken.login, taken.parameters) == (url, login, parameters)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("no pass/word here", "no *** here"),
        ("no pass%2Fword, no pass%2fword", "no ***, no ***"),
        ("GET http://who:ever@b.example/x", "GET http://***@b.example/x"),
        ("/x?a=1&authkey=abc&b=2", "/x?a=1&authkey=***&b=2"),
        ("api_key=abc monkey=abc Access-Token=abc", "api_key=*** monkey=abc Access-Token=***"),
        ("a short one: ab", "a short one: ab"),
    ],
)
def test_secret_is_hidden_in_every_encoding(text, clean):
    assert redacted(text, ["pass/word", None, "ab"]) == clean


def test_secrets_of_the_environment():
    environment = {"A_KEY": "key-1", "HOME": "/home", "B_URL": "http://u:secret@b.example/?t=token-1", "C_URL": ""}

    found = secrets_in(environment)

    assert {"key-1", "secret", "token-1"} <= set(found)
    assert "/home" not in found


@pytest.mark.parametrize(
    ("location", "with_secret", "without"),
    [
        ("/v2?x=1", None, None),
        ("https://a.example:443/v2", None, None),
        ("https://A.example/v2", None, None),
        ("https://b.example/v1", "https://b.example", None),
        ("//b.example/v1", "https://b.example", None),
        ("https://a.example.b.example/", "https://a.example.b.example", None),
        ("https://a.example:8443/", "https://a.example:8443", None),
        ("http://a.example/v1", "http://a.example", "http://a.example"),
        ("file:///etc/passwd", "file://", "file://"),
        ("ftp://a.example/", "ftp://a.example", "ftp://a.example"),
        ("https://u:p@b.example/", "https://b.example", "https://b.example"),
    ],
)
def test_redirect_targets(location, with_secret, without):
    asked = "https://a.example/v1"

    assert redirect_refused(asked, location, is_secret=True) == with_secret
    assert redirect_refused(asked, location, is_secret=False) == without
