"""Where things answer: the sources of a plan, and the language model."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.calls import PlannedCall, SourceEndpoint
from orchestrate.planner import PlannerSeeds
from orchestrate.settings import SEEDS_DIR, Settings
from orchestrate.vocabulary import read_seed

if TYPE_CHECKING:
    from extract.llm import LlmSettings


def source_endpoints(
    calls: Sequence[PlannedCall], seeds: PlannerSeeds, settings: Settings, cleanup: ExitStack
) -> dict[str, SourceEndpoint]:
    """Where each planned source answers: the real service in live mode, the local stand-in otherwise.

    A base URL from the environment wins in both modes. The stand-in is started only if some source needs it,
    and stopped when `cleanup` closes.
    """
    sources = [call.source for call in calls]
    defaults = _default_urls(sources, settings, cleanup)
    endpoints = {
        source: settings.endpoint(source, seeds.key_settings.get(source), defaults[source]) for source in sources
    }
    if settings.mode == "live":
        return endpoints
    # Real keys stay out of the sandbox, which takes any.
    return {source: replace(endpoint, api_key="sandbox") for source, endpoint in endpoints.items()}


def _default_urls(sources: Sequence[str], settings: Settings, cleanup: ExitStack) -> dict[str, str]:
    if settings.mode == "live":
        from ingest.connectors import CONNECTORS

        return {source: CONNECTORS[source].base_url for source in sources}
    if all(settings.source_url(source) for source in sources):
        return dict.fromkeys(sources, "")
    from ingest.sandbox.process import running_sandbox

    return cleanup.enter_context(running_sandbox())


def llm_settings(settings: Settings) -> LlmSettings | None:
    """The model to ask, or None: without one the rules extractor works alone, and the report says so."""
    if not (settings.openai_api_key or settings.openai_base_url):
        return None
    from extract.llm import LlmSettings

    return LlmSettings(
        base_url=settings.openai_base_url,
        api_key=settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none",
        model=settings.llm_model,
        usd_per_million_tokens=_token_prices(settings.llm_model),
    )


def _token_prices(model: str) -> tuple[float, float]:
    """USD per million tokens in and out; a model without a row, such as one of your own, costs nothing."""
    for row in read_seed(SEEDS_DIR / "llm_prices.csv"):
        if row["model"] == model:
            return float(row["usd_per_million_tokens_in"]), float(row["usd_per_million_tokens_out"])
    return 0.0, 0.0
