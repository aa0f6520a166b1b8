"""The command `trigpoint`: reports go to stdout, progress goes to stderr, and the exit code names the outcome.

Most imports are inside the commands, so that each command starts fast.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console

from orchestrate.contracts.base import Document
from orchestrate.contracts.learning.evaluation import MatchingEvaluation, SandboxEvaluation
from orchestrate.contracts.learning.tuning import CalibrationTuning, MatchTuning, TrustTuning
from orchestrate.errors import (
    EXIT_BUDGET,
    EXIT_COMPLETED,
    EXIT_ERROR,
    EXIT_INTERRUPTED,
    EXIT_PARTIAL,
    EXIT_TERMINATED,
    InterruptedWorkError,
    UsageError,
)
from orchestrate.failures import close_stdout, failure_of, interruption, report
from orchestrate.logs import set_up_logging
from orchestrate.plan.areas.pins import Pin
from orchestrate.plan.planner import Plan, SourceCatalogue, load_source_catalogue
from orchestrate.plan.query_plan import plan_query
from orchestrate.settings import OWN_PROJECT, PROJECT_ROOT, SEEDS_DIR, Settings, environment, load_settings
from orchestrate.signals import treat_termination_as_ctrl_c
from orchestrate.terminal import HarmlessConsole, json_text

T = TypeVar("T")
D = TypeVar("D", bound=Document)
E = TypeVar("E", SandboxEvaluation, MatchingEvaluation)
P = TypeVar("P", MatchTuning, TrustTuning, CalibrationTuning)

if TYPE_CHECKING:
    from orchestrate.learn.eval_matching import Evaluated
    from orchestrate.maintain.corrections import Decision, Seeds

app = typer.Typer(
    help="Turn a query into golden records of places. Every cell can be traced to its source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

evaluations = typer.Typer(help="Measure matching, confidence and extraction against known truth.", no_args_is_help=True)
app.add_typer(evaluations, name="eval")
tunings = typer.Typer(
    help="Learn weights, trust or calibration from data. Proposes a change and makes none.", no_args_is_help=True
)
app.add_typer(tunings, name="tune")
for_dbt = typer.Typer(help="Use Trigpoint with dbt: your own project, or your own seeds.", no_args_is_help=True)
app.add_typer(for_dbt, name="dbt")

# `make run` passes the query through the environment. The user's text never becomes part of a shell line.
QueryArgument = Annotated[
    str | None,
    typer.Argument(envvar="QUERY", help="What to look for, such as: powerleague portobello", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
LiveOption = Annotated[bool, typer.Option("--live", help="Ask the real services (TRIGPOINT_MODE=live).")]
SourcesOption = Annotated[str | None, typer.Option("--sources", help="Ask only these sources: a,b", show_default=False)]
MaxCostOption = Annotated[
    float | None, typer.Option("--max-cost", min=0.0, help="Spend at most this many USD.", show_default=False)
]

AreaOption = Annotated[
    str | None,
    typer.Option(
        "--area", envvar="AREA", help='The area, whatever the query says: "Portobello, Edinburgh".', show_default=False
    ),
]
NearOption = Annotated[
    str | None,
    typer.Option(
        "--near", envvar="NEAR", help="The area around a point: LAT,LON or LAT,LON,KM (2 km).", show_default=False
    ),
]
BoxOption = Annotated[
    str | None,
    typer.Option("--box", envvar="BOX", help="The area as a box in degrees: S,W,N,E.", show_default=False),
]
MaxAgeOption = Annotated[
    float | None,
    typer.Option(
        "--max-age",
        min=0.0,
        help="Reuse answers up to this many hours old; 0 asks again. Default: `fresh_hours` of the seed `sources`.",
        show_default=False,
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would be written. Write and build nothing.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why you decide this, in words.", show_default=False)]
AuthorOption = Annotated[str, typer.Option("--author", help="Your name.", show_default=False)]

ReportOption = Annotated[
    Path | None,
    typer.Option(
        "--report", help="Write an HTML page with the weights and the hardest pairs to this file.", show_default=False
    ),
]

OutOption = Annotated[
    Path | None, typer.Option("--out", help="Write the proposed seed to this file.", show_default=False)
]

stdout = HarmlessConsole(width=None if sys.stdout.isatty() else 118)
stderr = HarmlessConsole(stderr=True)


def _print_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"trigpoint {version('trigpoint')}\n")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that go before any command."""


