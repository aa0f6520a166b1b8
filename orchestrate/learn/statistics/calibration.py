"""Calibration: how often a prediction of 80 % is right, and the scaling that makes it 80 times in 100."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

BINS = 10
FOLDS = 5
ROUNDS = 100
TOLERANCE = 1e-9
# As far as a probability goes before its odds are taken; the macro `calibrated` holds it so too.
LEAST, GREATEST = 0.0001, 0.9999


@dataclass(frozen=True)
class PlattScaling:
    """Platt scaling: what log odds are multiplied by, and what is added."""

    slope: float
    intercept: float

    def applied(self, probability: float) -> float:
        return _logistic(self.slope * logit(probability) + self.intercept)


AS_COMPUTED = PlattScaling(1.0, 0.0)
# Prior standard deviations of slope and intercept.
PRIOR_SD = PlattScaling(1.0, 3.0)


@dataclass(frozen=True)
class Prediction:
    """A predicted probability, and whether the thing is true."""

    probability: float
    is_right: bool


@dataclass(frozen=True)
class Bin:
    low: float
    high: float
    cases: int
    mean: float  # of the predicted probabilities
    right: float  # the share that is


def reliability(predictions: Iterable[Prediction], bins: int = BINS) -> list[Bin]:
    """The tenths of the scale that hold a prediction: their mean probability, and the share that is right."""
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
        )
        for place, inside in sorted(held.items())
    ]


def expected_calibration_error(predictions: Sequence[Prediction], bins: int = BINS) -> float:
    """The distance between mean probability and share right, bin by bin, weighted by cases.

    Naeini, Cooper and Hauskrecht (2015); ten bins of equal width, as Guo et al. (2017) have it.
    """
    apart = sum(each.cases * abs(each.mean - each.right) for each in reliability(predictions, bins))
    return apart / len(predictions) if predictions else 0.0


def fit_scaling(predictions: Sequence[Prediction], start: PlattScaling = AS_COMPUTED) -> PlattScaling:
    """Platt scaling (1999) by Newton's method: the most likely slope and intercept, held near `start`.

    A negative slope would reverse the order of predictions; it is held at 0.
    """
    fitted = _newton(predictions, start, is_level=False)
    return fitted if fitted.slope >= 0 else _newton(predictions, start, is_level=True)


def _newton(predictions: Sequence[Prediction], start: PlattScaling, is_level: bool) -> PlattScaling:
    """The posterior mode under normal priors, whose precision keeps the Hessian from being singular."""
    slope, intercept = 0.0 if is_level else start.slope, start.intercept
    points = [(logit(each.probability), each.is_right) for each in predictions]
    slope_precision, intercept_precision = 1 / PRIOR_SD.slope**2, 1 / PRIOR_SD.intercept**2
    for _ in range(ROUNDS):
        by_slope, by_intercept = (
            slope_precision * (slope - start.slope),
            intercept_precision * (intercept - start.intercept),
        )
        hess_ss, hess_si, hess_ii = slope_precision, 0.0, intercept_precision
        for x, is_right in points:
            likely = _logistic(slope * x + intercept)
            miss, bend = likely - is_right, likely * (1 - likely)
            by_slope, by_intercept = by_slope + miss * x, by_intercept + miss
            hess_ss, hess_si, hess_ii = hess_ss + bend * x * x, hess_si + bend * x, hess_ii + bend
        if is_level:
            step_slope, step_intercept = 0.0, by_intercept / hess_ii
        else:
            determinant = hess_ss * hess_ii - hess_si**2
            step_slope = (hess_ii * by_slope - hess_si * by_intercept) / determinant
            step_intercept = (hess_ss * by_intercept - hess_si * by_slope) / determinant
        # A step across a flat part would overshoot.
        shorter = 1 / max(1.0, abs(step_slope), abs(step_intercept))
        slope, intercept = slope - shorter * step_slope, intercept - shorter * step_intercept
        if max(abs(step_slope), abs(step_intercept)) < TOLERANCE:
            break
    return PlattScaling(slope, intercept)


def fold_of(entity: str, folds: int = FOLDS) -> int:
    """Always the same, and all cells of one entity in one: they are right or wrong together."""
    return zlib.crc32(entity.encode()) % folds


def scaling_of(scalings: Mapping[str, PlattScaling], field_name: str) -> PlattScaling:
    return scalings.get(field_name, scalings.get("*", AS_COMPUTED))


def logit(probability: float) -> float:
    """Natural log odds, of a probability that is held away from 0 and 1."""
    held = min(max(probability, LEAST), GREATEST)
    return math.log(held / (1 - held))


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
