"""The beta distribution: the uncertainty of a share after a number of cases for and against."""

from __future__ import annotations

import math

TOLERANCE = 1e-14  # of the continued fraction: stop when a term is this near to 1
TINY = 1e-300  # replaces a zero denominator
MAX_TERMS = 100_000
MAX_BISECTIONS = 60


def beta_interval(mean: float, cases: float, share: float = 0.95) -> tuple[float, float]:
    """The central interval that holds `share` of a beta distribution with this mean and number of cases."""
    for_it, against = mean * cases, (1 - mean) * cases
    tail = (1 - share) / 2
    return beta_quantile(tail, for_it, against), beta_quantile(1 - tail, for_it, against)


def beta_quantile(probability: float, a: float, b: float) -> float:
    """The quantile by bisection. 60 steps reach the precision of a float."""
    low, high = 0.0, 1.0
    for _ in range(MAX_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if beta_cdf(middle, a, b) < probability else (low, middle)
    return (low + high) / 2


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (NIST DLMF 8.17.22).

    It converges fast below the mean. Above the mean, the other tail is computed (DLMF 8.17.4).
    """
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_cdf(1 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) / (a * _continued_fraction(x, a, b))


def _continued_fraction(x: float, a: float, b: float) -> float:
    """1 + d1 / (1 + d2 / (1 + ...)), by the modified Lentz method (Thompson and Barnett 1986)."""
    value, upper, lower = 1.0, 1.0, 0.0
    for term in range(1, MAX_TERMS):
        m = term // 2
        if term % 2:
            d = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            d = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        lower = 1 / ((1 + d * lower) or TINY)
        upper = (1 + d / upper) or TINY
        value *= upper * lower
        if abs(upper * lower - 1) < TOLERANCE:
            break
    return value
