"""Confidence calibrated on golden cells whose truth is known: a proposal for the seed, never a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from orchestrate.learn.eval_confidence import JudgedCell, judge_sandbox, told
from orchestrate.learn.statistics.calibration import (
    FOLDS,
    Line,
    Told,
    expected_calibration_error,
    fit_line,
    fold_of,
    line_of,
)
from orchestrate.seeds.files import read_seed
from orchestrate.store.seed_proposal import Row, seed_diff, seed_number, seed_text

# Of a field's cells that are right, and of those that are wrong; with fewer it goes by the line of all.
FEWEST_EITHER_WAY = 5
DIGITS = 3

Lines = dict[str, Line]


async def tune_confidence(seed: Path) -> dict[str, Any]:
    """Fit the calibration to the cells of the sandbox's world, and say how `seed` would change."""
    return proposed_calibration(await judge_sandbox(), seed)


def proposed_calibration(cells: Sequence[JudgedCell], seed: Path) -> dict[str, Any]:
    """Besides the diff: the error as it is, as it would be, and in cells that the lines were not fitted to."""
    rows = read_seed(seed)
    before = {
        row["field_name"]: Line(seed_number(seed, row, "slope"), seed_number(seed, row, "intercept")) for row in rows
    }
    lines = fit_lines(cells)
    text = seed_text([_row(rows[0], name, line, cells) for name, line in lines.items()])
    return {
        "version": 1,
        "cells": len(cells),
        "wrong": sum(not cell.is_right for cell in cells),
        "ece_before": _error(recalibrated(cells, before)),
        "ece_after": _error(recalibrated(cells, lines)),
        "ece_cross_validated": _error(cross_validated(cells)),
        "folds": FOLDS,
        "changes": [
            {"field_name": name, "slope": line.slope, "intercept": line.intercept}
            for name, line in lines.items()
            if before.get(name) != line
        ],
        "seed": text,
        "diff": seed_diff(seed, text),
    }


def fit_lines(cells: Sequence[JudgedCell]) -> Lines:
    """One line for all cells, and near it one for each field that is right and wrong often enough to have its own."""
    general = fit_line([_as_computed(cell) for cell in cells])
    lines = {"*": general}
    for name in sorted({cell.field_name for cell in cells}):
        inside = [_as_computed(cell) for cell in cells if cell.field_name == name]
        right = sum(case.is_right for case in inside)
        if min(right, len(inside) - right) >= FEWEST_EITHER_WAY:
            lines[name] = fit_line(inside, start=general)
    return {name: Line(round(line.slope, DIGITS), round(line.intercept, DIGITS)) for name, line in lines.items()}


def recalibrated(cells: Sequence[JudgedCell], lines: Lines) -> list[JudgedCell]:
    """The cells as sure as these lines make them: never above what holds a cell's confidence down."""
    return [
        replace(cell, confidence=round(min(line_of(lines, cell.field_name).applied(cell.posterior), cell.cap), 4))
        for cell in cells
    ]


def cross_validated(cells: Sequence[JudgedCell]) -> list[JudgedCell]:
    """Each cell as sure as lines make it that were fitted without the cells of its place."""
    judged: list[JudgedCell] = []
    for fold in range(FOLDS):
        lines = fit_lines([cell for cell in cells if fold_of(cell.place_id) != fold])
        judged += recalibrated([cell for cell in cells if fold_of(cell.place_id) == fold], lines)
    return judged


def _as_computed(cell: JudgedCell) -> Told:
    return Told(cell.posterior, cell.is_right)


def _error(cells: Sequence[JudgedCell]) -> float:
    return round(expected_calibration_error([told(cell) for cell in cells]), 4)


def _row(shape: Row, name: str, line: Line, cells: Sequence[JudgedCell]) -> Row:
    known = sum(name in ("*", cell.field_name) for cell in cells)
    return {
        **dict.fromkeys(shape, ""),
        "field_name": name,
        "slope": f"{line.slope:g}",
        "intercept": f"{line.intercept:g}",
        "why": f"fitted to {known} cells whose truth is known",
    }
