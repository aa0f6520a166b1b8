"""A golden diff as Markdown for a pull request, as a page, and as text. What is left out is counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rich.console import Console

from orchestrate.contracts.golden_diff import EntityChange, GoldenCell, GoldenDiff, SourceChange
from orchestrate.render.pages.page import page
from orchestrate.terminal import escaped, printable

MOST_LETTERS = 60_000  # of Markdown: a comment on GitHub has at most 65,536, and a job's summary 1,024 KiB
EVENT_LETTERS = 20_000  # of these, for entities and places
NOTE_LETTERS = 200  # for the sentence about what is left out
MOST_BYTES = 1_000 * 1024  # of a page
SHOWN_LETTERS = 120  # of a value
SHOWN_SOURCES, MARKDOWN_EVENTS = 30, 100
SHOWN_CELLS, SHOWN_EVENTS = 20, 12  # in a terminal
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&-])")
WORDS = {"cells": "cells differ", "entities_before": "entities before", "entities_after": "entities after"}


def as_markdown(diff: GoldenDiff) -> str:
    """Markdown within the limit. Nothing of a value is markup, a mention or a link."""
    text = "\n".join(_head(diff)) + "\n"
    cells, shown = [], 0
    for line in _fitting(_cell_lines(diff.changes), MOST_LETTERS - len(text) - NOTE_LETTERS):
        cells.append(line)
        shown += line.startswith("| ") and line != _TABLE[0]
    left = len(diff.changes) - shown
    return (
        text
        + "\n".join(cells)
        + (f"\n\n{left} more changed cells are left out. `trigpoint diff ... --json` has all.\n" if left else "\n")
    )


def as_page(diff: GoldenDiff) -> str:
    """One self-contained page within the limit."""
    shown = len(diff.changes)
    while True:
        text = page(
            "golden_diff.html",
            diff=diff,
            sources=_sources(diff),
            shown=diff.changes[:shown],
            counts=_counts(diff),
            shortened=_shortened,
        )
        if len(text.encode()) <= MOST_BYTES or not shown:
            return text
        shown = int(shown * MOST_BYTES / len(text.encode()) * 0.95)


def render_golden_diff(diff: GoldenDiff, console: Console) -> None:
    console.print(", ".join(_counts(diff)) + ".", highlight=False, markup=False)
    for event in diff.entities[:SHOWN_EVENTS]:
        console.print(f"[bold]{event.event}[/bold]  {escaped(_event(event))}", highlight=False)
    _more(len(diff.entities) - SHOWN_EVENTS, "entities", console)
    for change in diff.changes[:SHOWN_CELLS]:
        console.print(
            f"[bold]{escaped(change.entity_name or change.entity_id)}[/bold]  {change.field_name}: "
            f"{escaped(_shortened(change.value_before))} -> {escaped(_shortened(change.value_after))}  "
            f"[dim]{escaped(change.why)}[/dim]",
            highlight=False,
        )
    _more(len(diff.changes) - SHOWN_CELLS, "cells", console)


def _more(count: int, what: str, console: Console) -> None:
    if count > 0:
        console.print(f"... and {count} more {what} (--json prints all)", highlight=False)


_TABLE = ("| entity | before | after | why |", "|---|---|---|---|")


def _head(diff: GoldenDiff) -> Iterator[str]:
    yield "## Golden records: what changes"
    yield ""
    yield ", ".join(_counts(diff)) + "."
    if diff.by_source:
        yield from ("", "| source | cells won | cells lost |", "|---|---:|---:|")
        yield from (f"| {_plain(_shortened(one.source_name))} | {one.won} | {one.lost} |" for one in _sources(diff))
        yield from _left_out(len(diff.by_source) - SHOWN_SOURCES)
    if diff.entities:
        yield from ("", "### Entities and places", "")
        lines = (f"- **{event.event}**: {_plain(_event(event))}" for event in diff.entities[:MARKDOWN_EVENTS])
        shown = list(_fitting(lines, EVENT_LETTERS))
        yield from shown
        yield from _left_out(len(diff.entities) - len(shown))


def _sources(diff: GoldenDiff) -> tuple[SourceChange, ...]:
    return diff.by_source[:SHOWN_SOURCES]


def _left_out(count: int) -> Iterator[str]:
    if count > 0:
        yield from ("", f"{count} more are left out.")


def _fitting(lines: Iterable[str], letters: int) -> Iterator[str]:
    """The first lines that have this room."""
    for line in lines:
        letters -= len(line) + 1
        if letters < 0:
            return
        yield line


def _cell_lines(changes: Iterable[GoldenCell]) -> Iterator[str]:
    """The cells under the name of their field. They are sorted by field."""
    field = None
    for change in changes:
        if change.field_name != field:
            field = change.field_name
            yield from ("", f"### {_plain(field)}", "", *_TABLE)
        values = (
            f"{_plain(_shortened(value))} ({_plain(', '.join(sources))})" if value is not None else "–"
            for value, sources in (
                (change.value_before, change.sources_before),
                (change.value_after, change.sources_after),
            )
        )
        yield f"| {_plain(change.entity_name or change.entity_id)} | {' | '.join(values)} | {_plain(change.why)} |"


def _event(event: EntityChange) -> str:
    name, others = _shortened(event.entity_name or event.entity_id), _shortened(", ".join(event.others))
    if event.event == "merged":
        return f"{name} into {others}"
    if event.event == "split":
        return f"{name} from {others}"
    return f"{name} by {event.metres:,} m" if event.metres else name


def _counts(diff: GoldenDiff) -> list[str]:
    """A count of 0 is left out, but for that of the cells."""
    return [f"{count} {WORDS.get(name, name)}" for name, count in diff.counts.items() if count or name == "cells"]


def _plain(text: str) -> str:
    """Text in a cell of a table of Markdown: one line, and no letter of it is markup."""
    return _MARKUP.sub(r"\\\1", " ".join(printable(text[:1_000]).split())).replace("\\@", "&#64;")


def _shortened(text: str | None) -> str:
    if text is None:
        return "–"
    return text if len(text) <= SHOWN_LETTERS else text[:SHOWN_LETTERS] + "…"
