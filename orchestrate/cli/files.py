"""Files of a user: `add` looks at a list, `export` writes golden records."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrate.cli.options import JsonOption, LiveOption
from orchestrate.cli.output import say, settings_of, show
from orchestrate.errors import EXIT_ERROR, InterruptedWorkError, UsageError
from orchestrate.settings import SEEDS_DIR, Settings

if TYPE_CHECKING:
    from orchestrate.export.request import ExportRequest

# of `add`
FileArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="A file, a folder, a glob, file.duckdb#table, file.sqlite#table, or an https address.",
        show_default=False,
    ),
]
NameOption = Annotated[
    str | None, typer.Option("--name", help="The name of the list. Default: the file's.", show_default=False)
]
ListFormatOption = Annotated[
    str | None, typer.Option("--format", help="The format, if the name does not tell it.", show_default=False)
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="Write anew what sources/ has under this name.")]

# of `export`
WhatArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[QUERY or SQL]",
        envvar=["QUERY", "SQL"],
        help="A query that was run, or a SELECT that returns entity_id. Without it: every entity.",
        show_default=False,
    ),
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="csv, xlsx, geojson, geoparquet, ndjson or osc. Default: by the name of the file, or csv.",
        show_default=False,
    ),
]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="The file to write.", show_default=False)]
LicenceOption = Annotated[
    str, typer.Option("--licence", help="open: only what may be passed on. all: every cell, for your own use.")
]
ShareAlikeOption = Annotated[
    str,
    typer.Option("--share-alike", help="Share-alike cells: include, separate (a file of their own) or exclude."),
]
NextBestOption = Annotated[
    bool,
    typer.Option("--next-best", help="Fill a cell that is left out with the best value that may be passed on."),
]
ClaimsOption = Annotated[bool, typer.Option("--claims", help="Add the claims that may be passed on.")]
BomOption = Annotated[bool, typer.Option("--bom", help="Begin CSV with the mark by which Excel knows UTF-8.")]
ParquetOption = Annotated[
    bool,
    typer.Option("--parquet", help="Write every published table to data/<mode>/parquet instead, for your own use."),
]


def add_command(
    file: FileArgument,
    name: NameOption = None,
    form: ListFormatOption = None,
    yes: YesOption = False,
    replace: ReplaceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Look at a list of your own, propose what its columns mean, and write sources/NAME.yml."""
    from orchestrate.maintain.add_list import Wanted, look_at, write
    from orchestrate.render.lists import render_added

    looked = look_at(Wanted(file, name, form, replace), settings_of(live=False).sources_dir, SEEDS_DIR)
    show(write(looked) if yes else looked.report, as_json, render_added)
    if yes or as_json:
        return
    if not _is_wanted(looked.path):
        say("Nothing was written.")
        raise typer.Exit(EXIT_ERROR)
    write(looked)
    say(f"Written: {looked.path}")


def _is_wanted(path: Path) -> bool:
    """The answer of the person at the terminal."""
    if not can_ask():
        raise UsageError("Nothing was written. To write the declaration without a question, add --yes.")
    try:
        return typer.confirm(f"\nWrite {path}?", err=True)
    except typer.Abort:  # Ctrl-C or the end of the input
        raise InterruptedWorkError("Interrupted. Nothing was written.") from None


def can_ask() -> bool:
    """Whether a person is there to answer."""
    return sys.stdin.isatty()


def export_command(
    what: WhatArgument = None,
    form: FormatOption = None,
    output: OutputOption = None,
    licence: LicenceOption = "open",
    share_alike: ShareAlikeOption = "include",
    next_best: NextBestOption = False,
    claims: ClaimsOption = False,
    bom: BomOption = False,
    parquet: ParquetOption = False,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write golden records to a file that others open. A cell that may not be passed on is left out and counted."""
    from orchestrate.export.request import export_request

    settings = settings_of(live)
    if parquet:
        if what or form or output:
            raise UsageError("--parquet writes every table to its folder. Give no query, --format or --output with it.")
        request = None
    else:
        request = export_request(
            what, form, output, licence, share_alike, is_next_best=next_best, has_claims=claims, has_bom=bom
        )
    _export(settings, request, as_json)


def _export(settings: Settings, request: ExportRequest | None, as_json: bool) -> None:
    """Write the files of the request. None: every published table as Parquet."""
    from orchestrate.clock import utc_now
    from orchestrate.export.export import export
    from orchestrate.export.marts_parquet import export_marts
    from orchestrate.render.exports import export_notes, render_export

    if request:
        protected = (settings.published_path, settings.warehouse_path)
        report = export(settings.published_path, request, protected, utc_now())
    else:
        report = export_marts(settings.published_path, utc_now())
    show(report, as_json, render_export)
    for note in export_notes(report):
        say(note)
