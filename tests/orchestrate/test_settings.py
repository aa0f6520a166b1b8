from pathlib import Path

import pytest

from orchestrate.errors import UsageError
from orchestrate.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def no_env_file(monkeypatch):
    """What a developer keeps in .env is not part of a test."""
    monkeypatch.setitem(Settings.model_config, "env_file", None)


def test_sandbox_and_live_never_share_a_file(monkeypatch):
    monkeypatch.setenv("TRIGPOINT_DATA_DIR", "somewhere")

    sandbox, live = load_settings(mode="sandbox"), load_settings(mode="live")

    assert sandbox.warehouse_path == Path("somewhere/sandbox/warehouse.duckdb").resolve()
    assert live.published_path == Path("somewhere/live/trigpoint.duckdb").resolve()


def test_the_command_line_overrides_the_mode(monkeypatch):
    monkeypatch.setenv("TRIGPOINT_MODE", "live")

    assert load_settings().mode == "live"
    assert load_settings(mode="sandbox").mode == "sandbox"


def test_a_mode_that_does_not_exist_is_a_usage_error(monkeypatch):
    monkeypatch.setenv("TRIGPOINT_MODE", "prod")

    with pytest.raises(UsageError, match="TRIGPOINT_MODE must be 'sandbox' or 'live'"):
        load_settings()


def test_all_settings_that_cannot_be_used_are_one_sentence(monkeypatch):
    monkeypatch.setenv("TRIGPOINT_SPARK_MEMORY", "3")
    monkeypatch.setenv("TRIGPOINT_LLM_CONCURRENCY", "many")

    with pytest.raises(UsageError) as raised:
        load_settings()

    assert str(raised.value) == (
        "A setting of the environment or of .env cannot be used: TRIGPOINT_SPARK_MEMORY must be a number and a unit, "
        "such as 3g or 800m; TRIGPOINT_LLM_CONCURRENCY must be a whole number."
    )


def test_a_base_url_and_key_are_found_by_the_name_of_the_source(monkeypatch):
    monkeypatch.setenv("TRIGPOINT_GOOGLE_PLACES_URL", "http://127.0.0.1:1/google")
    monkeypatch.setenv("GOOGLE_PLACES_API_KEY", "k")

    endpoint = load_settings().endpoint("google_places", "GOOGLE_PLACES_API_KEY", "https://default")

    assert (endpoint.address, endpoint.api_key) == ("http://127.0.0.1:1/google", "k")


def test_a_blank_setting_is_the_default(monkeypatch):
    monkeypatch.setenv("TRIGPOINT_SERPER_URL", "")
    monkeypatch.setenv("SERPER_API_KEY", "")

    endpoint = load_settings().endpoint("serper", "SERPER_API_KEY", "https://default")

    assert (endpoint.address, endpoint.api_key) == ("https://default", None)


def test_the_user_agent_names_project_and_contact(monkeypatch):
    monkeypatch.setenv("TRIGPOINT_CONTACT", "me@example.org")

    assert load_settings().user_agent.startswith("trigpoint/")
    assert "me@example.org" in load_settings().user_agent


def test_a_secret_is_not_in_what_the_settings_print(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")

    assert "sk-very-secret" not in repr(load_settings())
