"""The rows of a query: a table that fits the terminal, or else one block for each row; CSV or JSON."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import duckdb
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestrate.contracts.export import SqlResult
from orchestrate.terminal import harmless, json_text, printable

MAX_ROWS = 200  # on the screen; --csv and --json have all
NARROWEST = 12  # characters of a cell in a table: rows that leave their cells less are shown a block each
LONGEST = 400  # characters of a value in a block
BATCH = 1000
GAP = "  "
WHOLE = "--csv and --json have them whole"


class Writer(Protocol):
    """Writes the rows of a statement. With `is_prose`, the last column is prose, which is never cut."""

    def __call__(self, result: duckdb.DuckDBPyConnection, *, is_prose: bool = False) -> None: ...


@dataclass(frozen=True)
class Page:
    """The part of a result that the screen shows, as text."""

    names: list[str]
    rows: list[list[str]]
    is_more: bool


def write_text(console: Console) -> Writer:
    """A writer of tables and blocks for people."""

    def write(result: duckdb.DuckDBPyConnection, *, is_prose: bool = False) -> None:
        page = _page(result)
        if is_prose:
            _print_prose(page, console)
            return
        natural = [max(map(cell_len, column)) for column in zip(page.names, *page.rows, strict=True)]
        cap = _widest(natural, console.width)
        if cap is None:
            cut = _print_blocks(page, console)
        else:
            cut = _print_table(page, [min(width, cap) for width in natural], console)
        for note in _notes(page, cut):
            console.print(Text(note, style="dim"))

    return write


def write_csv(result: duckdb.DuckDBPyConnection, *, is_prose: bool = False) -> None:
    """Write every row. Null is an empty field; a list or an object is JSON."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(harmless(name) for name in _names(result))
    for row in _rows(result):
        writer.writerow("" if value is None else harmless(_as_text(value)) for value in row)


def write_json(result: duckdb.DuckDBPyConnection, *, is_prose: bool = False) -> None:
    """Write every row as an object. A repeated column name gets a number."""
    names = _distinct(_names(result))
    rows = [dict(zip(names, map(_as_json, row), strict=True)) for row in _rows(result)]
    sys.stdout.write(json_text(SqlResult(rows=tuple(rows)).model_dump()) + "\n")


def _names(result: duckdb.DuckDBPyConnection) -> list[str]:
    return [column[0] for column in result.description or []]


def _distinct(names: list[str]) -> list[str]:
    distinct: list[str] = []
    for name in names:
        number, free = 1, name
        while free in distinct:
            number += 1
            free = f"{name}_{number}"
        distinct.append(free)
    return distinct


def _rows(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while batch := result.fetchmany(BATCH):
        yield from batch


def _page(result: duckdb.DuckDBPyConnection) -> Page:
    rows = result.fetchmany(MAX_ROWS + 1)
    shown = [["" if value is None else printable(_as_text(value)) for value in row] for row in rows[:MAX_ROWS]]
    return Page([printable(name) for name in _names(result)], shown, len(rows) > MAX_ROWS)


def _widest(natural: list[int], room: int) -> int | None:
    """The width to cut cells to, so that a line fits. None if cells of that width are unreadable."""
    room -= len(GAP) * (len(natural) - 1)
    if sum(natural) <= room:
        return max(natural)
    for cap in range(max(natural), NARROWEST - 1, -1):
        if sum(min(width, cap) for width in natural) <= room:
            return cap
    return None


def _print_table(page: Page, widths: list[int], console: Console) -> int:
    """The number of cells that were cut. A single row is not cut: it becomes a block if it does not fit."""
    cut = sum(cell_len(cell) > width for row in page.rows for cell, width in zip(row, widths, strict=True))
    if cut and len(page.rows) == 1:
        return _print_blocks(page, console)
    for number, row in enumerate([page.names, *page.rows]):
        line = GAP.join(_fitted(cell, width) for cell, width in zip(row, widths, strict=True))
        console.print(Text(line.rstrip(), style="" if number else "bold"), soft_wrap=True)
    return cut


def _fitted(cell: str, width: int) -> str:
    return set_cell_size(cell, width) if cell_len(cell) <= width else set_cell_size(cell, width - 1) + "…"


def _print_prose(page: Page, console: Console) -> None:
    table = Table(*page.names[:-1], box=None, pad_edge=False, header_style="bold")
    table.add_column(page.names[-1], overflow="fold", ratio=1)
    for row in page.rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _print_blocks(page: Page, console: Console) -> int:
    """Print one block for each row and one line for each column. Returns the number of values that were cut."""
    label = max(map(cell_len, page.names))
    for number, row in enumerate(page.rows, start=1):
        if len(page.rows) > 1:
            console.print(Text(f"row {number}", style="bold"))
        for name, cell in zip(page.names, row, strict=True):
            value = Text(cell if len(cell) <= LONGEST else cell[: LONGEST - 1] + "…")
            console.print(_beside(Text(set_cell_size(name, label), style="dim"), value, console.width))
    return sum(len(cell) > LONGEST for row in page.rows for cell in row)


def _beside(label: Text, value: Text, width: int) -> Text:
    """The label, and the value beside it on one or more lines."""
    indent = label.cell_len + len(GAP)
    room = max(width - indent, NARROWEST)
    lines = [value.plain[start : start + room] for start in range(0, len(value), room)] or [""]
    return Text.assemble(label, GAP, ("\n" + " " * indent).join(lines))


def _notes(page: Page, cut: int) -> Iterator[str]:
    if not page.rows:
        yield "(no rows)"
    if page.is_more:
        yield f"(the first {MAX_ROWS} rows; --csv and --json have all)"
    if cut:
        yield f"({cut} long {'value is' if cut == 1 else 'values are'} cut; {WHOLE})"


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return json.dumps(_as_json(value), ensure_ascii=False, default=str)
    return str(value)


def _as_json(value: Any) -> Any:
    """The value in JSON's types: JSON has no infinity, and its keys are text."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, list | tuple):
        return [_as_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _as_json(item) for key, item in value.items()}
    return value
