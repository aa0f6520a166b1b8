"""Why two records are one place or two, as text."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from orchestrate.contracts.pair import PairExplanation, Score
from orchestrate.render.score_steps import score_steps
from orchestrate.terminal import ACCEPTED, FAILED, escaped


def render_pair(pair: PairExplanation, console: Console) -> None:
    """Print two records side by side, the weight of each comparison, and the outcome."""
    _render_two_records(pair, console)
    apart = "" if pair.metres is None else f" They are {pair.metres:,.0f} m apart."
    console.print(escaped(pair.meeting.sentence) + apart, highlight=False)
    if pair.score:
        _render_score(pair, pair.score, console)
    if pair.override:
        override = pair.override
        console.print(
            f"{escaped(override.author) or 'A person'} decided: {override.decision.replace('_', ' ')}. "
            f"{escaped(override.reason)}",
            highlight=False,
        )
    console.print(f"[bold]{escaped(pair.verdict)}[/bold]", highlight=False)
    _render_links(pair, console)


def _render_links(pair: PairExplanation, console: Console) -> None:
    """Print the chain of accepted pairs that joins the two, and the conflicts that keep them apart."""
    if pair.path and len(pair.path) > 1:
        console.print("The shortest chain of accepted pairs:", highlight=False)
        for link in pair.path:
            console.print(
                f"  {escaped(link.from_key)} – {escaped(link.to_key)} ({escaped(link.to_name)}) "
                f"by {escaped(link.matched_by)}, {link.match_weight:+.2f}",
                highlight=False,
                soft_wrap=True,
            )
    for conflict in pair.conflicts_between:
        console.print(
            f"Conflict: {escaped(conflict.left_key)} – {escaped(conflict.right_key)}, "
            f"{conflict.reason.replace('_', ' ')}",
            highlight=False,
            soft_wrap=True,
        )


def _render_two_records(pair: PairExplanation, console: Console) -> None:
    sides = pair.left, pair.right
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", style="dim", no_wrap=True)
    for record in sides:
        table.add_column(escaped(record.record_key), overflow="fold", ratio=1)
    for field in ("entity_name", "address", "point", "phone", "website", "kind"):
        table.add_row(field.replace("_", " "), *(escaped(getattr(record, field)) or "–" for record in sides))
    console.print(table)


def _render_score(pair: PairExplanation, score: Score, console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("comparison", "level"):
        table.add_column(name, no_wrap=True)
    table.add_column("log2", justify="right", no_wrap=True)
    table.add_column("meaning", overflow="fold")
    for step in score_steps(score):
        table.add_row(step.comparison, step.level, _weight(step.weight), escaped(step.meaning))
    table.add_row(
        "[bold]total[/bold]",
        f"{score.match_probability:.2%} likely",
        f"[bold]{score.match_weight:+.2f}[/bold]",
        f"{'accepted' if pair.is_accepted else 'not accepted'}; the threshold is {pair.threshold:.0%}, "
        f"a weight of {pair.threshold_weight:+.2f}",
    )
    console.print(table)
    if learned := pair.statistics:
        moment = f"{learned.learned_at:%Y-%m-%d %H:%M}"
        console.print(f"The statistics are of {learned.records:,} records, learned at {moment}.", highlight=False)


def _weight(weight: float | None) -> str:
    """Green for evidence of one place, red for evidence of two."""
    if weight is None:
        return "no weight"
    if round(weight, 2) == 0:
        return "[dim]0[/dim]"
    return f"[{ACCEPTED if weight > 0 else FAILED}]{weight:+.2f}[/]"
