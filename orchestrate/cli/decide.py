"""A steward's decisions: correct, join, split; review in the browser or in a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrate.cli.options import AuthorOption, DryRunOption, JsonOption, LiveOption, ReasonOption
from orchestrate.cli.output import building, say, settings_of, show
from orchestrate.errors import EXIT_COMPLETED, EXIT_ERROR
from orchestrate.settings import SEEDS_DIR, Settings

if TYPE_CHECKING:
    from orchestrate.maintain.corrections import Decision, Seeds


def correct_command(
    entity: Annotated[str, typer.Argument(help="An entity's id, slug or name.")],
    field: Annotated[str, typer.Argument(help="The field, such as phone.")],
    value: Annotated[str, typer.Argument(help="The right value, as you would write it.")],
    reason: ReasonOption = "",
    author: AuthorOption = "",
    until_source_changes: Annotated[
        bool,
        typer.Option(
            "--until-source-changes", help="The correction ends when a source changes the value that it replaces."
        ),
    ] = False,
    dry_run: DryRunOption = False,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """Correct one value of an entity for good. Adds a row to manual_overrides, builds, publishes, shows the diff."""
    from orchestrate.maintain.corrections import Signed, correction

    settings, signed = settings_of(live), Signed(reason, author)
    _decide(
        settings,
        lambda seeds: correction(settings.published_path, seeds, entity, field, value, signed, until_source_changes),
        dry_run,
        as_json,
    )


def join_command(
    one: Annotated[str, typer.Argument(metavar="A", help="An entity's id, slug or name, or a record's key.")],
    other: Annotated[str, typer.Argument(metavar="B", help="The other entity or record.")],
    reason: ReasonOption = "",
    author: AuthorOption = "",
    dry_run: DryRunOption = False,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """Make two entities one for good. Adds a row to match_overrides, builds, publishes, shows the diff."""
    from orchestrate.maintain.corrections import Signed, joining

    settings, signed = settings_of(live), Signed(reason, author)
    _decide(settings, lambda seeds: joining(settings.published_path, seeds, one, other, signed), dry_run, as_json)


def split_command(
    entity: Annotated[str, typer.Argument(help="An entity's id, slug or name.")],
    records: Annotated[
        list[str], typer.Argument(metavar="RECORD...", help="Keys of the records that are another place.")
    ],
    reason: ReasonOption = "",
    author: AuthorOption = "",
    dry_run: DryRunOption = False,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """Split records from an entity for good. Adds rows to match_overrides, builds, publishes, shows the diff."""
    from orchestrate.maintain.corrections import Signed, splitting

    settings, signed = settings_of(live), Signed(reason, author)
    _decide(
        settings, lambda seeds: splitting(settings.published_path, seeds, entity, records, signed), dry_run, as_json
    )


def serve_command(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")] = 8765,
    live: LiveOption = False,
    is_opened: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Show the published file in the browser: search, evidence, map, conflicts, and review. Only on this machine."""
    import webbrowser

    from orchestrate.serve.server import serve

    def announce(address: str) -> None:
        say(f"{address} (Ctrl-C ends it)")
        if is_opened:
            webbrowser.open(address)

    serve(settings_of(live), port, announce)


def export_command(
    file: Annotated[Path, typer.Argument(help="Where to write: .xlsx (pairs and cells) or .csv (one of them).")],
    pairs: Annotated[int, typer.Option("--pairs", min=0, help="At most this many pairs.")] = 50,
    cells: Annotated[int, typer.Option("--cells", min=0, help="At most this many contested cells.")] = 50,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write the open pairs and contested cells to a spreadsheet. Fill in the coloured columns, then import it."""
    from orchestrate.render.decision import render_exported
    from orchestrate.review.sheet_export import export_sheets
    from orchestrate.store.output_file import check_can_write

    check_can_write(file)
    show(export_sheets(settings_of(live), SEEDS_DIR, file, pairs, cells), as_json, render_exported)


def import_command(
    file: Annotated[Path, typer.Argument(help="The filled-in .xlsx or .csv file.")],
    author: AuthorOption = "",
    is_replacing: Annotated[
        bool, typer.Option("--replace", help="Replace decisions of others about the same things.")
    ] = False,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write the decisions of a spreadsheet to the seeds: all of them, or none. The next build honours them."""
    from orchestrate.render.decision import render_imported
    from orchestrate.review.decisions import Desk
    from orchestrate.review.journal import journal_of
    from orchestrate.review.sheet_import import import_sheet

    settings = settings_of(live)
    done = import_sheet(file, Desk(SEEDS_DIR, journal_of(settings)), settings.published_path, author, is_replacing)
    show(done, as_json, render_imported)


def _decide(settings: Settings, decide: Callable[[Seeds], Decision], dry_run: bool, as_json: bool) -> None:
    """Carry out a decision and show the result. The exit code is 1 if the decision is written but has no effect."""
    from orchestrate.maintain.corrections import carry_out
    from orchestrate.render.decision import render_decision

    decided = building(partial(carry_out, settings, SEEDS_DIR, decide, dry_run, say))
    show(decided, as_json, render_decision)
    raise typer.Exit(EXIT_ERROR if decided.without_effect else EXIT_COMPLETED)
