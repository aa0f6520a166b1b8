"""Fits lists into the lines of a terminal. What is left out is counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.text import Text

T = TypeVar("T")
LEAST = 2  # lines of a list: a row, and how many more there are


def lines_of(parts: Iterable[RenderableType], console: Console) -> int:
    return len(console.render_lines(Group(*parts)))


def shares(wanted: Sequence[int], room: int) -> list[int]:
    """How many lines each list gets. Short lists are whole first; each has the least, whatever the room."""
    given = [min(LEAST, lines) for lines in wanted]
    while sum(given) < room:
        hungry = [number for number, lines in enumerate(wanted) if given[number] < lines]
        if not hungry:
            break
        given[min(hungry, key=lambda number: (given[number], -number))] += 1
    return given


def first_of(rows: Sequence[T], lines: int | None) -> tuple[Sequence[T], int]:
    """The rows that have a line, and the number of those that have none. The last line is then for that number."""
    if lines is None or len(rows) <= lines:
        return rows, 0
    return rows[: lines - 1], len(rows) - lines + 1


def one_line(text: str, width: int) -> Text:
    """The text, which may have markup, on one line. An ellipsis stands for the rest."""
    line = Text.from_markup(text)
    line.truncate(max(1, width), overflow="ellipsis")
    return line


def most_first(counts: Sequence[tuple[str, int]], width: int) -> str:
    """The counts as `trust 148, tie 12, 4 more`, the largest first, as many as fit the width."""
    ordered = sorted(counts, key=lambda one: -one[1])
    for shown in range(len(ordered), 0, -1):
        left = [f"{len(ordered) - shown} more"] if shown < len(ordered) else []
        text = ", ".join([*(f"{name} {count}" for name, count in ordered[:shown]), *left])
        if cell_len(text) <= width:
            return text
    return f"{len(ordered)} names"
