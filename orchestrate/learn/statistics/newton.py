"""Newton's method for a convex loss of a few parameters, without a numeric library.

Both logistic regressions here use it. Each has a normal prior, which keeps the curvature from being singular.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

Vector = list[float]
Matrix = list[Vector]


class Minimum(NamedTuple):
    point: Vector
    iterations: int


def minimise(
    start: Sequence[float],
    derivatives: Callable[[Vector], tuple[Vector, Matrix]],
    share_of: Callable[[Vector, Vector], float],
    tolerance: float,
    max_iterations: int,
) -> Minimum:
    """Newton's steps from `start`, until no parameter moves by more than `tolerance`.

    `derivatives` returns the gradient and the curvature at a point. `share_of` returns the share of a step to take,
    because a whole step on a flat part of the loss would overshoot.
    """
    point = list(start)
    for iteration in range(1, max_iterations + 1):
        gradient, curvature = derivatives(point)
        step = [-change for change in solve(curvature, gradient)]
        share = share_of(point, step)
        point = moved(point, step, share)
        if max(abs(share * change) for change in step) <= tolerance:
            return Minimum(point, iteration)
    return Minimum(point, max_iterations)


def moved(point: Vector, step: Vector, share: float) -> Vector:
    return [value + share * change for value, change in zip(point, step, strict=True)]


def solve(matrix: Matrix, right: Vector) -> Vector:
    """Solve a symmetric positive definite system by Cholesky decomposition."""
    lower = cholesky(matrix)
    forward: Vector = []
    for row in range(len(right)):
        forward.append((right[row] - sum(lower[row][k] * forward[k] for k in range(row))) / lower[row][row])
    return solve_transposed(lower, forward)


def cholesky(matrix: Matrix) -> Matrix:
    """The lower triangle L of a symmetric positive definite matrix L L'."""
    size = len(matrix)
    lower = [[0.0] * size for _ in range(size)]
    for row in range(size):
        for column in range(row + 1):
            rest = matrix[row][column] - sum(lower[row][k] * lower[column][k] for k in range(column))
            lower[row][column] = math.sqrt(rest) if row == column else rest / lower[column][column]
    return lower


def solve_transposed(lower: Matrix, right: Vector) -> Vector:
    """Solve L' x = right. Of independent standard normal numbers it makes a draw with the precision L L'."""
    size = len(right)
    solution = [0.0] * size
    for row in reversed(range(size)):
        known = sum(lower[k][row] * solution[k] for k in range(row + 1, size))
        solution[row] = (right[row] - known) / lower[row][row]
    return solution
