"""Commands that measure against known truth (eval) and that learn from data (tune)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console

from orchestrate.cli.options import JsonOption, LiveOption, MaxCostOption, OutOption, ReportOption
from orchestrate.cli.output import say, settings_of, show
from orchestrate.errors import UsageError
from orchestrate.settings import SEEDS_DIR

if TYPE_CHECKING:
    from orchestrate.contracts.learning.evaluation import MatchingEvaluation, SandboxEvaluation
    from orchestrate.contracts.learning.tuning import CalibrationTuning, MatchTuning, TrustTuning
    from orchestrate.learn.eval_matching import Evaluated

E = TypeVar("E", "SandboxEvaluation", "MatchingEvaluation")
P = TypeVar("P", "MatchTuning", "TrustTuning", "CalibrationTuning")

RECORDS = typer.Option("--records", help="CSV of records. Blank means unknown.", show_default=False)
PAIRS = typer.Option("--pairs", help="CSV of labelled pairs of these records.", show_default=False)
RecordFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--records",
        help="CSV of the records of the pairs. One for each --pairs, in the same order.",
        show_default=False,
    ),
]
PairFiles = Annotated[
    list[Path] | None,
    typer.Option("--pairs", help="Learn from this CSV of labelled pairs instead. May be repeated.", show_default=False),
]


def evaluate_sandbox_command(as_json: JsonOption = False, report: ReportOption = None) -> None:
    """Match every record of the sandbox and compare with the truth: precision, recall, F1."""
    from orchestrate.learn.eval_matching import evaluate_sandbox
    from orchestrate.render.learning import render_evaluation

    _evaluate(evaluate_sandbox, as_json, report, render_evaluation)


def evaluate_matching_command(
    records: Annotated[Path, RECORDS],
    pairs: Annotated[Path, PAIRS],
    as_json: JsonOption = False,
    report: ReportOption = None,
) -> None:
    """Match the records of a file and compare with labelled pairs: precision, recall, F1, time, memory."""
    from orchestrate.learn.eval_matching import evaluate_matching
    from orchestrate.render.learning import render_matching

    _evaluate(partial(evaluate_matching, records, pairs), as_json, report, render_matching)


def evaluate_confidence_command(
    records: Annotated[Path | None, RECORDS] = None,
    pairs: Annotated[Path | None, PAIRS] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare the confidence of the sandbox's golden cells with the truth: is 80 % right in 80 of 100 cells?"""
    from orchestrate.learn.eval_confidence import evaluate_confidence
    from orchestrate.render.learning import render_confidence

    show(asyncio.run(evaluate_confidence(records, pairs)), as_json, render_confidence)


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

    llm = llm_settings(settings_of(live=False), max_cost)
    show(asyncio.run(evaluate_extraction(gold, llm, max_cost)), as_json, render_extraction_scores)


def _evaluate(
    evaluate: Callable[..., Coroutine[Any, Any, Evaluated[E]]],
    as_json: bool,
    report: Path | None,
    render: Callable[[E, Console], None],
) -> None:
    """Show the scores, and write the page about the pairs to `report`. Checks first that `report` can be written."""
    from orchestrate.render.pages.match_page import match_page
    from orchestrate.store.output_file import check_can_write, write_file

    if report:
        check_can_write(report)
    evaluated = asyncio.run(evaluate(with_report=report is not None))
    if report and evaluated.match_report:
        write_file(report, match_page(evaluated.match_report, evaluated.scores))
    show(evaluated.scores, as_json, render)
    if report:
        say(f"Written: {report}")


def tune_matching_command(
    live: LiveOption = False,
    as_json: JsonOption = False,
    records: RecordFiles = None,
    pairs: PairFiles = None,
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
        return tune_matching(settings_of(live).warehouse_path, seed)

    _propose(learn, as_json, out, render_tuning)


def tune_trust_command(live: LiveOption = False, as_json: JsonOption = False, out: OutOption = None) -> None:
    """Estimate the accuracy of each source from the claims of the last run. Prints a proposed diff of the seed."""
    from orchestrate.learn.tune_trust import tune_trust
    from orchestrate.render.learning import render_trust

    seed = SEEDS_DIR / "source_trust.csv"
    _propose(lambda: tune_trust(settings_of(live).warehouse_path, seed), as_json, out, render_trust)


def tune_confidence_command(as_json: JsonOption = False, out: OutOption = None) -> None:
    """Fit the calibration of confidence to the sandbox's golden cells. Prints a proposed diff of the seed."""
    from orchestrate.learn.tune_confidence import tune_confidence
    from orchestrate.render.learning import render_calibration

    seed = SEEDS_DIR / "confidence_calibration.csv"
    _propose(lambda: asyncio.run(tune_confidence(seed)), as_json, out, render_calibration)


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
    show(proposed, as_json, render)
    if out:
        say(f"Written: {out}")
