"""Trigpoint from Python: `plan`, `run` and `explain` return the objects that the command prints under `--json`.

They are pydantic models: their attributes are typed, and `as_json()` gives what is printed. The functions are plain
ones, also where an event loop runs already, as in a notebook. What goes wrong is a `TrigpointError` whose text is one
sentence and whose `kind` is a word for programs. What a run does, stage by stage, is logged by `trigpoint` at INFO.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrate.errors import GateError, SourcesError, TrigpointError, UsageError, WarehouseError

if TYPE_CHECKING:
    from orchestrate.contracts.explain import Explanation
    from orchestrate.contracts.plan import PlanReport
    from orchestrate.contracts.run import RunReport
    from orchestrate.settings import Settings

__all__ = [
    "GateError",
    "SourcesError",
    "TrigpointError",
    "UsageError",
    "WarehouseError",
    "explain",
    "plan",
    "run",
]

# What does the work is imported where it is needed: `import trigpoint` costs nothing worth measuring.


def plan(
    query: str,
    *,
    live: bool | None = None,
    sources: Collection[str] | None = None,
    max_cost_usd: float | None = None,
    max_age_hours: float | None = None,
    data_dir: Path | str | None = None,
) -> PlanReport:
    """Say which sources `run` would ask, why, and at what cost. Sends nothing.

    `live` asks the real services or, if false, the sandbox; None leaves it to TRIGPOINT_MODE. `sources` are the only
    ones that may be asked; those beyond `max_cost_usd` are left out. An answer at most `max_age_hours` old is used
    again instead of being asked for; None: as the seed says, by source. `data_dir` is TRIGPOINT_DATA_DIR.

    Returns a `PlanReport`: `query`, `ingestion_mode` (verify_one or discover_many), `features` (what was understood of
    the query: area, categories, brand, place name), `expected_cost_usd`, `calls` (each with `source`, `ask`, `reason`,
    `expected_cost_usd`, `fresh_answer`), `skipped` (each with `source` and `reason`), and more.

    Raises UsageError for a query that says nothing, a source that does not exist or a setting that cannot be one.
    """
    from orchestrate.clock import utc_now
    from orchestrate.plan.freshness import plan_with_fresh_answers
    from orchestrate.plan.query_plan import plan_query

    settings = _settings(live, data_dir)
    planned, seeds = plan_query(query, settings, sources, max_cost_usd)
    return plan_with_fresh_answers(planned, seeds, settings, utc_now(), max_age_hours)


def run(
    query: str,
    *,
    live: bool | None = None,
    sources: Collection[str] | None = None,
    max_cost_usd: float | None = None,
    max_age_hours: float | None = None,
    data_dir: Path | str | None = None,
) -> RunReport:
    """Ask the sources, match and merge their records, publish the result, and return the report.

    The arguments are those of `plan`.

    Returns a `RunReport`: `run_id`, `query`, `mode`, `status` (completed; or partial, when a source failed or the
    budget did not suffice for every text: the `errors` of a stage say which), `plan`, `published` (the path of the
    DuckDB file that holds the golden records), `entities` (those that answer the query, each with `entity_id`, `slug`,
    `entity_name`, `street_address`, `postcode`, `phone`, `website_url`, `sources`, `contested`, ...), `stages` (each
    with `name`, `rows_in`, `rows_out`, `losses`, `seconds`, `cost_usd`, `errors`), `sources`, and more.

    Raises UsageError as `plan` does; SourcesError when no source answered; GateError when a data test failed or rows
    do not add up; WarehouseError when the data directory cannot be used or another run holds it for too long. What
    was published before is then as it was, and so it is after an interruption (KeyboardInterrupt).
    """
    from orchestrate.explain.run_report import build_report
    from orchestrate.plan.query_plan import plan_query
    from orchestrate.run.pipeline import orchestrate
    from trigpoint._running import LogNarrator, finish

    settings = _settings(live, data_dir)
    planned, seeds = plan_query(query, settings, sources, max_cost_usd)
    outcome = finish(orchestrate(planned, seeds, settings, LogNarrator(), max_age_hours, max_cost_usd))
    return build_report(settings.warehouse_path, settings.published_path, outcome.run_id)


def explain(
    entity: str, field: str | None = None, *, live: bool | None = None, data_dir: Path | str | None = None
) -> Explanation:
    """Say why a published record, or one field of it, holds what it holds. Sends nothing.

    `entity` is an id (a retired one too), a slug or a name; `field` is a column of `entities`, such as "phone".

    Returns an `Explanation`: `entity` (`entity_id`, `slug`, `entity_name`, `entity_class`), `redirected_from`,
    `field_name`, `cells` (each with `field_name`, `strategy`, `confidence`, `contested_by` and its `claims`, the winner
    first, each with `source_name`, `value`, `is_winner`, `lost_because`, `quote`, `record_key`, ...), and the evidence
    that claims refer to by key: `records` (by `record_key`) and `texts` (by `extraction_id`).

    Raises UsageError when nothing is published yet, when no entity or more than one fits, or when no source says
    anything about the field.
    """
    from orchestrate.explain.entity import explain as explain_published

    return explain_published(_settings(live, data_dir).published_path, entity, field)


def _settings(live: bool | None, data_dir: Path | str | None) -> Settings:
    from orchestrate.settings import load_settings

    mode = None if live is None else "live" if live else "sandbox"
    return load_settings(mode=mode, data_dir=data_dir)
