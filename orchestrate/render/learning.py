"""The results of `trigpoint eval` and `trigpoint tune` as text."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from orchestrate.contracts.learning.evaluation import (
    CalibrationScores,
    ConfidenceEvaluation,
    ExtractionEvaluation,
    MatchingEvaluation,
    PairwiseScores,
    SandboxEvaluation,
)
from orchestrate.contracts.learning.labelling import LabelProposal
from orchestrate.contracts.learning.survivorship import SurvivorshipEvaluation, SurvivorshipScores
from orchestrate.contracts.learning.tuning import CalibrationTuning, MatchTuning, TrustEstimate, TrustTuning, Tuning
from orchestrate.terminal import ACCEPTED, FAILED, escaped

SHOWN_MISTAKES = 20


def render_evaluation(evaluation: SandboxEvaluation, console: Console) -> None:
    """Print how well the records of known places were matched."""
    console.print(
        f"{evaluation.records} records of {evaluation.places} places became {evaluation.entities} entities "
        f"in {evaluation.build_seconds} s of dbt time.",
        highlight=False,
    )
    _render_scores(evaluation, console)


def render_matching(evaluation: MatchingEvaluation, console: Console) -> None:
    """Print how well the labelled pairs were matched, with the time and memory."""
    console.print(
        f"{evaluation.records} records. {evaluation.pairs} labelled pairs, {evaluation.matches} of them matches. "
        f"{evaluation.build_seconds} s of dbt time, {evaluation.peak_megabytes} MB peak memory.",
        highlight=False,
    )
    _render_scores(evaluation, console)
    console.print(
        f"Each pair by its own score, before clustering: F1 {evaluation.pair_decisions.f1:.4f}.",
        highlight=False,
    )
    found = evaluation.blocking
    console.print(
        f"Recall of blocking {found.recall:.4f}, after the prefilter {found.recall_after_prefilter:.4f}: "
        f"{evaluation.matches - found.candidates} matches are never candidates, "
        f"{found.candidates - found.compared} more are not compared.",
        highlight=False,
    )
    console.print()
    _render_reliability(evaluation.probabilities, "labelled pairs", console, predicted="probability")


def _render_scores(evaluation: PairwiseScores, console: Console) -> None:
    console.print(
        f"Pairwise precision {evaluation.precision:.4f}, recall {evaluation.recall:.4f}, "
        f"F1 {evaluation.f1:.4f}: {evaluation.false_positives} false positives, "
        f"{evaluation.false_negatives} false negatives.",
        highlight=False,
    )


def render_confidence(evaluation: ConfidenceEvaluation, console: Console) -> None:
    """Print the calibration of confidence: by bin, by field, and as one error."""
    _render_reliability(evaluation, "golden cells", console)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("field", no_wrap=True)
    for name in ("cells", "confidence", "right", "error"):
        table.add_column(name, justify="right")
    for name, scores in evaluation.fields.items():
        table.add_row(
            name,
            str(scores.cases),
            f"{scores.mean_confidence:.3f}",
            f"{scores.share_right:.3f}",
            f"{scores.ece:.3f}",
        )
    console.print(table)
    if evaluation.pairs:
        console.print()
        _render_reliability(evaluation.pairs, "labelled pairs", console)


def _render_reliability(scores: CalibrationScores, what: str, console: Console, predicted: str = "confidence") -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(predicted, no_wrap=True)
    for name in (what, "right", "mean", "share right"):
        table.add_column(name, justify="right", no_wrap=True)
    for each in scores.bins:
        table.add_row(
            f"{each.low:.1f} to {each.high:.1f}",
            str(each.cases),
            str(each.right_cases),
            f"{each.mean:.3f}",
            f"{each.right:.3f}",
        )
    console.print(table)
    if not scores.cases:
        return
    console.print(
        f"Expected calibration error {scores.ece:.4f} over {scores.cases} {what}: "
        f"mean {predicted} {scores.mean_confidence:.1%}, {scores.share_right:.1%} right.",
        highlight=False,
    )


def render_calibration(proposed: CalibrationTuning, console: Console) -> None:
    """Print the proposed change to the seed of the calibration, with the error before and after."""
    console.print(
        f"Fitted to {proposed.cells} golden cells with known truth, {proposed.wrong} of them wrong. "
        f"Expected calibration error: {proposed.ece_before:.4f} with the current seed, {proposed.ece_after:.4f} with "
        f"the proposal, {proposed.ece_cross_validated:.4f} in cross-validation ({proposed.folds} folds).",
        highlight=False,
    )
    _render_proposal(proposed, "confidence_calibration", "trigpoint eval confidence", console)


def render_extraction_scores(evaluation: ExtractionEvaluation, console: Console) -> None:
    """Print the counts of correct, wrong, omitted and invented values by field, with precision and recall."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("field")
    for column in ("correct", "wrong", "omitted", "invented", "absent", "precision", "recall"):
        table.add_column(column, justify="right")
    for name, tally in evaluation.fields.items():
        counts = (tally.correct, tally.wrong, tally.omitted, tally.invented, tally.absent)
        offered, stated = tally.correct + tally.wrong + tally.invented, tally.correct + tally.wrong + tally.omitted
        table.add_row(name, *map(str, counts), _share(tally.correct, offered), _share(tally.correct, stated))
    console.print(table)
    reader = f"the rules and {escaped(evaluation.model)}" if evaluation.model else "the rules alone"
    console.print(
        f"{evaluation.texts} texts, read by {reader}: precision {evaluation.precision:.3f}, "
        f"recall {evaluation.recall:.3f}. Aboutness is right for {evaluation.aboutness_right} texts.",
        highlight=False,
    )
    if evaluation.model:
        console.print(f"{evaluation.texts_failed} texts failed; ${evaluation.cost_usd:.4f} paid.", highlight=False)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else ""


