"""Trigpoint from Python: `plan`, `run` and `explain` return the objects that the command prints under `--json`.

The objects are pydantic models with typed attributes; `as_json()` returns the printed form. The functions are not
async, and they also work where an event loop runs, as in a notebook. They raise `TrigpointError`: its text is one
sentence for people, and its `kind` is a word for programs. The logger `trigpoint` logs each stage of a run at INFO.
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

# Each function imports the modules that it needs, so that `import trigpoint` is fast.


def plan(
    query: str,
    *,
    live: bool | None = None,
    sources: Collection[str] | None = None,
    max_cost_usd: float | None = None,
    max_age_hours: float | None = None,
    pages: int = 0,
    area: str | None = None,
    near: str | None = None,
    box: str | None = None,
    data_dir: Path | str | None = None,
) -> PlanReport:
    """Show which sources `run` would ask, why, and at what cost. Sends nothing.

    `live` true asks the real services, false asks the sandbox, and None follows TRIGPOINT_MODE. `sources` restricts
    the sources. Calls that would exceed `max_cost_usd` are left out. Answers at most `max_age_hours` old are reused;
    None takes the limit of each source from the seed. The pages behind at most `pages` search results about a place
    are read. `area` ("Portobello, Edinburgh"), `near` ("55.953,-3.114,2": latitude, longitude, kilometres) or `box`
    ("55.93,-3.14,55.97,-3.08": south, west, north, east) states the area,
    whatever the query says. `data_dir` replaces TRIGPOINT_DATA_DIR.

    Returns a `PlanReport`: `query`, `ingestion_mode` (verify_one or discover_many), `features` (the parsed query:
    area, categories, brand, place name), `expected_cost_usd`, `calls` (each with `source`, `ask`, `reason`,
    `expected_cost_usd`, `fresh_answer`), `skipped` (each with `source` and `reason`), and more.

    Raises UsageError for a query that makes no sense, an unknown source, area or invalid setting, and for an area that
    the sandbox does not know.
    """
    from orchestrate.clock import utc_now
    from orchestrate.plan.areas.pins import Pin
    from orchestrate.plan.freshness import plan_with_fresh_answers
    from orchestrate.plan.query_plan import plan_query

    settings = _settings(live, data_dir)
    planned, seeds = plan_query(query, settings, sources, max_cost_usd, Pin(area, near, box), pages)
    return plan_with_fresh_answers(planned, seeds, settings, utc_now(), max_age_hours)


def run(
    query: str,
    *,
    live: bool | None = None,
    sources: Collection[str] | None = None,
    max_cost_usd: float | None = None,
    max_age_hours: float | None = None,
    pages: int = 0,
    area: str | None = None,
    near: str | None = None,
    box: str | None = None,
    data_dir: Path | str | None = None,
) -> RunReport:
    """Ask the sources, match their records, build golden records, publish them, and return the report.

    The arguments are those of `plan`.

    Returns a `RunReport`: `run_id`, `query`, `mode`, `status` (completed; or partial, if a source failed or the
    budget was too small for every text, as the `errors` of a stage say), `plan`, `published` (the path of the
    DuckDB file that holds the golden records), `entities` (those that answer the query, each with `entity_id`, `slug`,
    `entity_name`, `street_address`, `postcode`, `phone`, `website_url`, `sources`, `contested`, ...), `stages` (each
    with `name`, `rows_in`, `rows_out`, `losses`, `seconds`, `cost_usd`, `errors`), `sources`, and more.

    Raises UsageError as `plan` does; SourcesError if no source answered; GateError if a data test failed or rows
    do not add up; WarehouseError if the data directory cannot be used or another run holds it for too long. After
    an error or an interruption (KeyboardInterrupt) the previous publication is unchanged.
    """
    from orchestrate.explain.run_report import build_report
    from orchestrate.plan.areas.pins import Pin
    from orchestrate.plan.query_plan import plan_query
    from orchestrate.run.pipeline import orchestrate
    from trigpoint._running import LogProgress, finish

    settings = _settings(live, data_dir)
    planned, seeds = plan_query(query, settings, sources, max_cost_usd, Pin(area, near, box), pages)
    outcome = finish(orchestrate(planned, seeds, settings, LogProgress(), max_age_hours, max_cost_usd))
    return build_report(settings.warehouse_path, settings.published_path, outcome.run_id)


def explain(
    entity: str, field: str | None = None, *, live: bool | None = None, data_dir: Path | str | None = None
) -> Explanation:
    """Explain the values of a golden record, or of one of its fields. Sends nothing.

    `entity` is an id (it may be retired), a slug or a name; `field` is a column of `entities`, such as "phone".

    Returns an `Explanation`: `entity` (`entity_id`, `slug`, `entity_name`, `entity_class`), `redirected_from`,
    `field_name`, `cells` (each with `field_name`, `strategy`, `confidence`, `contested_by` and its `claims`, the winner
    first, each with `source_name`, `value`, `is_winner`, `lost_because`, `quote`, `record_key`, ...), and the evidence
    that claims refer to by key: `records` (by `record_key`) and `texts` (by `extraction_id`).

    Raises UsageError if nothing is published yet, if no entity or more than one matches, or if no source states a
    value for the field.
    """
    from orchestrate.explain.entity import explain as explain_published

    return explain_published(_settings(live, data_dir).published_path, entity, field)


def _settings(live: bool | None, data_dir: Path | str | None) -> Settings:
    from orchestrate.settings import load_settings

    mode = None if live is None else "live" if live else "sandbox"
    return load_settings(mode=mode, data_dir=data_dir)
