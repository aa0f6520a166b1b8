"""Commands that measure against known truth (eval) and that learn from data (tune)."""

from __future__ import annotations

import asyncio
import sys
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
        help="Learn from this CSV of records instead. With --pairs: their records, in the same order.",
        show_default=False,
    ),
]
PairFiles = Annotated[
    list[Path] | None,
    typer.Option("--pairs", help="Learn from the labels of this CSV of pairs. May be repeated.", show_default=False),
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


def evaluate_survivorship_command(
    records: Annotated[
        Path, typer.Option("--records", help="CSV or NDJSON of records with their place.", show_default=False)
    ],
    gold: Annotated[Path, typer.Option("--gold", help="CSV or NDJSON of right values.", show_default=False)],
    as_json: JsonOption = False,
) -> None:
    """Merge the records of known places and compare the golden cells with their right values."""
    from orchestrate.learn.eval_survivorship import evaluate_survivorship
    from orchestrate.render.learning import render_survivorship

    show(asyncio.run(evaluate_survivorship(records, gold)), as_json, render_survivorship)


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


def label_command(
    live: LiveOption = False,
    as_json: JsonOption = False,
    records: Annotated[
        Path | None,
        typer.Option("--records", help="Pairs of the records of this CSV instead.", show_default=False),
    ] = None,
    pairs: Annotated[int, typer.Option("--pairs", min=1, help="How many pairs to ask about.")] = 50,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the pairs to this CSV file.", show_default=False)
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--page", help="Write a page with a form, which saves the same CSV.", show_default=False),
    ] = None,
) -> None:
    """Choose the pairs whose labels teach most. Fill in the column `label`; `tune matching --pairs` learns from it."""
    from orchestrate.learn.match_weights.label import label_built, label_records
    from orchestrate.render.learning import render_labels
    from orchestrate.render.pages.label_page import label_page
    from orchestrate.store.output_file import check_can_write, write_file

    written = [path for path in (out, html) if path]
    for path in written:
        check_can_write(path)
    seed = SEEDS_DIR / "match_weights.csv"
    if records:
        proposal = asyncio.run(label_records(records, seed, pairs))
    else:
        proposal = label_built(settings_of(live).warehouse_path, seed, pairs)
    if out:
        write_file(out, proposal.csv)
    if html:
        write_file(html, label_page(proposal))
    if as_json or written:
        show(proposal, as_json, render_labels)
    else:
        sys.stdout.write(proposal.csv)
    for path in written:
        say(f"Written: {path}")


def tune_matching_command(
    live: LiveOption = False,
    as_json: JsonOption = False,
    records: RecordFiles = None,
    pairs: PairFiles = None,
    out: OutOption = None,
) -> None:
    """Learn match weights from the last run's pairs, or from labelled pairs. Prints a proposed diff of the seed."""
    from orchestrate.learn.match_weights.labelled import tune_answers, tune_labelled
    from orchestrate.learn.match_weights.unlabelled import tune_matching, tune_records
    from orchestrate.render.learning import render_tuning

    seed, pairs, records = SEEDS_DIR / "match_weights.csv", pairs or [], records or []
    if len(pairs) != len(records) and len(pairs) + len(records) > 1:
        raise UsageError(
            f"Each --pairs needs its own --records: there are {len(pairs)} --pairs and {len(records)} --records."
        )

    def learn() -> MatchTuning:
        if pairs and records:
            return asyncio.run(tune_labelled(list(zip(records, pairs, strict=True)), seed))
        if records:
            return asyncio.run(tune_records(records[0], seed))
        if pairs:
            return asyncio.run(tune_answers(settings_of(live).warehouse_path, pairs[0], seed))
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
