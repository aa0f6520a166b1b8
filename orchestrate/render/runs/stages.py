"""The stages of a run as a table: rows in, rows out, and every loss by name."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from orchestrate.contracts.run import Stage
from orchestrate.render.runs.fitting import most_first
from orchestrate.terminal import LOST

NUMBERS = ("rows in", "rows out", "lost", "seconds", "cost")


def stage_table(stages: Sequence[Stage], width: int | None) -> Table:
    """With a width, the losses of a stage have one line: the largest, and how many are left out."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("stage", no_wrap=True)
    for name in NUMBERS:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("lost, by name", overflow="fold")
    rows = [("stage", *NUMBERS), *map(_cells, stages)]
    taken = sum(max(map(cell_len, column)) + 2 for column in zip(*rows, strict=True))
    for stage, cells in zip(stages, rows[1:], strict=True):
        lost = Text(cells[3], LOST if cells[3] != "0" else "")
        table.add_row(*cells[:3], lost, *cells[4:], _losses(stage, None if width is None else width - taken))
    return table


def _cells(stage: Stage) -> tuple[str, ...]:
    counts = (stage.rows_in, stage.rows_out, sum(stage.losses.values()))
    return (stage.name, *map(str, counts), f"{stage.seconds:.1f}", f"${stage.cost_usd:.3f}")


def _losses(stage: Stage, room: int | None) -> str:
    counts = [(name, count) for name, count in stage.losses.items() if count]
    named = ", ".join(f"{name} {count}" for name, count in counts)
    return named if room is None or cell_len(named) <= room else most_first(counts, room)
