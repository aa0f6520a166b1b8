"""The beta distribution: what can be said of a share after so many cases for and against."""

from __future__ import annotations

import math

FAR_ENOUGH = 1e-14  # of the continued fraction's terms from 1
TINY = 1e-300  # in place of a zero that would be divided by
MOST_TERMS = 100_000
MAX_BISECTIONS = 60


def beta_interval(mean: float, cases: float, share: float = 0.95) -> tuple[float, float]:
    """The central interval that holds `share` of a beta distribution with that mean and so many cases behind it."""
    for_it, against = mean * cases, (1 - mean) * cases
    tail = (1 - share) / 2
    return beta_quantile(tail, for_it, against), beta_quantile(1 - tail, for_it, against)


def beta_quantile(probability: float, a: float, b: float) -> float:
    """By bisection: the distribution function rises, and 60 halvings are as fine as a float of this size gets."""
    low, high = 0.0, 1.0
    for _ in range(MAX_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if beta_cdf(middle, a, b) < probability else (low, middle)
    return (low + high) / 2


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (NIST DLMF 8.17.22).

    That converges fast below the mean; above it, the other tail is reckoned (DLMF 8.17.4).
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
    for term in range(1, MOST_TERMS):
        m = term // 2
        if term % 2:
            d = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            d = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        lower = 1 / ((1 + d * lower) or TINY)
        upper = (1 + d / upper) or TINY
        value *= upper * lower
        if abs(upper * lower - 1) < FAR_ENOUGH:
            break
    return value
