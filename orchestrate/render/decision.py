"""The rows that a steward's decision wrote, and the changes that followed, as text."""

from __future__ import annotations

from rich.console import Console

from orchestrate.contracts.changes import BuildReport, DecisionReport
from orchestrate.contracts.maintenance import ReviewExport, ReviewImport
from orchestrate.contracts.run import OverrideReview
from orchestrate.render.diffs.changes import render_changes
from orchestrate.render.lists import render_lists
from orchestrate.render.touched import touched_lines
from orchestrate.terminal import LOST, escaped, path_from_here
from orchestrate.wording import counted, entities

UNDO = "To undo: remove the row from the seed (git diff shows it), then: trigpoint build"


def render_decision(report: DecisionReport, console: Console) -> None:
    """Print the rows, the changes, whether the rows had an effect, and how to undo them."""
    seed, rows = path_from_here(report.seed), report.rows
    verb = "Would be written" if report.is_dry_run else "Written"
    console.print(f"{verb} to {seed}:", highlight=False, soft_wrap=True)
    for row in rows:
        console.print(f"  {escaped(row)}", highlight=False, soft_wrap=True)
    if report.replaced_lines:
        console.print("It replaces an earlier correction of the same cell.")
    if report.value is not None:
        when = "now" if report.is_dry_run else "before"
        there = escaped(report.value_now) or "nothing"
        console.print(f"Published as {escaped(report.value)}; {when} {there}.", highlight=False)
    if report.is_dry_run:
        console.print("Nothing was written or built.")
        return
    console.print()
    if report.diff:
        render_changes(report.diff, console)
    for review in report.without_effect:
        console.print(f"No effect: {review_sentence(review)}", style=LOST, highlight=False)
    console.print(f"Published: {entities(report.entities_published or 0)}. {UNDO}", highlight=False)


def render_build(report: BuildReport, console: Console) -> None:
    """Print the lists and the changes of a build that asked no service. The first publication has no changes."""
    render_lists(report.lists, console)
    if report.diff:
        render_changes(report.diff, console)
    for line in touched_lines(report.touched) if report.touched else ():
        console.print(line, highlight=False, markup=False)
    console.print(f"Published: {entities(report.entities_published)}.", highlight=False)
    if report.marts:
        console.print(f"Parquet: {escaped(path_from_here(report.marts))}", highlight=False, soft_wrap=True)
    if report.left_in_files:
        large = ", ".join(report.left_in_files)
        console.print(
            f"Too large for trigpoint.duckdb, which reads the Parquet files of: {large} (TRIGPOINT_FILE_ROWS).",
            highlight=False,
            soft_wrap=True,
        )


def review_sentence(review: OverrideReview) -> str:
    """Why a steward should review a correction, or a decision about two records."""
    what = f"{review.field_name}, " if review.field_name else ""
    named = f"{escaped(review.override_id)} ({what}by {escaped(review.author) or 'an unnamed author'})"
    then, since = (escaped(value) or "nothing" for value in (review.said_then, review.said_since))
    unknown = escaped(review.unknown_key) or ""
    change = f"{escaped(review.changed_record)} said {then} and now says {since}"
    return {
        "nothing_to_correct": f"{named} corrects nothing: there is no {unknown}.",
        "source_changed": f"{named} has ended: {change}.",
        "not_yet": f"{named} starts on a future day.",
        "no_such_record": f"{named} cannot apply: there is no record {unknown}.",
        "is_a_part": f"{named} is about a sub-venue, which always belongs to the venue at its location.",
        "not_joined": f"{named} does not join the records: other evidence keeps them apart.",
    }[review.review_because]


def render_exported(report: ReviewExport, console: Console) -> None:
    counts = f"{counted(report.pairs, 'pair', 'pairs')}, {counted(report.cells, 'cell', 'cells')}"
    console.print(f"Written: {escaped(report.path)} ({counts}).", highlight=False, soft_wrap=True)
    console.print(f"Then: trigpoint review import {escaped(report.path)}", highlight=False, soft_wrap=True)


def render_imported(report: ReviewImport, console: Console) -> None:
    console.print(
        f"{counted(report.written, 'decision', 'decisions')} written, {report.already} stood already. "
        "To publish with them: trigpoint build",
        highlight=False,
    )
