"""The endpoints of a run: the sources of a plan, and the language model."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from ingest.addresses import redacted, take_apart
from ingest.calls import PlannedCall, SourceEndpoint
from orchestrate.errors import UsageError
from orchestrate.plan.planner import SourceCatalogue
from orchestrate.seeds.files import read_seed
from orchestrate.settings import SEEDS_DIR, Settings

if TYPE_CHECKING:
    from extract.llm.client import LlmSettings
    from ingest.fetch import FetchPolicy


class StandIns:
    """The stand-ins of a run. They start when a source first needs them, and stop when `cleanup` closes."""

    def __init__(self, cleanup: ExitStack) -> None:
        self._cleanup = cleanup

    @cached_property
    def urls(self) -> dict[str, str]:
        from ingest.sandbox.process import running_sandbox

        return self._cleanup.enter_context(running_sandbox())


def source_endpoints(
    calls: Sequence[PlannedCall], seeds: SourceCatalogue, settings: Settings, stand_ins: StandIns
) -> dict[str, SourceEndpoint]:
    """The endpoint of each planned source: the real service in live mode, the local stand-in in the sandbox.

    A base URL from the environment wins in both modes.
    """
    sources = [call.source for call in calls]
    defaults = _default_urls(sources, settings, stand_ins)
    endpoints = {
        source: settings.endpoint(source, seeds.key_settings.get(source), defaults[source]) for source in sources
    }
    if settings.mode == "live":
        return endpoints
    # The sandbox accepts any key, so real keys are not sent to it.
    return {source: replace(endpoint, api_key="sandbox") for source, endpoint in endpoints.items()}


def _default_urls(sources: Sequence[str], settings: Settings, stand_ins: StandIns) -> dict[str, str]:
    if settings.mode == "live":
        from ingest.connectors import CONNECTORS

        return {source: CONNECTORS[source].default_address or "" for source in sources}
    if all(settings.source_url(source) for source in sources):
        return dict.fromkeys(sources, "")
    return stand_ins.urls


def fetch_policies(
    calls: Sequence[PlannedCall], seeds: SourceCatalogue, settings: Settings, cancelled: threading.Event
) -> dict[str, FetchPolicy]:
    """The fetch policy of each planned source."""
    from ingest.fetch import FetchPolicy

    return {
        call.source: FetchPolicy(
            user_agent=settings.user_agent,
            read_timeout_seconds=settings.read_timeout_seconds,
            source_timeout_seconds=settings.source_timeout_seconds,
            cancelled=cancelled,
            usd_per_request=seeds.usd_per_request.get(call.source, 0.0),
            seconds_between_requests=seeds.seconds_between_requests.get(call.source, 0.0),
        )
        for call in calls
    }


def llm_settings(settings: Settings, max_cost_usd: float | None = None) -> LlmSettings | None:
    """The settings of the language model. None if no model is configured: then only the rules extract.

    Raises UsageError for a cost limit on a model without a price.
    """
    if not (settings.openai_api_key or settings.openai_base_url):
        return None
    from extract.llm.client import LlmSettings

    prices = _token_prices(settings.llm_model)
    if prices is None and max_cost_usd is not None:
        raise UsageError(
            f"--max-cost needs a price, and {settings.llm_model} has none. Add a row for it to "
            "dbt_project/seeds/llm_prices.csv (0 and 0 for your own model)."
        )
    address = take_apart(settings.openai_base_url) if settings.openai_base_url else None
    api_key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
    return LlmSettings(
        base_url=address.url if address else None,
        login=address.login if address else None,
        parameters=address.parameters if address else (),
        redact=partial(redacted, secrets=(api_key, *(address.secrets if address else ()))),
        api_key=api_key,
        model=settings.llm_model,
        concurrency=settings.llm_concurrency,
        records_per_call=settings.llm_records_per_call,
        timeout_seconds=settings.llm_timeout_seconds,
        usd_per_million_tokens=prices or (0.0, 0.0),
    )


def _token_prices(model: str) -> tuple[float, float] | None:
    """USD per million input and output tokens. None for a model without a row, such as a local model."""
    for row in read_seed(SEEDS_DIR / "llm_prices.csv"):
        if row["model"] == model:
            return float(row["usd_per_million_tokens_in"]), float(row["usd_per_million_tokens_out"])
    return None
