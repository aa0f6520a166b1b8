"""Calibrates confidence on golden cells with known truth. It proposes a change of the seed and makes none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from orchestrate.contracts.learning.tuning import CalibrationChange, CalibrationTuning
from orchestrate.learn.eval_confidence import JudgedCell, judge_sandbox, prediction
from orchestrate.learn.statistics.calibration import (
    FOLDS,
    PlattScaling,
    Prediction,
    expected_calibration_error,
    fit_scaling,
    fold_of,
    scaling_of,
)
from orchestrate.seeds.files import read_seed
from orchestrate.store.seed_proposal import Row, seed_diff, seed_number, seed_text

# Of right cells and of wrong cells. A field with fewer uses the scaling of all fields.
MIN_CASES_EITHER_WAY = 5
DIGITS = 3

Scalings = dict[str, PlattScaling]


async def tune_confidence(seed: Path) -> CalibrationTuning:
    """Fit the calibration to the cells of the sandbox, and return the proposed change of `seed`."""
    return proposed_calibration(await judge_sandbox(), seed)


def proposed_calibration(cells: Sequence[JudgedCell], seed: Path) -> CalibrationTuning:
    """The diff, with the error of the seed, of the proposal, and in cross-validation."""
    rows = read_seed(seed)
    before = {
        row["field_name"]: PlattScaling(seed_number(seed, row, "slope"), seed_number(seed, row, "intercept"))
        for row in rows
    }
    scalings = fit_scalings(cells)
    text = seed_text([_row(rows[0], name, scaling, cells) for name, scaling in scalings.items()])
    return CalibrationTuning(
        cells=len(cells),
        wrong=sum(not cell.is_right for cell in cells),
        ece_before=_error(recalibrated(cells, before)),
        ece_after=_error(recalibrated(cells, scalings)),
        ece_cross_validated=_error(cross_validated(cells)),
        folds=FOLDS,
        changes=tuple(
            CalibrationChange(field_name=name, slope=scaling.slope, intercept=scaling.intercept)
            for name, scaling in scalings.items()
            if before.get(name) != scaling
        ),
        seed=text,
        diff=seed_diff(seed, text),
    )


def fit_scalings(cells: Sequence[JudgedCell]) -> Scalings:
    """One scaling for all cells, and one near it for each field with enough right and wrong cells."""
    general = fit_scaling([_as_computed(cell) for cell in cells])
    scalings = {"*": general}
    for name in sorted({cell.field_name for cell in cells}):
        inside = [_as_computed(cell) for cell in cells if cell.field_name == name]
        right = sum(case.is_right for case in inside)
        if min(right, len(inside) - right) >= MIN_CASES_EITHER_WAY:
            scalings[name] = fit_scaling(inside, start=general)
    return {
        name: PlattScaling(round(scaling.slope, DIGITS), round(scaling.intercept, DIGITS))
        for name, scaling in scalings.items()
    }


def recalibrated(cells: Sequence[JudgedCell], scalings: Scalings) -> list[JudgedCell]:
    """The cells with the confidence of these scalings, at most the cap of each cell."""
    return [
        replace(cell, confidence=round(min(scaling_of(scalings, cell.field_name).applied(cell.posterior), cell.cap), 4))
        for cell in cells
    ]


def cross_validated(cells: Sequence[JudgedCell]) -> list[JudgedCell]:
    """Cross-validation: each cell with the confidence of scalings that were fitted without the cells of its place."""
    judged: list[JudgedCell] = []
    for fold in range(FOLDS):
        scalings = fit_scalings([cell for cell in cells if fold_of(cell.place_id) != fold])
        judged += recalibrated([cell for cell in cells if fold_of(cell.place_id) == fold], scalings)
    return judged


def _as_computed(cell: JudgedCell) -> Prediction:
    return Prediction(cell.posterior, cell.is_right)


def _error(cells: Sequence[JudgedCell]) -> float:
    return round(expected_calibration_error([prediction(cell) for cell in cells]), 4)


def _row(shape: Row, name: str, scaling: PlattScaling, cells: Sequence[JudgedCell]) -> Row:
    known = sum(name in ("*", cell.field_name) for cell in cells)
    return {
        **dict.fromkeys(shape, ""),
        "field_name": name,
        "slope": f"{scaling.slope:g}",
        "intercept": f"{scaling.intercept:g}",
        "why": f"fitted to {known} cells with known truth",
    }
