"""The table of contents: every command by its name, in the order of the help."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, NoReturn

import typer

from orchestrate.cli import ask, decide, files, learn, project, review, warehouse
from orchestrate.cli.output import stderr
from orchestrate.errors import EXIT_COMPLETED, EXIT_ERROR, EXIT_INTERRUPTED, EXIT_TERMINATED
from orchestrate.failures import Failure, close_stdout, failure_of, interruption, report
from orchestrate.logs import set_up_logging
from orchestrate.settings import environment
from orchestrate.signals import treat_termination_as_ctrl_c

Commands = dict[str, Callable[..., None]]

COMMANDS: Commands = {
    "run": ask.run_command,
    "plan": ask.plan_command,
    "explain": review.explain_command,
    "report": review.report_command,
    "page": review.page_command,
    "explain-pair": review.explain_pair_command,
    "diff": review.diff_command,
    "add": files.add_command,
    "build": warehouse.build_command,
    "correct": decide.correct_command,
    "join": decide.join_command,
    "split": decide.split_command,
    "sql": review.sql_command,
    "serve": decide.serve_command,
    "export": files.export_command,
    "label": learn.label_command,
    "docs": project.docs_command,
    "doctor": ask.doctor_command,
    "init": project.init_command,
    "new-source": project.new_source_command,
    "rejects": warehouse.rejects_command,
    "replay": warehouse.replay_command,
    "purge": warehouse.purge_command,
    "verify": warehouse.verify_command,
}
EVALUATIONS: Commands = {
    "sandbox": learn.evaluate_sandbox_command,
    "matching": learn.evaluate_matching_command,
    "survivorship": learn.evaluate_survivorship_command,
    "confidence": learn.evaluate_confidence_command,
    "extraction": learn.evaluate_extraction_command,
}
TUNINGS: Commands = {
    "matching": learn.tune_matching_command,
    "trust": learn.tune_trust_command,
    "confidence": learn.tune_confidence_command,
}
FOR_DBT: Commands = {"sources": project.dbt_sources_command, "project": project.dbt_project_command}
REVIEWS: Commands = {"export": decide.export_command, "import": decide.import_command}
GROUPS = {
    "review": ("Review pairs and contested cells in a spreadsheet. In the browser: trigpoint serve.", REVIEWS),
    "eval": ("Measure matching, survivorship, confidence and extraction against known truth.", EVALUATIONS),
    "tune": ("Learn weights, trust or calibration from data. Proposes a change and makes none.", TUNINGS),
    "dbt": ("Use Trigpoint with dbt: your own project, or your own seeds.", FOR_DBT),
}

app = typer.Typer(
    help="Turn a query into golden records of places. Every cell can be traced to its source.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name, command in COMMANDS.items():
    app.command(name)(command)
app.command("schemas", hidden=True)(project.schemas_command)
for name, (purpose, commands) in GROUPS.items():
    group = typer.Typer(help=purpose, no_args_is_help=True)
    for member, command in commands.items():
        group.command(member)(command)
    app.add_typer(group, name=name)


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


def main() -> NoReturn:
    """The console script. An expected error is one sentence on stderr, and an object under --json. No traceback."""
    set_up_logging(environment())
    treat_termination_as_ctrl_c()
    code, failure = _outcome()
    if failure:
        code = failure.exit_code
        report(failure, sys.argv[1:], stderr)
    if code in (EXIT_INTERRUPTED, EXIT_TERMINATED):
        _leave_at_once(code)
    sys.exit(code)


def _outcome() -> tuple[int, Failure | None]:
    """Carry out the command: its exit code, and why it failed if that is still to print."""
    try:
        # With standalone_mode=False, click returns the code of a typer.Exit, and 130 for Ctrl-C.
        code: int = app(standalone_mode=False) or EXIT_COMPLETED
        sys.stdout.flush()
    except BrokenPipeError:
        close_stdout()  # the reader has closed the pipe (`| head`)
        return EXIT_ERROR, None
    except Exception as error:  # noqa: BLE001 (every error has the same report)
        return EXIT_ERROR, failure_of(error)
    return code, interruption() if code == EXIT_INTERRUPTED else None


def _leave_at_once(code: int) -> NoReturn:
    """Exit without sys.exit: a thread may still wait for a source that hangs, and Python would wait for that thread."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
