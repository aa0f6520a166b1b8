"""The lineage as data for a page: every cell that the marts need, once, with numbers for names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orchestrate.maintain.lineage.graph import Cell, Lineage

STAGES = ("source", "seeds", "staging", "sources", "records", "matching", "survivorship", "marts")


@dataclass(frozen=True)
class Coverage:
    """How many columns of the marts reach a source field, a seed or a literal."""

    columns: int
    reached: int
    origins: int  # different source fields, columns of seeds and literals


def coverage(lineage: Lineage) -> Coverage:
    ends = [lineage.origins(cell) for cell in lineage.marts]
    reached = sum(bool(found) and all(map(lineage.is_origin, found)) for found in ends)
    return Coverage(len(ends), reached, len(set().union(*ends)))


def page_data(lineage: Lineage) -> dict[str, Any]:
    """The tables and cells of the page. A cell is [table, name, the numbers of the cells below]."""
    cells = _reachable(lineage)
    number = {cell: i for i, cell in enumerate(cells)}
    tables = sorted({cell.table for cell in cells})
    place = {table: i for i, table in enumerate(tables)}
    return {
        "stages": STAGES,
        "tables": [_table(lineage, table) for table in tables],
        "cells": [
            [place[c.table], _name(c), [number[one] for one in lineage.below(c)], _description(lineage, c)]
            for c in cells
        ],
        "marts": [number[cell] for cell in lineage.marts],
    }


def _reachable(lineage: Lineage) -> list[Cell]:
    cells = dict.fromkeys(lineage.marts)
    left = list(cells)
    while left:
        for cell in lineage.below(left.pop()):
            if cell not in cells:
                cells[cell] = None
                left.append(cell)
    return list(cells)


def _table(lineage: Lineage, name: str) -> list[Any]:
    table = lineage.tables.get(name)
    if table is None:
        return ["literal", STAGES.index("seeds"), "A value that a model gives itself."]
    stage = "source" if table.kind == "source" else table.stage
    return [name, STAGES.index(stage if stage in STAGES else "staging"), table.description]


def _name(cell: Cell) -> str:
    path = "".join(f" / {name}" for name in cell.path)
    rows = ", ".join(value for _, value in cell.rows)
    return f"{cell.column}{path}" + (f" of {rows}" if rows else "")


def _description(lineage: Lineage, cell: Cell) -> str:
    table = lineage.tables.get(cell.table)
    return table.descriptions.get(cell.column, "") if table else ""
