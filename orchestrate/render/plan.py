"""A plan as text: what is asked, why, at what cost, and what is not asked."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from orchestrate.contracts.plan import PlannedCallNow, PlanReport, QueryFeatures, QueryPlan
from orchestrate.render.lists import render_lists_now
from orchestrate.terminal import escaped
from orchestrate.wording import counted

SHOWN_OTHER_AREAS = 2


def render_plan(plan: QueryPlan, console: Console) -> None:
    """Print the sources that are asked, with reason and cost, and the sources that are not."""
    console.rule("Plan", align="left")
    console.print(
        f"{plan.ingestion_mode} in {escaped(plan.features.area.name)}, expected cost ${plan.expected_cost_usd:.3f}",
        highlight=False,
    )
    for line in _area_lines(plan.features):
        console.print(escaped(line), highlight=False)
    for sentence in plan.features.understood:
        console.print(escaped(f"{sentence}."), highlight=False)
    console.print(_source_table(plan))
    if isinstance(plan, PlanReport):
        render_lists_now(plan.lists, console)
    if isinstance(plan, PlanReport) and plan.freshness == "not_known":
        console.print("Unknown whether earlier answers are fresh: the warehouse is in use or has none yet.")


def _source_table(plan: QueryPlan) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("source", no_wrap=True)
    table.add_column("asked")
    table.add_column("cost", justify="right")
    table.add_column("why", overflow="fold")
    for call in plan.calls:
        if isinstance(call, PlannedCallNow) and (fresh := call.fresh_answer):
            held = counted(fresh.records, "record", "records")
            sentence = f"its answer of {fresh.answered_at:%Y-%m-%d %H:%M} UTC is fresh: {held}"
            table.add_row(call.source, "again", "$0.000", sentence)
        else:
            table.add_row(call.source, "yes", f"${call.expected_cost_usd:.3f}", escaped(call.reason))
    for skipped in plan.skipped:
        table.add_row(skipped.source, "[dim]no[/dim]", "", f"[dim]{escaped(skipped.reason)}[/dim]")
    return table


def _area_lines(features: QueryFeatures) -> Iterator[str]:
    """Which area was taken and why, the others of its name, and the words that the plan does not use."""
    choice = features.area_choice
    yield f"Area: {choice.label}: {choice.reason}."
    if choice.alternatives:
        others = choice.alternatives[:SHOWN_OTHER_AREAS]
        more = choice.alternative_count - len(others)
        yield f"Not {' or '.join(other.label for other in others)}{f', nor {more} more' if more else ''}."
        yield f'To take another: --area "{others[0].label}", or --near, or --box.'
    if features.place_name:
        yield f'"{features.place_name}" is taken as the name of a place.'
    if features.not_understood:
        yield "Not used: " + ", ".join(f'"{phrase}"' for phrase in features.not_understood) + "."
