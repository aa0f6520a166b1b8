"""Formats weights, names and distances for sentences and pages."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST_VALUE = 1_000  # characters that a page shows


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


def cut(text: str, longest: int = LONGEST_VALUE) -> str:
    """The text, or its beginning and how much is left out."""
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text) - longest:,} more characters)"


def web_address(text: str | None) -> str | None:
    """The text if it is an address that a browser may open."""
    try:
        parts = urlsplit(text or "")
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.netloc else None
