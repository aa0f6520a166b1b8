"""The report of a run as text, in three sections: plan, stages and entities.

`trigpoint run` prints what fits the 80 columns and 40 lines of a small terminal, `trigpoint report` all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.text import Text

from orchestrate.contracts.run import FoundEntity, RunReport
from orchestrate.render.decision import review_sentence
from orchestrate.render.lists import list_sentence
from orchestrate.render.runs.counts import count_lines, headline
from orchestrate.render.runs.fitting import first_of, lines_of, one_line, shares
from orchestrate.render.runs.found import closing, entity_lines, entity_table, nothing_found
from orchestrate.render.runs.plan import Row, plan_line, plan_words, source_lines, source_rows, source_table
from orchestrate.render.runs.stages import stage_table
from orchestrate.terminal import FAILED, LOST, escaped
from orchestrate.wording import counted

LINES = 38  # of a terminal's 40: the next two are the path of the page and the prompt
WRAPPED_FIRST = ("entities", "sources", "stages")
WHOLE = frozenset(WRAPPED_FIRST)


class Lists(NamedTuple):
    """What a report lists, however much that is."""

    words: Sequence[str]
    sources: Sequence[Row]
    notes: Sequence[str]
    errors: Sequence[str]
    reviews: Sequence[str]
    entities: Sequence[FoundEntity]


@dataclass(frozen=True)
class Shown:
    """The lines of each list; None: as many as it takes. A section that is wrapped has nothing cut at the width."""

    words: int | None = None
    sources: int | None = None
    notes: int | None = None
    errors: int | None = None
    reviews: int | None = None
    entities: int | None = None
    wrapped: frozenset[str] = WHOLE


def render_report(report: RunReport, console: Console) -> None:
    """Print all of the report."""
    _print(_parts(report, _lists(report), Shown(), console.width), console)


def render_brief(report: RunReport, console: Console) -> None:
    """Print what fits. What is left out is counted, with the command that shows it."""
    lists = _lists(report)
    _print(_parts(report, lists, _fitted(report, lists, console), console.width), console)


def _print(parts: Sequence[RenderableType], console: Console) -> None:
    for part in parts:
        console.print(part, highlight=False)


def _fitted(report: RunReport, lists: Lists, console: Console) -> Shown:
    """The lines of each list. If each has all it wants and there is room, rows are wrapped rather than cut."""
    wanted = [len(rows) for rows in lists]
    least = shares(wanted, 0)
    narrow = _shown(least)
    given = shares(wanted, LINES - lines_of(_parts(report, lists, narrow, console.width), console) + sum(least))
    shown = _shown(given)
    for section in WRAPPED_FIRST if given == wanted else ():
        wider = replace(shown, wrapped=shown.wrapped | {section})
        if lines_of(_parts(report, lists, wider, console.width), console) <= LINES:
            shown = wider
    return shown


def _shown(lines: Sequence[int]) -> Shown:
    """Cut at the width."""
    words, sources, notes, errors, reviews, entities = lines
    return Shown(words, sources, notes, errors, reviews, entities, wrapped=frozenset())


def _lists(report: RunReport) -> Lists:
    reused = {
        source: (answers[0].answered_at, sum(one.records for one in answers))
        for source, group in groupby(report.reused, attrgetter("source"))
        if (answers := list(group))
    }
    return Lists(
        words=plan_words(report.plan.features),
        sources=source_rows(report.plan, reused),
        notes=list(_notes(report)),
        errors=[f"! {escaped(error)}" for stage in report.stages for error in stage.errors],
        reviews=[f"  {review_sentence(review)}" for review in report.override_reviews],
        entities=report.entities,
    )


def _notes(report: RunReport) -> Iterator[str]:
    for source, rows in groupby(report.unknown_fields, attrgetter("source")):
        named = ", ".join(escaped(row.field) for row in rows)
        yield f"New fields from {source}: {named}. They are kept in the payload; no model reads them yet."
    for one in report.lists:
        yield f"{one.source}: {escaped(list_sentence(one))}"


def _parts(report: RunReport, lists: Lists, shown: Shown, width: int) -> list[RenderableType]:
    return [
        *headline(report, width),
        Rule("Plan", align="left"),
        *_plan(report, lists, shown, width),
        Rule("Pipeline Stages", align="left"),
        *_stages(report, lists, shown, width),
        Rule("Final Entities", align="left"),
        *_entities(report, lists, shown, width),
        *([] if shown.wrapped == WHOLE else [Text(f"The whole report: trigpoint report {report.run_id}")]),
    ]


def _plan(report: RunReport, lists: Lists, shown: Shown, width: int) -> Iterator[RenderableType]:
    cut = None if "sources" in shown.wrapped else width
    yield one_line(plan_line(report.plan), width)
    yield from _rows(lists.words, shown.words, cut, "line", "lines")
    rows, left = first_of(lists.sources, shown.sources)
    yield source_table(rows) if cut is None else source_lines(rows, width)
    yield from _more(left, "source", "sources")
    yield from _rows(lists.notes, shown.notes, cut, "note", "notes")


def _stages(report: RunReport, lists: Lists, shown: Shown, width: int) -> Iterator[RenderableType]:
    cut = None if "stages" in shown.wrapped else width
    yield stage_table(report.stages, cut)
    yield from _rows(lists.errors, shown.errors, cut, "error", "errors", FAILED)
    yield from count_lines(report, width, is_whole=cut is None)
    if lists.reviews:
        many = counted(len(lists.reviews), "correction or decision has", "corrections and decisions have")
        yield Text(f"{many} no effect (marts.override_reviews):", LOST)
        yield from _rows(lists.reviews, shown.reviews, cut, "of them", "of them", LOST)


def _entities(report: RunReport, lists: Lists, shown: Shown, width: int) -> Iterator[RenderableType]:
    if not lists.entities:
        yield nothing_found(report)
        return
    rows, left = first_of(lists.entities, shown.entities)
    if rows:
        yield entity_table(rows) if "entities" in shown.wrapped else entity_lines(rows, width)
    yield from _more(left, "entity", "entities")
    yield from closing(report)


def _rows(
    rows: Sequence[str], lines: int | None, cut: int | None, one: str, many: str, style: str = ""
) -> Iterator[Text]:
    """The rows for which there are lines. With `cut`, each has one line of that width."""
    first, left = first_of(rows, lines)
    for row in first:
        text = Text.from_markup(row) if cut is None else one_line(row, cut)
        text.stylize(style)
        yield text
    yield from _more(left, one, many)


def _more(left: int, one: str, many: str) -> Iterator[Text]:
    if left:
        yield Text(f"... and {left} more {one if left == 1 else many}")
