"""The cells that changed between two publications, or that would change, as text."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from orchestrate.contracts.changes import PublishedChange, RerankedChange, RunDiff, WhatIf
from orchestrate.contracts.golden_diff import GoldenDiff
from orchestrate.render.diffs.golden_diff import render_golden_diff
from orchestrate.terminal import escaped

SHOWN_CELLS = 40
SHOWN_LETTERS = 120  # of a value


def render_diff(diff: RunDiff | WhatIf | GoldenDiff, console: Console) -> None:
    if isinstance(diff, RunDiff):
        render_run_diff(diff, console)
    elif isinstance(diff, WhatIf):
        render_what_if(diff, console)
    else:
        render_golden_diff(diff, console)


def render_run_diff(diff: RunDiff, console: Console) -> None:
    """Print the cells whose published value differs, and what changed them."""
    for name, one in (("from", diff.before), ("to", diff.after)):
        asked = f"run  {escaped(one.query)}" if one.command == "run" else one.command
        console.print(
            f"{name:>4} [bold]{one.build_id}[/bold]  {one.published_at:%Y-%m-%d %H:%M:%S} UTC  {asked}",
            highlight=False,
        )
    render_changes(diff, console)


def render_changes(diff: RunDiff, console: Console) -> None:
    """Print the changes between two publications: split and joined entities, then cells."""
    for event in diff.entities:
        named = escaped(event.entity_name or event.entity_id)
        done = "was split from" if event.event == "split" else "was joined to"
        console.print(f"{named} ({event.entity_id}) {done} {event.other_entity_id}.", highlight=False)
    if not diff.changes:
        console.print("No golden cell changed.")
        return
    _render_changed_cells(diff, "then", "since", console)
    hands = ", ".join(f"{hand} {count}" for hand, count in diff.by_hand.items())
    console.print(f"Changed by: {hands}. For the reason of each cell: --json.", highlight=False)


def render_what_if(what_if: WhatIf, console: Console) -> None:
    """Print the trust that was tried and the cells that it would change."""
    for change in what_if.trust:
        console.print(
            f"{change.source_name} {change.field_name}: trust {_points(change.from_)} -> {_points(change.to)}",
            markup=False,
            highlight=False,
        )
    if not what_if.trust:
        console.print("The file has the same trust as the seed.")
    if what_if.seed_rows_kept:
        console.print(
            f"The file replaces rows of the seed. {what_if.seed_rows_kept} of the seed's {what_if.seed_rows} rows "
            "are not in the file and stay the same.",
            highlight=False,
        )
    if what_if.changes:
        _render_changed_cells(what_if, "now", "with that trust", console)
    else:
        console.print("No golden value would change.")
    console.print(
        f"Of {what_if.cells} cells from {what_if.claims} claims, {len(what_if.changes)} would change their value, "
        f"{what_if.other_source_only} only their source, and {what_if.other_confidence_only} only their confidence. "
        "Nothing was changed.",
        highlight=False,
    )


def _points(trust: float | None) -> str:
    return "none" if trust is None else f"{trust:g}"


def _render_changed_cells(diff: RunDiff | WhatIf, before: str, after: str, console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("entity", overflow="fold", ratio=2)
    table.add_column("field", overflow="fold", ratio=2)
    for name in (before, after):
        table.add_column(name, overflow="fold", ratio=3)
    has_hands = isinstance(diff, RunDiff)
    if has_hands:
        table.add_column("by", overflow="fold", ratio=3)
    for change in diff.changes[:SHOWN_CELLS]:
        table.add_row(
            escaped(change.entity_name or change.entity_id),
            change.field_name,
            _value_of(change.value_before, change.sources_before),
            _value_of(change.value_after, change.sources_after),
            *_reason(change),
        )
    console.print(table)
    if len(diff.changes) > SHOWN_CELLS:
        console.print(f"... and {len(diff.changes) - SHOWN_CELLS} more (--json prints all)", highlight=False)
    kinds = ", ".join(f"{count} {kind}" for kind, count in diff.by_kind.items())
    fields = ", ".join(f"{field} {count}" for field, count in diff.by_field.items())
    console.print(f"{kinds}. By field: {fields}.", highlight=False)


def _reason(change: PublishedChange | RerankedChange) -> list[str]:
    return [escaped(_shortened(change.why or ""))] if isinstance(change, PublishedChange) else []


def _value_of(value: str | None, sources: Sequence[str] | None) -> str:
    """A value and its sources, or a dash for a missing cell."""
    if value is None:
        return "[dim]–[/dim]"
    return f"{escaped(_shortened(value))} [dim]({', '.join(sources or [])})[/dim]"


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_LETTERS else text[:SHOWN_LETTERS] + "…"
