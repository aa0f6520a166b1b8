"""Calibration: how often a prediction of 80 % is right, and the scaling that makes it right in 80 of 100 cases."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from orchestrate.learn.statistics.newton import Matrix, Vector, minimise

BINS = 10
FOLDS = 5
ROUNDS = 100
TOLERANCE = 1e-9
# Limits of a probability before its odds are taken. The macro `calibrated` has the same limits.
LEAST, GREATEST = 0.0001, 0.9999


@dataclass(frozen=True)
class PlattScaling:
    """Platt scaling of log odds: the factor and the summand."""

    slope: float
    intercept: float

    def applied(self, probability: float) -> float:
        return _logistic(self.slope * logit(probability) + self.intercept)


AS_COMPUTED = PlattScaling(1.0, 0.0)
# Prior standard deviations of slope and intercept.
PRIOR_SD = PlattScaling(1.0, 3.0)


@dataclass(frozen=True)
class Prediction:
    """A predicted probability, and whether the prediction is right."""

    probability: float
    is_right: bool


@dataclass(frozen=True)
class Bin:
    low: float
    high: float
    cases: int
    mean: float  # of the predicted probabilities
    right: float  # the share of right predictions
    right_cases: int


def reliability(predictions: Iterable[Prediction], bins: int = BINS) -> list[Bin]:
    """The bins that hold a prediction: their mean probability, and the share of right predictions."""
    held: dict[int, list[Prediction]] = {}
    for each in predictions:
        held.setdefault(min(int(each.probability * bins), bins - 1), []).append(each)
    return [
        Bin(
            low=place / bins,
            high=(place + 1) / bins,
            cases=len(inside),
            mean=sum(each.probability for each in inside) / len(inside),
            right=sum(each.is_right for each in inside) / len(inside),
            right_cases=sum(each.is_right for each in inside),
        )
        for place, inside in sorted(held.items())
    ]


def expected_calibration_error(predictions: Sequence[Prediction], bins: int = BINS) -> float:
    """The distance between mean probability and the share of right predictions by bin, weighted by cases.

    Naeini, Cooper and Hauskrecht (2015), with ten bins of equal width as in Guo et al. (2017).
    """
    apart = sum(each.cases * abs(each.mean - each.right) for each in reliability(predictions, bins))
    return apart / len(predictions) if predictions else 0.0


def fit_scaling(predictions: Sequence[Prediction], start: PlattScaling = AS_COMPUTED) -> PlattScaling:
    """Platt scaling (1999): the most likely slope and intercept, with normal priors around `start`.

    A negative slope would reverse the order of predictions, so it becomes 0.
    """
    points = [(logit(each.probability), each.is_right) for each in predictions]
    fitted = _fitted(points, start)
    return fitted if fitted.slope >= 0 else _fitted_level(points, start)


def _fitted(points: Sequence[tuple[float, bool]], start: PlattScaling) -> PlattScaling:
    slope_precision, intercept_precision = 1 / PRIOR_SD.slope**2, 1 / PRIOR_SD.intercept**2

    def derivatives(at: Vector) -> tuple[Vector, Matrix]:
        slope, intercept = at
        by_slope, by_intercept = (
            slope_precision * (slope - start.slope),
            intercept_precision * (intercept - start.intercept),
        )
        bend_slope, bend_both, bend_intercept = slope_precision, 0.0, intercept_precision
        for x, is_right in points:
            likely = _logistic(slope * x + intercept)
            miss, bend = likely - is_right, likely * (1 - likely)
            by_slope, by_intercept = by_slope + miss * x, by_intercept + miss
            bend_slope, bend_both = bend_slope + bend * x * x, bend_both + bend * x
            bend_intercept += bend
        return [by_slope, by_intercept], [[bend_slope, bend_both], [bend_both, bend_intercept]]

    slope, intercept = _minimum([start.slope, start.intercept], derivatives)
    return PlattScaling(slope, intercept)


def _fitted_level(points: Sequence[tuple[float, bool]], start: PlattScaling) -> PlattScaling:
    """The fit with a slope of 0: the same probability for every case."""
    precision, cases, right = 1 / PRIOR_SD.intercept**2, len(points), sum(is_right for _, is_right in points)

    def derivatives(at: Vector) -> tuple[Vector, Matrix]:
        likely = _logistic(at[0])
        return (
            [precision * (at[0] - start.intercept) + cases * likely - right],
            [[precision + cases * likely * (1 - likely)]],
        )

    (intercept,) = _minimum([start.intercept], derivatives)
    return PlattScaling(0.0, intercept)


def _minimum(start: Vector, derivatives: Callable[[Vector], tuple[Vector, Matrix]]) -> Vector:
    def share_of(_: Vector, step: Vector) -> float:
        return 1 / max(1.0, *(abs(change) for change in step))

    return minimise(start, derivatives, share_of, TOLERANCE, ROUNDS).point


def fold_of(entity: str, folds: int = FOLDS) -> int:
    """The fold of an entity. It is stable, and all cells of an entity share it: they are right or wrong together."""
    return zlib.crc32(entity.encode()) % folds


def scaling_of(scalings: Mapping[str, PlattScaling], field_name: str) -> PlattScaling:
    return scalings.get(field_name, scalings.get("*", AS_COMPUTED))


def logit(probability: float) -> float:
    """Natural log odds, of a probability limited to LEAST and GREATEST."""
    held = min(max(probability, LEAST), GREATEST)
    return math.log(held / (1 - held))


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
