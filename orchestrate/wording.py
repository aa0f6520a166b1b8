"""Formats weights, names and distances for sentences and pages."""

from __future__ import annotations


def signed(weight: float) -> str:
    """+3.44, −0.90 or 0."""
    shown = f"{weight:+.2f}".replace("-", "−")
    return "0" if shown in ("+0.00", "−0.00") else shown


def words(name: object) -> str:
    """An internal name, such as `other_site`, as words."""
    return str(name).replace("_", " ")


def distance(metres: float | None) -> str:
    if metres is None:
        return "–"
    return f"{metres:,.0f} m" if metres < 10_000 else f"{metres / 1000:,.0f} km"


def counted(number: int, one: str, many: str) -> str:
    """The number with the singular or the plural."""
    return f"{number} {one if number == 1 else many}"


def entities(number: int) -> str:
    """A number of entities, in words."""
    return counted(number, "entity", "entities")