@app.command("run")
def run_command(
    query: QueryArgument = None,
    live: LiveOption = False,
    as_json: JsonOption = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with code 3 if a source failed.")] = False,
    max_cost: MaxCostOption = None,
    max_age: MaxAgeOption = None,
    sources: SourcesOption = None,
    area: AreaOption = None,
    near: NearOption = None,
    box: BoxOption = None,
) -> None:
    """Ask the sources, match their records, build golden records, publish them, and print a report."""
    from orchestrate.explain.run_report import build_report
    from orchestrate.render.text import render_report
    from orchestrate.run.pipeline import orchestrate
    from orchestrate.run.progress import progress_for

    settings = _settings(live)
    planned, seeds = _plan(query, settings, sources, max_cost, Pin(area, near, box))
    outcome = _publishing(orchestrate(planned, seeds, settings, progress_for(stderr), max_age, max_cost))
    _show(build_report(settings.warehouse_path, settings.published_path, outcome.run_id), as_json, render_report)
    if outcome.is_over_budget:
        raise typer.Exit(EXIT_BUDGET)
    raise typer.Exit(EXIT_PARTIAL if strict and outcome.status == "partial" else EXIT_COMPLETED)


@app.command("plan")
def plan_command(
    query: QueryArgument = None,
    live: LiveOption = False,
    as_json: JsonOption = False,
    max_cost: MaxCostOption = None,
    max_age: MaxAgeOption = None,
    sources: SourcesOption = None,
    area: AreaOption = None,
    near: NearOption = None,
    box: BoxOption = None,
) -> None:
    """Show which sources a run would ask, why, at what cost, and which answers it would reuse. Sends nothing."""
    from orchestrate.clock import utc_now
    from orchestrate.plan.freshness import plan_with_fresh_answers
    from orchestrate.render.text import render_plan

    settings = _settings(live)
    planned, seeds = _plan(query, settings, sources, max_cost, Pin(area, near, box))
    _show(plan_with_fresh_answers(planned, seeds, settings, utc_now(), max_age), as_json, render_plan)


