"""The rows that a steward's decision wrote, and the changes that followed, as text."""

from __future__ import annotations

from rich.console import Console

from orchestrate.contracts.changes import BuildReport, DecisionReport
from orchestrate.render.lists import render_lists
from orchestrate.render.text import entities, from_here, render_changes, review_sentence
from orchestrate.terminal import escaped

UNDO = "To undo: remove the row from the seed (git diff shows it), then: trigpoint build"


def render_decision(report: DecisionReport, console: Console) -> None:
    """Print the rows, the changes, whether the rows had an effect, and how to undo them."""
    seed, rows = from_here(report.seed), report.rows
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
        console.print(f"No effect: {review_sentence(review)}", style="yellow", highlight=False)
    console.print(f"Published: {entities(report.entities_published or 0)}. {UNDO}", highlight=False)


def render_build(report: BuildReport, console: Console) -> None:
    """Print the lists and the changes of a build that asked no service. The first publication has no changes."""
    render_lists(report.lists, console)
    if report.diff:
        render_changes(report.diff, console)
    console.print(f"Published: {entities(report.entities_published)}.", highlight=False)
