"""Commands that keep the warehouse: build, rejects, replay, purge, verify."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from typing import Annotated, Literal

import typer

from orchestrate.cli.options import JsonOption, LiveOption, MaxCostOption
from orchestrate.cli.output import building, say, settings_of, show
from orchestrate.errors import EXIT_COMPLETED, EXIT_ERROR, EXIT_GATE


def build_command(
    live: LiveOption = False,
    as_json: JsonOption = False,
    full: Annotated[
        bool, typer.Option("--full", help="Rank every entity, also those whose records did not change.")
    ] = False,
    engine: Annotated[
        Literal["duckdb", "spark"],
        typer.Option("--engine", help="What runs the models. Spark is installed by: pip install 'trigpoint[spark]'"),
    ] = "duckdb",
) -> None:
    """Land the declared lists that changed, build with the current seeds, and publish. Asks no service."""
    from orchestrate.maintain.rebuild import build
    from orchestrate.render.decision import render_build

    show(building(partial(build, settings_of(live), say, full=full, engine=engine)), as_json, render_build)


def rejects_command(
    source: Annotated[str | None, typer.Option("--source", help="Show only this source.", show_default=False)] = None,
    run_id: Annotated[str | None, typer.Option("--run", help="Show only this run.", show_default=False)] = None,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """List the records that did not land and the texts that could not be read, with the reasons."""
    from orchestrate.maintain.replay import list_rejects
    from orchestrate.render.maintenance import render_rejects

    show(list_rejects(settings_of(live).warehouse_path, source, run_id), as_json, render_rejects)


def replay_command(live: LiveOption = False, as_json: JsonOption = False, max_cost: MaxCostOption = None) -> None:
    """After a fix: land the rejected records, read the failed texts again, then build and publish."""
    from orchestrate.maintain.replay import replay
    from orchestrate.render.maintenance import render_replay

    show(building(partial(replay, settings_of(live), say, max_cost)), as_json, render_replay)


def purge_command(
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", help="Apply the retention limits as of this moment, in UTC. Default: now."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would be deleted. Delete nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Delete even if --as-of is in the future.")] = False,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """Delete data past its source's retention limit (raw, extracted, published) and verify that none remains."""
    from orchestrate.clock import utc_now
    from orchestrate.maintain.purge import look_for_overdue, purge
    from orchestrate.render.maintenance import render_purge

    settings, moment = settings_of(live), as_of or utc_now()
    is_early = moment > utc_now() and not yes
    if dry_run or is_early:
        show(asyncio.run(look_for_overdue(settings, moment, say)), as_json, render_purge)
        if is_early and not dry_run:
            say("--as-of is in the future, so this was a dry run. To delete now, add --yes.")
        return
    purged = building(partial(purge, settings, moment, say))
    show(purged, as_json, render_purge)
    raise typer.Exit(EXIT_ERROR if purged.left else EXIT_COMPLETED)


def verify_command(live: LiveOption = False, as_json: JsonOption = False) -> None:
    """Build everything again in a scratch copy, and compare each mart with the published file. Changes nothing."""
    from orchestrate.maintain.verify import verify
    from orchestrate.render.maintenance import render_verify

    verified = building(partial(verify, settings_of(live), say))
    show(verified, as_json, render_verify)
    raise typer.Exit(EXIT_COMPLETED if verified.equal else EXIT_GATE)
