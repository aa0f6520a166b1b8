"""Plans a query under the present settings."""

from __future__ import annotations

from collections.abc import Collection

from orchestrate.plan.planner import Plan, SourceCatalogue, load_source_catalogue, plan
from orchestrate.settings import SEEDS_DIR, Settings


def plan_query(
    query: str, settings: Settings, sources: Collection[str] | None = None, max_cost_usd: float | None = None
) -> tuple[Plan, SourceCatalogue]:
    """Plan `query` without asking any source. Raises QueryError if the query makes no sense."""
    seeds = load_source_catalogue(SEEDS_DIR)
    unavailable = _unavailable(seeds, settings)
    return plan(query, seeds, unavailable=unavailable, only=sources, max_cost_usd=max_cost_usd), seeds


def _unavailable(seeds: SourceCatalogue, settings: Settings) -> dict[str, str]:
    """The sources without a key in live mode, with the reason. The sandbox needs no keys."""
    if settings.mode == "sandbox":
        return {}
    return {
        source: f"{key_setting} is not set; put it in .env to ask {source}"
        for source, key_setting in seeds.key_settings.items()
        if key_setting and not settings.source_key(key_setting)
    }
