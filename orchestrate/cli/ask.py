"""Commands that ask the sources, or show what asking them would do: run, plan, doctor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrate.cli.options import (
    AreaOption,
    BoxOption,
    JsonOption,
    LiveOption,
    MaxAgeOption,
    MaxCostOption,
    NearOption,
    PagesOption,
    QueryArgument,
    SourcesOption,
)
from orchestrate.cli.output import publishing, say, say_last, settings_of, show, stderr
from orchestrate.errors import EXIT_BUDGET, EXIT_COMPLETED, EXIT_ERROR, EXIT_PARTIAL
from orchestrate.settings import SEEDS_DIR, Settings
from orchestrate.terminal import path_from_here

if TYPE_CHECKING:
    from orchestrate.plan.areas.pins import Pin
    from orchestrate.plan.planner import Plan, SourceCatalogue


def run_command(
    query: QueryArgument = None,
    live: LiveOption = False,
    as_json: JsonOption = False,
    is_quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress, only the report.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with code 3 if a source failed.")] = False,
    max_cost: MaxCostOption = None,
    max_age: MaxAgeOption = None,
    sources: SourcesOption = None,
    pages: PagesOption = 0,
    area: AreaOption = None,
    near: NearOption = None,
    box: BoxOption = None,
) -> None:
    """Ask the sources, match their records, build golden records, publish them, and print a report."""
    from orchestrate.explain.run_report import build_report
    from orchestrate.plan.areas.pins import Pin
    from orchestrate.render.runs.report import render_brief
    from orchestrate.run.pipeline import orchestrate
    from orchestrate.run.progress.events import NoProgress
    from orchestrate.run.progress.terminal import progress_for

    settings = settings_of(live)
    planned, seeds = _plan(query, settings, sources, max_cost, Pin(area, near, box), pages)
    progress = NoProgress() if is_quiet else progress_for(stderr)
    started: list[str] = []
    running = orchestrate(planned, seeds, settings, progress, max_age, max_cost, started.append)
    try:
        outcome = publishing(running)
    except Exception:  # Ctrl-C too
        for run_id in started:
            _write_page(settings, run_id, say)
        raise
    show(build_report(settings.warehouse_path, settings.published_path, outcome.run_id), as_json, render_brief)
    _write_page(settings, outcome.run_id, say if as_json else say_last)
    if outcome.is_over_budget:
        raise typer.Exit(EXIT_BUDGET)
    raise typer.Exit(EXIT_PARTIAL if strict and outcome.status == "partial" else EXIT_COMPLETED)


def _write_page(settings: Settings, run_id: str, tell: Callable[[str], object]) -> None:
    """Write the page of a run. A page that cannot be written changes nothing about the run."""
    from orchestrate.clock import utc_now
    from orchestrate.render.pages.written import write_run_page

    try:
        tell(f"Page: {path_from_here(str(write_run_page(settings, run_id, utc_now())))}")
    except Exception as error:  # noqa: BLE001 (the run has ended, and this is not its outcome)
        say(f"The page of the run could not be written ({type(error).__name__}: {error}).")


def plan_command(
    query: QueryArgument = None,
    live: LiveOption = False,
    as_json: JsonOption = False,
    max_cost: MaxCostOption = None,
    max_age: MaxAgeOption = None,
    sources: SourcesOption = None,
    pages: PagesOption = 0,
    area: AreaOption = None,
    near: NearOption = None,
    box: BoxOption = None,
) -> None:
    """Show which sources a run would ask, why, at what cost, and which answers it would reuse. Sends nothing."""
    from orchestrate.clock import utc_now
    from orchestrate.plan.areas.pins import Pin
    from orchestrate.plan.freshness import plan_with_fresh_answers
    from orchestrate.render.runs.plan import render_plan

    settings = settings_of(live)
    planned, seeds = _plan(query, settings, sources, max_cost, Pin(area, near, box), pages)
    show(plan_with_fresh_answers(planned, seeds, settings, utc_now(), max_age), as_json, render_plan)


def doctor_command(
    live: Annotated[bool, typer.Option("--live", help="Send one request to each source that has its key.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check the live sources: whether the key is set, the price of a call and, with --live, whether they answer."""
    from orchestrate.maintain.doctor import examine
    from orchestrate.plan.planner import load_source_catalogue
    from orchestrate.render.maintenance import render_health

    health = asyncio.run(examine(settings_of(live=True), load_source_catalogue(SEEDS_DIR), ask_them=live))
    show(health, as_json, render_health)
    raise typer.Exit(EXIT_COMPLETED if health.healthy else EXIT_ERROR)


def _plan(
    query: str | None, settings: Settings, sources: str | None, max_cost: float | None, pin: Pin, pages: int
) -> tuple[Plan, SourceCatalogue]:
    from orchestrate.plan.query_plan import plan_query

    only = [name.strip() for name in sources.split(",") if name.strip()] if sources is not None else None
    return plan_query(query or "", settings, only, max_cost, pin, pages)
