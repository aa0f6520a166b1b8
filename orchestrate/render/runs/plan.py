"""A plan as text: what is asked, why, at what cost, and what is not asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestrate.contracts.plan import PlannedCallNow, PlanReport, QueryFeatures, QueryPlan
from orchestrate.render.lists import render_lists_now
from orchestrate.render.runs.fitting import one_line
from orchestrate.terminal import escaped
from orchestrate.wording import counted

SHOWN_OTHER_AREAS = 2


class Row(NamedTuple):
    """A source in the table of a plan, as markup."""

    source: str
    asked: str
    cost: str
    why: str


def render_plan(plan: QueryPlan, console: Console) -> None:
    """Print the sources that are asked, with reason and cost, and the sources that are not."""
    console.rule("Plan", align="left")
    console.print(plan_line(plan), highlight=False)
    for line in plan_words(plan.features):
        console.print(line, highlight=False)
    console.print(source_table(source_rows(plan, {})))
    if isinstance(plan, PlanReport):
        render_lists_now(plan.lists, console)
    if isinstance(plan, PlanReport) and plan.freshness == "not_known":
        console.print("Unknown whether earlier answers are fresh: the warehouse is in use or has none yet.")


def plan_line(plan: QueryPlan) -> str:
    return f"{plan.ingestion_mode} in {escaped(plan.features.area.name)}, expected cost ${plan.expected_cost_usd:.3f}"


def plan_words(features: QueryFeatures) -> list[str]:
    """How the query was understood: one line for each decision."""
    understood = (f"{sentence}." for sentence in features.understood)
    return [escaped(line) for line in (*_area_lines(features), *understood)]


def source_rows(plan: QueryPlan, reused: Mapping[str, tuple[datetime, int]]) -> list[Row]:
    """The sources, asked or not. `reused` has the moment and the records of earlier answers that a run used."""
    rows = []
    for call in plan.calls:
        if isinstance(call, PlannedCallNow) and (fresh := call.fresh_answer):
            rows.append(Row(call.source, "no", "$0.000", _fresh(fresh.answered_at, fresh.records)))
        elif call.source in reused:
            rows.append(Row(call.source, "no", "$0.000", _fresh(*reused[call.source])))
        else:
            rows.append(Row(call.source, "yes", f"${call.expected_cost_usd:.3f}", escaped(call.reason)))
    for skipped in plan.skipped:
        rows.append(Row(skipped.source, "[dim]no[/dim]", "", f"[dim]{escaped(skipped.reason)}[/dim]"))
    return rows


def source_lines(rows: Sequence[Row], width: int) -> Table:
    """One line each: a reason that is too long is cut."""
    columns = list(zip(*((Text.from_markup(cell).cell_len for cell in row) for row in rows), strict=True))
    taken = sum(max(least, *column) + 2 for least, column in zip((6, 5, 4), columns, strict=False))
    return source_table((*row[:3], one_line(row.why, width - taken)) for row in rows)


def source_table(rows: Iterable[Row | tuple[str, str, str, Text]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("source", no_wrap=True)
    table.add_column("asked", no_wrap=True)
    table.add_column("cost", justify="right", no_wrap=True)
    table.add_column("why", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _fresh(answered_at: datetime, records: int) -> str:
    return f"its answer of {answered_at:%Y-%m-%d %H:%M} UTC is fresh: {counted(records, 'record', 'records')}"


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
