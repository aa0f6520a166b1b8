"""Commands that read what is there: explain, report, page, explain-pair, diff, sql."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrate.cli.options import JsonOption, LiveOption
from orchestrate.cli.output import say, say_last, settings_of, show, stderr, stdout
from orchestrate.errors import GateError, UsageError
from orchestrate.settings import Settings
from orchestrate.terminal import path_from_here

if TYPE_CHECKING:
    from orchestrate.explain.golden.diff import AnyDiff

RunArgument = Annotated[
    str | None, typer.Argument(help="The id of a run, or its start. Default: the last run.", show_default=False)
]


def explain_command(
    entity: Annotated[str, typer.Argument(help="An entity's id, slug or name.")],
    field: Annotated[str | None, typer.Argument(help="One field, such as phone.", show_default=False)] = None,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the cells of an entity. With FIELD: every claim, its ranking factors, and its evidence."""
    from orchestrate.explain.entity import explain
    from orchestrate.render.explanation import render_explanation

    show(explain(settings_of(live).published_path, entity, field), as_json, render_explanation)


def report_command(run: RunArgument = None, live: LiveOption = False, as_json: JsonOption = False) -> None:
    """Print the whole report of a run: every source, stage, error and entity."""
    from orchestrate.explain.run_report import build_report
    from orchestrate.page.reading import find_run
    from orchestrate.render.runs.report import render_report

    settings = settings_of(live)
    run_id = find_run(settings.warehouse_path, run)
    show(build_report(settings.warehouse_path, settings.published_path, run_id), as_json, render_report)


def page_command(
    run: RunArgument = None,
    licence: Annotated[
        str, typer.Option("--licence", help="open: only what may be passed on. all: everything, for your own use.")
    ] = "all",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write.", show_default=False)
    ] = None,
    live: LiveOption = False,
) -> None:
    """Write the HTML page of a run again: its answer with the evidence of each cell, on a map and in a table."""
    from orchestrate.clock import utc_now
    from orchestrate.page.reading import find_run
    from orchestrate.render.pages.written import write_page_of
    from orchestrate.store.output_file import check_is_replaceable

    settings = settings_of(live)
    if licence not in ("all", "open"):
        raise UsageError(f"--licence is open or all, not {licence}.")
    if output is not None:
        check_is_replaceable(output, (settings.warehouse_path, settings.published_path))
    run_id = find_run(settings.warehouse_path, run)
    path = write_page_of(settings, run_id, utc_now(), "open" if licence == "open" else "all", output)
    say_last(f"Page: {path_from_here(str(path))}")


def explain_pair_command(
    left: Annotated[str, typer.Argument(metavar="A", help="A record's key, such as openstreetmap:node/1.")],
    right: Annotated[str, typer.Argument(metavar="B", help="The other record's key.")],
    live: LiveOption = False,
    as_json: JsonOption = False,
    page: Annotated[
        Path | None,
        typer.Option(
            "--html", help="Also write an HTML page with a chart of the score to this file.", show_default=False
        ),
    ] = None,
) -> None:
    """Show why two records are one place or two: blocking, the weight of each comparison, and the links."""
    from orchestrate.explain.pair import explain_pair
    from orchestrate.render.pages.pair_page import pair_page
    from orchestrate.render.pair import render_pair
    from orchestrate.store.output_file import check_can_write, write_file

    if page:
        check_can_write(page)
    explained = explain_pair(settings_of(live).warehouse_path, left, right)
    if page:
        write_file(page, pair_page(explained))
    show(explained, as_json, render_pair)
    if page:
        say(f"Written: {page}")


def diff_command(
    one: Annotated[
        str | None,
        typer.Argument(
            metavar="A", help="A published file, a run's or build's id, latest or previous.", show_default=False
        ),
    ] = None,
    other: Annotated[
        str | None, typer.Argument(metavar="B", help="The other file, run or build.", show_default=False)
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option(
            "--trust",
            help="CSV rows that replace rows of the seed source_trust. Shows which cells would change.",
            show_default=False,
        ),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(
            "--weights",
            help="CSV rows that replace weights of the seed match_weights. Builds a copy and shows what would change.",
            show_default=False,
        ),
    ] = None,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown for a pull request.")] = False,
    page: Annotated[
        Path | None, typer.Option("--html", help="Also write an HTML page to this file.", show_default=False)
    ] = None,
    fail_if: Annotated[
        list[str] | None,
        typer.Option("--fail-if", help='End with exit code 5 if this is true: "merged > 10".', show_default=False),
    ] = None,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show which golden cells differ between two files or publications, or would with other trust or weights."""
    from orchestrate.explain.golden.diff import golden
    from orchestrate.explain.golden.gates import met_gates, read_gate
    from orchestrate.render.diffs.changes import render_diff
    from orchestrate.render.diffs.golden_diff import as_markdown as markdown
    from orchestrate.render.diffs.golden_diff import as_page
    from orchestrate.store.output_file import check_can_write, write_file

    if as_markdown and as_json:
        raise UsageError("Give --markdown or --json, not both.")
    if page:
        check_can_write(page)
    gates = [read_gate(gate) for gate in fail_if or []]
    found = _found_diff(settings_of(live), one, other, trust, weights)
    if as_markdown:
        sys.stdout.write(markdown(golden(found)))
    else:
        show(found, as_json, render_diff)
    if page:
        write_file(page, as_page(golden(found)))
        say(f"Written: {page}")
    if met := met_gates(gates, golden(found)):
        raise GateError(" ".join(met))


def _found_diff(
    settings: Settings, one: str | None, other: str | None, trust: Path | None, weights: Path | None
) -> AnyDiff:
    from orchestrate.explain.golden.diff import diff_files
    from orchestrate.explain.run_diff import diff_runs
    from orchestrate.explain.trust_whatif import what_if
    from orchestrate.maintain.what_if.weights import what_if_weights
    from orchestrate.run.progress.terminal import steps_shown

    if trust and one is None and weights is None:
        return asyncio.run(what_if(settings, trust, say))
    if weights and one is None and trust is None:
        with steps_shown(stderr) as on_step:
            return asyncio.run(what_if_weights(settings, weights, say, on_step))
    if one is None or other is None or trust or weights:
        raise UsageError(
            "Give two published files, or two runs or builds (each as an id, the start of an id, latest or previous), "
            "or --trust FILE or --weights FILE alone."
        )
    files = Path(one), Path(other)
    if any(file.is_file() or file.suffix == ".duckdb" for file in files):
        if missing := next((file for file in files if not file.is_file()), None):
            raise UsageError(f"There is no file {missing}.")
        return diff_files(*files)
    return diff_runs(settings.published_path, one, other)


def sql_command(
    statement: Annotated[
        str | None,
        typer.Argument(
            envvar="SQL", help="The statement. Without it: standard input, or a prompt.", show_default=False
        ),
    ] = None,
    live: LiveOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print every row as CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every row as an object of a JSON list.")] = False,
) -> None:
    """Query the published file with SQL, or with .tables, .schema TABLE and .help."""
    from orchestrate.explain.sql_output import write_csv, write_json, write_text
    from orchestrate.explain.sql_shell import run_prompt, run_script, sql_shell

    if as_csv and as_json:
        raise UsageError("Give --csv or --json, not both.")
    write = write_csv if as_csv else write_json if as_json else write_text(stdout)
    with sql_shell(settings_of(live).published_path, write, stdout) as shell:
        if statement:
            shell.run(statement)
        elif sys.stdin.isatty():
            run_prompt(shell, stdout)
        else:
            run_script(shell, iter(sys.stdin))
