"""The similarity of two texts by Jaro and Winkler, as DuckDB computes it: by bytes, and equal to the last digit."""

from __future__ import annotations

from operator import ne

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
    """A product and a sum that are rounded once, as the processor does it for DuckDB. Whole numbers are exact, and
    their division is rounded right."""
    a, b = one.as_integer_ratio()
    c, d = other.as_integer_ratio()
    e, f = added.as_integer_ratio()
    return (a * c * f + e * b * d) / (b * d * f)


def jaro_similarity(left: bytes, right: bytes) -> float:
    """A byte matches an equal byte that is not further away than half the longer text.

    A set of places in `right` is a whole number with a bit for each place, as in rapidfuzz's Jaro.
    """
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    reach = max(len(left), len(right)) // 2 - 1
    if reach < 0:
        return 0.0
    free: dict[int, int] = {}  # byte -> the places where it is not matched yet
    for place, byte in enumerate(right):
        free[byte] = free.get(byte, 0) | 1 << place
    near, taken, matched = (1 << reach + 1) - 1, 0, bytearray()
    for place, byte in enumerate(left):
        if places := free.get(byte, 0) & near:
            first = places & -places
            free[byte] ^= first
            taken |= first
            matched.append(byte)
        near = near << 1 | (place < reach)
    if not matched:
        return 0.0
    there = bytes(byte for place, byte in enumerate(right) if taken >> place & 1)
    moved: int = sum(map(ne, matched, there)) // 2
    count = len(matched)
    return (count / len(left) + count / len(right) + (count - moved) / count) / 3.0
