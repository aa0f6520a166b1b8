"""Whether what is said to be 80 % likely is right 80 times in a hundred, and what would make it so."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

BINS = 10
FOLDS = 5
ROUNDS = 100
SETTLED = 1e-9
# As far as a probability goes before its odds are taken; the macro `calibrated` holds it so too.
LEAST, GREATEST = 0.0001, 0.9999


@dataclass(frozen=True)
class Line:
    """What log odds are multiplied by, and what is added."""

    slope: float
    intercept: float

    def applied(self, probability: float) -> float:
        return _logistic(self.slope * log_odds(probability) + self.intercept)


AS_COMPUTED = Line(1.0, 0.0)
# How far a fitted line may stray from where it starts before that has to be borne out: standard deviations.
STRAYING = Line(1.0, 3.0)


@dataclass(frozen=True)
class Told:
    """Something that was said to be so likely, and whether it is right."""

    probability: float
    is_right: bool


@dataclass(frozen=True)
class Bin:
    low: float
    high: float
    cases: int
    mean: float  # of what was said
    right: float  # the share that is


def reliability(told: Iterable[Told], bins: int = BINS) -> list[Bin]:
    """Of each tenth of the scale that holds anything: what was said, and what share is right."""
    held: dict[int, list[Told]] = {}
    for each in told:
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


def expected_calibration_error(told: Sequence[Told], bins: int = BINS) -> float:
    """How far what is said and what is right lie apart, bin by bin, each weighed by its cases.

    Naeini, Cooper and Hauskrecht (2015); ten bins of equal width, as Guo et al. (2017) have it.
    """
    apart = sum(each.cases * abs(each.mean - each.right) for each in reliability(told, bins))
    return apart / len(told) if told else 0.0


def fit_line(told: Sequence[Told], start: Line = AS_COMPUTED) -> Line:
    """Platt's line (1999), by Newton's method: the most likely slope and intercept, held near `start`.

    A line that falls would call the likelier the less likely; it is held level.
    """
    fitted = _newton(told, start, is_level=False)
    return fitted if fitted.slope >= 0 else _newton(told, start, is_level=True)


def _newton(told: Sequence[Told], start: Line, is_level: bool) -> Line:
    """The posterior mode under normal priors, whose precision keeps the Hessian from being singular."""
    slope, intercept = 0.0 if is_level else start.slope, start.intercept
    points = [(log_odds(each.probability), each.is_right) for each in told]
    firm, firm_too = 1 / STRAYING.slope**2, 1 / STRAYING.intercept**2
    for _ in range(ROUNDS):
        by_slope, by_intercept = firm * (slope - start.slope), firm_too * (intercept - start.intercept)
        hess_ss, hess_si, hess_ii = firm, 0.0, firm_too
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
        if max(abs(step_slope), abs(step_intercept)) < SETTLED:
            break
    return Line(slope, intercept)


def fold_of(entity: str, folds: int = FOLDS) -> int:
    """Always the same, and all cells of one entity in one: they are right or wrong together."""
    return zlib.crc32(entity.encode()) % folds


def line_of(lines: Mapping[str, Line], field_name: str) -> Line:
    return lines.get(field_name, lines.get("*", AS_COMPUTED))


def log_odds(probability: float) -> float:
    held = min(max(probability, LEAST), GREATEST)
    return math.log(held / (1 - held))


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
