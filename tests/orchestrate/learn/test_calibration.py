"""Calibration: errors computed by hand, and scalings recovered from drawn predictions."""

from __future__ import annotations

import math
import random

import pytest

from orchestrate.learn.statistics.calibration import (
    AS_COMPUTED,
    FOLDS,
    Bin,
    PlattScaling,
    Prediction,
    expected_calibration_error,
    fit_scaling,
    fold_of,
    reliability,
)


def drawn(line: PlattScaling, cases: int = 4_000, seed: int = 3) -> list[Prediction]:
    dice = random.Random(seed)
    said = [dice.uniform(0.05, 0.95) for _ in range(cases)]
    return [Prediction(each, dice.random() < line.applied(each)) for each in said]


def test_the_error_is_the_weighted_distance_of_the_bins():
    predictions = [Prediction(0.95, True), Prediction(0.95, False), Prediction(0.35, False), Prediction(1.0, True)]

    assert reliability(predictions) == [
        Bin(0.3, 0.4, 1, 0.35, 0.0, 0),
        Bin(0.9, 1.0, 3, pytest.approx(2.9 / 3), pytest.approx(2 / 3), 2),
    ]
    assert expected_calibration_error(predictions) == pytest.approx(0.25 * 0.35 + 0.75 * 0.3)


def test_of_nothing_there_is_no_error():
    assert (reliability([]), expected_calibration_error([])) == ([], 0.0)


@pytest.mark.parametrize("line", [PlattScaling(0.5, 1.0), PlattScaling(1.0, 0.0), PlattScaling(2.0, -1.5)])
def test_the_line_that_cases_were_drawn_by_is_found_again(line):
    fitted = fit_scaling(drawn(line))

    assert (fitted.slope, fitted.intercept) == pytest.approx((line.slope, line.intercept), abs=0.15)


def test_a_fitted_line_corrects_the_confidence():
    predictions = drawn(PlattScaling(0.5, 1.0))
    line = fit_scaling(predictions)

    assert expected_calibration_error(predictions) > 0.15
    assert (
        expected_calibration_error([Prediction(line.applied(each.probability), each.is_right) for each in predictions])
        < 0.02
    )


def test_the_likelier_is_never_made_the_less_likely():
    fitted = fit_scaling(drawn(PlattScaling(-1.0, 0.3)))

    assert fitted.slope == 0.0
    assert 0.4 < fitted.applied(0.5) < 0.7


@pytest.mark.parametrize(
    "predictions",
    [
        pytest.param([], id="nothing"),
        pytest.param([Prediction(0.9, True)] * 500, id="all right"),
        pytest.param([Prediction(0.9, False)] * 500, id="all wrong"),
        pytest.param([Prediction(1.0, True), Prediction(0.0, False)] * 300, id="certain"),
        pytest.param([Prediction(0.6, True)] * 300 + [Prediction(0.4, False)] * 300, id="parted"),
    ],
)
def test_a_line_is_found_whatever_the_cases_are(predictions):
    fitted = fit_scaling(predictions)

    assert math.isfinite(fitted.slope)
    assert math.isfinite(fitted.intercept)
    assert fitted.slope >= 0


def test_few_cases_hardly_move_the_line():
    fitted = fit_scaling([Prediction(0.8, False)])

    assert (fitted.slope, fitted.intercept) != (AS_COMPUTED.slope, AS_COMPUTED.intercept)
    assert fitted.applied(0.99) > 0.5


def test_folds_are_the_same_every_time_and_all_are_used():
    folds = [fold_of(f"place-{n}") for n in range(100)]

    assert folds == [fold_of(f"place-{n}") for n in range(100)]
    assert set(folds) == set(range(FOLDS))
