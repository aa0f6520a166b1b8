"""The similarity of two texts by Jaro and Winkler, as DuckDB computes it: by bytes, and equal to the last digit."""

from __future__ import annotations

from fractions import Fraction

PREFIX_LETTERS = 4
PREFIX_WEIGHT = 0.1
BOOSTED_FROM = 0.7  # Winkler's bonus counts only for texts that are this similar


def jaro_winkler_similarity(one: str | None, other: str | None) -> float | None:
    if one is None or other is None:
        return None
    left, right = one.encode(), other.encode()
    similarity = jaro_similarity(left, right)
    if similarity > BOOSTED_FROM:
        prefix = 0
        for first, second in zip(left[:PREFIX_LETTERS], right[:PREFIX_LETTERS], strict=False):
            if first != second:
                break
            prefix += 1
        similarity = _fused(prefix * PREFIX_WEIGHT, 1.0 - similarity, similarity)
    return similarity


def _fused(one: float, other: float, added: float) -> float:
    """A product and a sum that are rounded once, as the processor does it for DuckDB."""
    return float(Fraction(one) * Fraction(other) + Fraction(added))


def jaro_similarity(left: bytes, right: bytes) -> float:
    """A byte matches an equal byte that is not further away than half the longer text."""
    if not left or not right:
        return 0.0
    reach = max(len(left), len(right)) // 2 - 1
    if len(left) == len(right) == 1:
        return 1.0 if left == right else 0.0
    taken = [False] * len(right)
    matched = []
    for place, letter in enumerate(left):
        for other in range(max(0, place - reach), min(len(right), place + reach + 1)):
            if not taken[other] and right[other] == letter:
                taken[other] = True
                matched.append(letter)
                break
    if not matched:
        return 0.0
    there = [letter for letter, is_taken in zip(right, taken, strict=True) if is_taken]
    moved = sum(one != other for one, other in zip(matched, there, strict=True)) // 2
    count = len(matched)
    return (count / len(left) + count / len(right) + (count - moved) / count) / 3.0