@app.command("explain")
def explain_command(
    entity: Annotated[str, typer.Argument(help="An entity's id, slug or name.")],
    field: Annotated[str | None, typer.Argument(help="One field, such as phone.", show_default=False)] = None,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the cells of an entity. With FIELD: every claim, its ranking factors, and its evidence."""
    from orchestrate.explain.entity import explain
    from orchestrate.render.explanation import render_explanation

    _show(explain(_settings(live).published_path, entity, field), as_json, render_explanation)


@app.command("explain-pair")
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
    from orchestrate.render.pair_page import pair_page
    from orchestrate.render.text import render_pair
    from orchestrate.store.output_file import check_can_write, write_file

    if page:
        check_can_write(page)
    explained = explain_pair(_settings(live).warehouse_path, left, right)
    if page:
        write_file(page, pair_page(explained))
    _show(explained, as_json, render_pair)
    if page:
        _say(f"Written: {page}")


@app.command("diff")
def diff_command(
    one: Annotated[
        str | None,
        typer.Argument(metavar="A", help="A run's or build's id, its start, latest or previous.", show_default=False),
    ] = None,
    other: Annotated[
        str | None, typer.Argument(metavar="B", help="The other run or build.", show_default=False)
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option(
            "--trust",
            help="CSV rows that replace rows of the seed source_trust. Shows which cells would change.",
            show_default=False,
        ),
    ] = None,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show which golden cells changed between two publications and why, or would change with other trust."""
    from orchestrate.explain.run_diff import diff_runs
    from orchestrate.explain.trust_whatif import what_if
    from orchestrate.render.text import render_run_diff, render_what_if

    settings = _settings(live)
    if trust and one is None:
        _show(asyncio.run(what_if(settings, trust, _say)), as_json, render_what_if)
    elif one is not None and other is not None and not trust:
        _show(diff_runs(settings.published_path, one, other), as_json, render_run_diff)
    else:
        raise UsageError(
            "Give two runs or builds (each as an id, the start of an id, latest or previous), or --trust FILE alone."
        )


@app.command("add")
def add_command(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A file, a folder, a glob, file.duckdb#table, file.sqlite#table, or an https address.",
            show_default=False,
        ),
    ],
    name: Annotated[
        str | None, typer.Option("--name", help="The name of the list. Default: the file's.", show_default=False)
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="The format, if the name does not tell it.", show_default=False)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write anew what sources/ has under this name.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Look at a list of your own, propose what its columns mean, and write sources/NAME.yml."""
    from orchestrate.maintain.add_list import Wanted, look_at, write
    from orchestrate.render.lists import render_added

    looked = look_at(Wanted(file, name, form, replace), _settings(live=False).sources_dir, SEEDS_DIR)
    if yes:
        _show(write(looked), as_json, render_added)
        return
    _show(looked.report, as_json, render_added)
    if as_json:
        return
    if not _can_ask():
        raise UsageError("Nothing was written. To write the declaration without a question, add --yes.")
    try:
        is_wanted = typer.confirm(f"\nWrite {looked.path}?", err=True)
    except typer.Abort:  # Ctrl-C or the end of the input
        raise InterruptedWorkError("Interrupted. Nothing was written.") from None
    if not is_wanted:
        _say("Nothing was written.")
        raise typer.Exit(EXIT_ERROR)
    write(looked)
    _say(f"Written: {looked.path}")


@app.command("build")
def build_command(live: LiveOption = False, as_json: JsonOption = False) -> None:
    """Land the declared lists that changed, build with the current seeds, and publish. Asks no service."""
    from orchestrate.maintain.rebuild import build
    from orchestrate.render.decision import render_build

    _show(_building(partial(build, _settings(live), _say)), as_json, render_build)


@app.command("correct")
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

    settings, signed = _settings(live), Signed(reason, author)
    _decide(
        settings,
        lambda seeds: correction(settings.published_path, seeds, entity, field, value, signed, until_source_changes),
        dry_run,
        as_json,
    )


@app.command("join")
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

    settings, signed = _settings(live), Signed(reason, author)
    _decide(settings, lambda seeds: joining(settings.published_path, seeds, one, other, signed), dry_run, as_json)


@app.command("split")
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

    settings, signed = _settings(live), Signed(reason, author)
    _decide(
        settings, lambda seeds: splitting(settings.published_path, seeds, entity, records, signed), dry_run, as_json
    )


def _decide(settings: Settings, decide: Callable[[Seeds], Decision], dry_run: bool, as_json: bool) -> None:
    """Carry out a decision and show the result. The exit code is 1 if the decision is written but has no effect."""
    from orchestrate.maintain.corrections import carry_out
    from orchestrate.render.decision import render_decision

    decided = _building(partial(carry_out, settings, SEEDS_DIR, decide, dry_run, _say))
    _show(decided, as_json, render_decision)
    raise typer.Exit(EXIT_ERROR if decided.without_effect else EXIT_COMPLETED)


@app.command("sql")
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
    with sql_shell(_settings(live).published_path, write, stdout) as shell:
        if statement:
            shell.run(statement)
        elif sys.stdin.isatty():
            run_prompt(shell, stdout)
        else:
            run_script(shell, iter(sys.stdin))


@app.command("export")
def export_command(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[QUERY or SQL]",
            envvar=["QUERY", "SQL"],
            help="A query that was run, or a SELECT that returns entity_id. Without it: every entity.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="csv, xlsx, geojson, geoparquet, ndjson or osc. Default: by the name of the file, or csv.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write.", show_default=False)
    ] = None,
    licence: Annotated[
        str,
        typer.Option("--licence", help="open: only what may be passed on. all: every cell, for your own use."),
    ] = "open",
    share_alike: Annotated[
        str,
        typer.Option("--share-alike", help="Share-alike cells: include, separate (a file of their own) or exclude."),
    ] = "include",
    next_best: Annotated[
        bool,
        typer.Option("--next-best", help="Fill a cell that is left out with the best value that may be passed on."),
    ] = False,
    claims: Annotated[bool, typer.Option("--claims", help="Add the claims that may be passed on.")] = False,
    bom: Annotated[bool, typer.Option("--bom", help="Begin CSV with the mark by which Excel knows UTF-8.")] = False,
    parquet: Annotated[
        bool,
        typer.Option("--parquet", help="Write every published table to data/<mode>/parquet instead, for your own use."),
    ] = False,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write golden records to a file that others open. A cell that may not be passed on is left out and counted."""
    from orchestrate.clock import utc_now
    from orchestrate.export.export import export
    from orchestrate.export.marts_parquet import export_marts
    from orchestrate.export.request import export_request
    from orchestrate.render.exports import export_notes, render_export

    settings = _settings(live)
    if parquet:
        if what or form or output:
            raise UsageError("--parquet writes every table to its folder. Give no query, --format or --output with it.")
        report = export_marts(settings.published_path, utc_now())
    else:
        request = export_request(
            what, form, output, licence, share_alike, is_next_best=next_best, has_claims=claims, has_bom=bom
        )
        protected = (settings.published_path, settings.warehouse_path)
        report = export(settings.published_path, request, protected, utc_now())
    _show(report, as_json, render_export)
    for note in export_notes(report):
        _say(note)


