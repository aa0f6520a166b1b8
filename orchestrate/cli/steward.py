"""What a data steward uses: serve, and review with a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestrate.cli.options import AuthorOption, LiveOption
from orchestrate.cli.output import say, settings_of, stdout
from orchestrate.settings import SEEDS_DIR


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


def _print(sentence: str) -> None:
    stdout.print(sentence, markup=False, highlight=False, soft_wrap=True)


def export_command(
    file: Annotated[Path, typer.Argument(help="Where to write: .xlsx (pairs and cells) or .csv (one of them).")],
    pairs: Annotated[int, typer.Option("--pairs", min=0, help="At most this many pairs.")] = 50,
    cells: Annotated[int, typer.Option("--cells", min=0, help="At most this many contested cells.")] = 50,
    live: LiveOption = False,
) -> None:
    """Write the open pairs and contested cells to a spreadsheet. Fill in the coloured columns, then import it."""
    from orchestrate.review.sheet_export import export_sheets
    from orchestrate.store.output_file import check_can_write

    check_can_write(file)
    counted = export_sheets(settings_of(live), SEEDS_DIR, file, pairs, cells)
    _print(f"Written: {file} ({counted.pairs} pairs, {counted.cells} cells). Then: trigpoint review import {file}")


def import_command(
    file: Annotated[Path, typer.Argument(help="The filled-in .xlsx or .csv file.")],
    author: AuthorOption = "",
    is_replacing: Annotated[
        bool, typer.Option("--replace", help="Replace decisions of others about the same things.")
    ] = False,
    live: LiveOption = False,
) -> None:
    """Write the decisions of a spreadsheet to the seeds: all of them, or none. The next build honours them."""
    from orchestrate.review.decisions import Desk
    from orchestrate.review.journal import journal_of
    from orchestrate.review.sheet_import import import_sheet

    settings = settings_of(live)
    done = import_sheet(file, Desk(SEEDS_DIR, journal_of(settings)), settings.published_path, author, is_replacing)
    _print(f"{done.written} decisions written, {done.already} stood already. To publish with them: trigpoint build")
