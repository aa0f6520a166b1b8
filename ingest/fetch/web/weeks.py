"""The opening hours of schema.org as one text in the grammar of OpenStreetMap, whole or not at all."""

from __future__ import annotations

import re
from typing import Any

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "PublicHolidays")
SHORT = {**{day: day[:2] for day in DAYS}, "PublicHolidays": "PH"}
TIME = re.compile(r"T?(\d{1,2}:\d\d)(?::\d\d)?(?:[+-]\d\d:?\d\d|Z)?")


def stated_weeks(place: dict[str, Any]) -> str | None:
    """None if the place states none, or one that is for a part of the year only."""
    written = [line for line in _listed(place.get("openingHours")) if isinstance(line, str) and line.strip()]
    if written:
        return "; ".join(line.strip() for line in written)
    rules = [_rule(one) for one in _listed(place.get("openingHoursSpecification"))]
    return "; ".join(rule for rule in rules if rule) if rules and all(rules) else None


def _rule(given: Any) -> str | None:
    if not isinstance(given, dict) or given.get("validFrom") or given.get("validThrough"):
        return None
    days = [SHORT.get(str(day).rpartition("/")[2]) for day in _listed(given.get("dayOfWeek"))]
    opens, closes = (TIME.fullmatch(str(given.get(name))) for name in ("opens", "closes"))
    if not days or not all(days) or not opens or not closes:
        return None
    if opens[1] == closes[1]:  # schema.org: closed on that day
        return f"{','.join(filter(None, days))} off"
    return f"{','.join(filter(None, days))} {opens[1]}-{closes[1]}"


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