def render_survivorship(evaluation: SurvivorshipEvaluation, console: Console) -> None:
    """Print the scores by field and kind, what a simple policy reaches, and the first mistakes."""
    _render_tallies("field", evaluation.fields, console)
    if evaluation.kinds:
        console.print()
        _render_tallies("kind", evaluation.kinds, console)
    console.print()
    console.print(
        f"{evaluation.records} records of {evaluation.places} places. {evaluation.cells} cells: {evaluation.right} "
        f"right, {evaluation.wrong} wrong, {evaluation.missing} missing. Accuracy {_ratio(evaluation.accuracy)}. "
        f"The newest record would reach {_ratio(evaluation.policies.newest)}, the majority "
        f"{_ratio(evaluation.policies.majority)}.",
        highlight=False,
    )
    if evaluation.mistakes:
        console.print()
        _render_mistakes(evaluation, console)


def _render_tallies(what: str, scores: Mapping[str, SurvivorshipScores], console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(what, overflow="fold")
    for name in ("cells", "right", "wrong", "missing", "accuracy"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, of in scores.items():
        table.add_row(escaped(name), str(of.cells), str(of.right), str(of.wrong), str(of.missing), _ratio(of.accuracy))
    console.print(table)


def _render_mistakes(evaluation: SurvivorshipEvaluation, console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("place", "field", "golden value", "source", "right"):
        table.add_column(name, overflow="fold")
    for wrong in evaluation.mistakes[:SHOWN_MISTAKES]:
        right = " or ".join(wrong.right) or "none"
        table.add_row(*map(escaped, (wrong.place_id, wrong.field, wrong.found or "none", wrong.source or "", right)))
    console.print(table)
    if (more := len(evaluation.mistakes) - SHOWN_MISTAKES) > 0:
        console.print(f"And {more} more: --json has them all.", highlight=False)


def _ratio(share: float | None) -> str:
    return "-" if share is None else f"{share:.4f}"


def render_tuning(proposed: MatchTuning, console: Console) -> None:
    """Print the proposed change to the seed of match weights as a diff, with the data behind it."""
    rounds = proposed.iterations
    if proposed.sets is not None:
        learned = (
            f"Learned from {proposed.pairs} labelled pairs of {proposed.sets} sets in {rounds} rounds; "
            f"{proposed.matches} of them match. Left out: {proposed.never_compared} pairs that are never compared."
        )
        if proposed.right_held_out is not None:
            learned += (
                f" Of the {proposed.pairs}, the present weights decide {proposed.right_now} rightly, and weights that "
                f"are learned from the others {proposed.right_held_out}."
            )
        if proposed.f1_rise is not None:
            learned += (
                f" With the proposed weights, F1 is expected to change by {proposed.f1_rise:+.3f}; nine of ten draws "
                f"of what the answers teach say {proposed.f1_rise_low:+.3f} to {proposed.f1_rise_high:+.3f}."
            )
    else:
        learned = (
            f"Looked at {proposed.pairs} pairs across lists in {rounds} rounds. {proposed.expected_matches:.0f} are "
            f"expected to match, and {proposed.contested} likely matches have a rival."
        )
    console.print(learned, highlight=False)
    if proposed.refused_because:
        console.print(f"No proposal. {proposed.refused_because}", highlight=False)
        return
    _render_proposal(proposed, "match_weights", "make eval, trigpoint eval matching", console)


def render_labels(proposal: LabelProposal, console: Console) -> None:
    """Print what was chosen, and what to do with it."""
    console.print(
        f"{len(proposal.pairs)} pairs of {proposal.kinds} kinds, of {proposal.compared} compared. Write 1 for one "
        "place or 0 for two into the column `label`. Then: trigpoint tune matching --pairs, with the same --records.",
        highlight=False,
    )


def render_trust(proposed: TrustTuning, console: Console) -> None:
    """Print the estimated accuracy of each source, and the proposed change to the seed of trust as a diff."""
    console.print(
        f"Learned from {proposed.cells} cells with more than one independent source, in {proposed.iterations} rounds.",
        highlight=False,
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("source", "field"):
        table.add_column(name, no_wrap=True)
    for name in ("trust", "learned", "95 % between", "cells"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for estimate in proposed.sources:
        table.add_row(
            escaped(estimate.source_name),
            escaped(estimate.field_name),
            "" if estimate.from_ is None else f"{estimate.from_:g}",
            _percent(estimate.learned),
            " and ".join(filter(None, map(_percent, (estimate.low, estimate.high)))),
            str(estimate.cells),
            _why_kept(estimate),
        )
    console.print(table)
    _render_proposal(proposed, "source_trust", "trigpoint eval confidence", console)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _why_kept(estimate: TrustEstimate) -> str:
    if estimate.kept_because:
        return f"no proposal: {estimate.kept_because}"
    return "differs from the rest of its source" if estimate.from_ is None else ""


def _render_proposal(proposed: Tuning, seed: str, measure: str, console: Console) -> None:
    if not proposed.changes:
        console.print("Nothing would change.")
        return
    for line in proposed.diff.splitlines():
        style = {"+": ACCEPTED, "-": FAILED}.get(line[:1])
        console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)
    console.print(
        f"Nothing was changed. Copy the rows that you accept into dbt_project/seeds/{seed}.csv (--out writes the "
        f"proposal to a file), then measure: {measure}.",
        highlight=False,
    )