@app.command("docs")
def docs_command(live: LiveOption = False) -> None:
    """Write the lineage graph and every description to one HTML page."""
    from orchestrate.maintain.docs_page import write_docs_page

    settings = _settings(live)
    asyncio.run(write_docs_page(settings, on_wait=_say))
    stdout.print(f"Written: {settings.docs_path}", markup=False, highlight=False, soft_wrap=True)


@app.command("doctor")
def doctor_command(
    live: Annotated[bool, typer.Option("--live", help="Send one request to each source that has its key.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check the live sources: whether the key is set, the price of a call and, with --live, whether they answer."""
    from orchestrate.maintain.doctor import examine
    from orchestrate.render.text import render_health

    health = asyncio.run(examine(_settings(live=True), load_source_catalogue(SEEDS_DIR), ask_them=live))
    _show(health, as_json, render_health)
    raise typer.Exit(EXIT_COMPLETED if health.healthy else EXIT_ERROR)


@app.command("new-source")
def new_source_command(
    name: Annotated[str, typer.Argument(help="The source's name, such as city_library.", show_default=False)],
    key: Annotated[
        str | None,
        typer.Option("--key", help="The setting that holds the key, if the source needs one.", show_default=False),
    ] = None,
) -> None:
    """Write the files of a new source into a clone of the repository. Fill in each place that says TODO."""
    from orchestrate.maintain.new_source import new_source, next_steps

    changes = new_source(name, key, PROJECT_ROOT)
    for change in changes:
        kind = "new  " if change.is_new else "lines"
        stdout.print(f"{kind}  {change.path}", markup=False, highlight=False, soft_wrap=True)
    stdout.print(next_steps(name), markup=False, highlight=False, soft_wrap=True)


@app.command("rejects")
def rejects_command(
    source: Annotated[str | None, typer.Option("--source", help="Show only this source.", show_default=False)] = None,
    run_id: Annotated[str | None, typer.Option("--run", help="Show only this run.", show_default=False)] = None,
    live: LiveOption = False,
    as_json: JsonOption = False,
) -> None:
    """List the records that did not land and the texts that could not be read, with the reasons."""
    from orchestrate.maintain.replay import list_rejects
    from orchestrate.render.text import render_rejects

    _show(list_rejects(_settings(live).warehouse_path, source, run_id), as_json, render_rejects)


@app.command("replay")
def replay_command(live: LiveOption = False, as_json: JsonOption = False, max_cost: MaxCostOption = None) -> None:
    """After a fix: land the rejected records, read the failed texts again, then build and publish."""
    from orchestrate.maintain.replay import replay
    from orchestrate.render.text import render_replay

    _show(_building(partial(replay, _settings(live), _say, max_cost)), as_json, render_replay)


@app.command("purge")
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
    from orchestrate.render.text import render_purge

    settings, moment = _settings(live), as_of or utc_now()
    is_early = moment > utc_now() and not yes
    if dry_run or is_early:
        _show(asyncio.run(look_for_overdue(settings, moment, _say)), as_json, render_purge)
        if is_early and not dry_run:
            _say("--as-of is in the future, so this was a dry run. To delete now, add --yes.")
        return
    purged = _building(partial(purge, settings, moment, _say))
    _show(purged, as_json, render_purge)
    raise typer.Exit(EXIT_ERROR if purged.left else EXIT_COMPLETED)


@evaluations.command("sandbox")
def evaluate_sandbox_command(as_json: JsonOption = False, report: ReportOption = None) -> None:
    """Match every record of the sandbox and compare with the truth: precision, recall, F1."""
    from orchestrate.learn.eval_matching import evaluate_sandbox
    from orchestrate.render.learning import render_evaluation

    _evaluate(evaluate_sandbox, as_json, report, render_evaluation)


@evaluations.command("matching")
def evaluate_matching_command(
    records: Annotated[
        Path, typer.Option("--records", help="CSV of records. Blank means unknown.", show_default=False)
    ],
    pairs: Annotated[Path, typer.Option("--pairs", help="CSV of labelled pairs of these records.", show_default=False)],
    as_json: JsonOption = False,
    report: ReportOption = None,
) -> None:
    """Match the records of a file and compare with labelled pairs: precision, recall, F1, time, memory."""
    from orchestrate.learn.eval_matching import evaluate_matching
    from orchestrate.render.learning import render_matching

    _evaluate(partial(evaluate_matching, records, pairs), as_json, report, render_matching)


def _evaluate(
    evaluate: Callable[..., Coroutine[Any, Any, Evaluated[E]]],
    as_json: bool,
    report: Path | None,
    render: Callable[[E, Console], None],
) -> None:
    """Show the scores, and write the page about the pairs to `report`. Checks first that `report` can be written."""
    from orchestrate.render.match_page import match_page
    from orchestrate.store.output_file import check_can_write, write_file

    if report:
        check_can_write(report)
    evaluated = asyncio.run(evaluate(with_report=report is not None))
    if report and evaluated.match_report:
        write_file(report, match_page(evaluated.match_report, evaluated.scores))
    _show(evaluated.scores, as_json, render)
    if report:
        _say(f"Written: {report}")


@evaluations.command("confidence")
def evaluate_confidence_command(
    records: Annotated[
        Path | None, typer.Option("--records", help="CSV of records. Blank means unknown.", show_default=False)
    ] = None,
    pairs: Annotated[
        Path | None, typer.Option("--pairs", help="CSV of labelled pairs of these records.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare the confidence of the sandbox's golden cells with the truth: is 80 % right in 80 of 100 cells?"""
    from orchestrate.learn.eval_confidence import evaluate_confidence
    from orchestrate.render.learning import render_confidence

    _show(asyncio.run(evaluate_confidence(records, pairs)), as_json, render_confidence)


@evaluations.command("extraction")
def evaluate_extraction_command(
    gold: Annotated[
        Path, typer.Option("--gold", help="JSON Lines: texts and the values that they state.", show_default=False)
    ],
    as_json: JsonOption = False,
    max_cost: MaxCostOption = None,
) -> None:
    """Read the texts of a gold set, with the language model if one is set. Counts right and wrong values."""
    from orchestrate.learn.eval_extraction import evaluate_extraction
    from orchestrate.render.learning import render_extraction_scores
    from orchestrate.run.endpoints import llm_settings

    llm = llm_settings(_settings(live=False), max_cost)
    _show(asyncio.run(evaluate_extraction(gold, llm, max_cost)), as_json, render_extraction_scores)


@tunings.command("matching")
def tune_matching_command(
    live: LiveOption = False,
    as_json: JsonOption = False,
    records: Annotated[
        list[Path] | None,
        typer.Option(
            "--records",
            help="CSV of the records of the pairs. One for each --pairs, in the same order.",
            show_default=False,
        ),
    ] = None,
    pairs: Annotated[
        list[Path] | None,
        typer.Option(
            "--pairs", help="Learn from this CSV of labelled pairs instead. May be repeated.", show_default=False
        ),
    ] = None,
    out: OutOption = None,
) -> None:
    """Learn match weights from the last run's pairs, or from labelled pairs. Prints a proposed diff of the seed."""
    from orchestrate.learn.tune_matching_em import tune_matching
    from orchestrate.learn.tune_matching_labelled import tune_labelled
    from orchestrate.render.learning import render_tuning

    seed, pairs, records = SEEDS_DIR / "match_weights.csv", pairs or [], records or []
    if len(pairs) != len(records):
        raise UsageError(
            f"Each --pairs needs its own --records: there are {len(pairs)} --pairs and {len(records)} --records."
        )

    def learn() -> MatchTuning:
        if pairs:
            return asyncio.run(tune_labelled(list(zip(records, pairs, strict=True)), seed))
        return tune_matching(_settings(live).warehouse_path, seed)

    _propose(learn, as_json, out, render_tuning)


@tunings.command("trust")
def tune_trust_command(live: LiveOption = False, as_json: JsonOption = False, out: OutOption = None) -> None:
    """Estimate the accuracy of each source from the claims of the last run. Prints a proposed diff of the seed."""
    from orchestrate.learn.tune_trust import tune_trust
    from orchestrate.render.learning import render_trust

    seed = SEEDS_DIR / "source_trust.csv"
    _propose(lambda: tune_trust(_settings(live).warehouse_path, seed), as_json, out, render_trust)


@tunings.command("confidence")
def tune_confidence_command(as_json: JsonOption = False, out: OutOption = None) -> None:
    """Fit the calibration of confidence to the sandbox's golden cells. Prints a proposed diff of the seed."""
    from orchestrate.learn.tune_confidence import tune_confidence
    from orchestrate.render.learning import render_calibration

    seed = SEEDS_DIR / "confidence_calibration.csv"
    _propose(lambda: asyncio.run(tune_confidence(seed)), as_json, out, render_calibration)


@app.command("schemas", hidden=True)
def schemas_command(
    directory: Annotated[Path, typer.Argument(help="The directory to write to.")] = Path("docs/schemas"),
) -> None:
    """Write the JSON Schema of each object that --json prints, one file each."""
    from orchestrate.contracts.schemas import write_schemas

    stdout.print(f"Written: {len(write_schemas(directory))} schemas in {directory}", markup=False, highlight=False)


@for_dbt.command("sources")
def dbt_sources_command() -> None:
    """Print a sources.yml for your own dbt project that reads the published file."""
    from orchestrate.maintain.dbt_sources import dbt_sources

    _settings(live=False)  # raises UsageError if TRIGPOINT_PROJECT_DIR names no project
    sys.stdout.write(dbt_sources(PROJECT_ROOT))


@for_dbt.command("project")
def dbt_project_command() -> None:
    """Print the directory of models and seeds. To use your own copy of it, set TRIGPOINT_PROJECT_DIR to the copy."""
    sys.stdout.write(f"{OWN_PROJECT}\n")


def _propose(
    learn: Callable[[], P],
    as_json: bool,
    out: Path | None,
    render: Callable[[P, Console], None],
) -> None:
    """Show the proposal. The seed is not changed. Checks first that `out` can be written."""
    from orchestrate.store.output_file import check_can_write, write_file

    if out:
        check_can_write(out)
    proposed = learn()
    if out:
        write_file(out, proposed.seed)
    _show(proposed, as_json, render)
    if out:
        _say(f"Written: {out}")


def _building(work: Callable[..., Coroutine[Any, Any, T]]) -> T:
    """Do work that builds and publishes. A terminal shows its progress."""
    from orchestrate.run.progress import steps_shown

    with steps_shown(stderr) as on_step:
        return _publishing(work(on_step=on_step))


def _publishing(work: Coroutine[Any, Any, T]) -> T:
    """Do work that ends in publishing. An interruption says that nothing was published."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise InterruptedWorkError(
            "Interrupted. Nothing was published. The previous publication is unchanged."
        ) from None


def _settings(live: bool) -> Settings:
    return load_settings(mode="live" if live else None)


def _plan(
    query: str | None, settings: Settings, sources: str | None, max_cost: float | None, pin: Pin
) -> tuple[Plan, SourceCatalogue]:
    only = [name.strip() for name in sources.split(",") if name.strip()] if sources is not None else None
    return plan_query(query or "", settings, only, max_cost, pin)


def _show(document: D, as_json: bool, render: Callable[[D, Console], None]) -> None:
    if as_json:
        sys.stdout.write(json_text(document.as_json()) + "\n")
    else:
        render(document, stdout)


def main() -> NoReturn:
    """The console script. An expected error is one sentence on stderr, and an object under --json. No traceback."""
    set_up_logging(environment())
    treat_termination_as_ctrl_c()
    failure = None
    try:
        # With standalone_mode=False, click returns the code of a typer.Exit, and 130 for Ctrl-C.
        code = app(standalone_mode=False) or EXIT_COMPLETED
        sys.stdout.flush()
        if code == EXIT_INTERRUPTED:
            failure = interruption()
    except BrokenPipeError:
        close_stdout()  # the reader has closed the pipe (`| head`)
        code = EXIT_ERROR
    except Exception as error:  # noqa: BLE001 (every error has the same report)
        failure = failure_of(error)
    if failure:
        code = failure.exit_code
        report(failure, sys.argv[1:], stderr)
    if code in (EXIT_INTERRUPTED, EXIT_TERMINATED):
        _leave_at_once(code)
    sys.exit(code)


def _leave_at_once(code: int) -> NoReturn:
    """Exit without sys.exit: a thread may still wait for a source that hangs, and Python would wait for that thread."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _can_ask() -> bool:
    return sys.stdin.isatty()


def _say(sentence: str) -> None:
    stderr.print(sentence, markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
