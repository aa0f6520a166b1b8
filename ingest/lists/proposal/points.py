"""Which columns make the point of a record. Coordinates whose system is not sure are refused with the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ingest.lists.proposal import Column
from ingest.lists.proposal.choosing import Choice
from ingest.lists.proposal.composed import geometry_value
from ingest.lists.proposal.coordinates import Pair, are_degrees, are_swapped, point_parts, system_by_language, system_of
from ingest.lists.proposal.countries import Countries, Evidence
from ingest.lists.proposal.values import MINUTES, as_number

LESS_SURE = 0.6
OUTSIDE = 0.2  # of the points: as many outside the country are worth a word
FROM_DEGREES = "the point is taken from latitude and longitude"


@dataclass
class Points:
    """The point's part of a proposal."""

    fields: dict[str, Any] = field(default_factory=dict)
    crs: str | None = None
    notes: list[str] = field(default_factory=list)


def settle_points(
    choice: Choice, evidence: Evidence | None, language: str | None, countries: Countries, columns: Sequence[Column]
) -> Points:
    country = evidence.country if evidence else None
    points = Points()
    _drop_halves(choice)
    _by_values_alone(choice, columns)
    _degrees_in_metres_columns(choice)
    _degrees(choice, country, countries, points)
    _metres(choice, country, language, countries, points)
    _one_column(choice, country, language, countries, points)
    _geometry(choice, country, countries, points)
    return points


def _drop_halves(choice: Choice) -> None:
    """A point needs both of its columns."""
    for one, other in (("latitude", "longitude"), ("easting", "northing")):
        for name, missing in ((one, other), (other, one)):
            column = choice.first(name)
            if column and not choice.first(missing):
                reason = f"it may be {name}, but no column is {missing}"
                if sum(bool(MINUTES.fullmatch(value)) for value in column.values):
                    reason = "it is in degrees and minutes; export decimal degrees"
                choice.drop(name, reason)


def _by_values_alone(choice: Choice, columns: Sequence[Column]) -> None:
    """Two neighbours without a known header that hold degrees with decimals."""
    if any(choice.first(name) for name in ("latitude", "easting", "point", "geometry")):
        return
    free = [
        all(re.fullmatch(r"[-+]?\d{1,3}[.]\d+", value.strip()) for value in column.values)
        and column.name not in choice.confidence
        and column.name not in choice.left
        for column in columns
    ]
    for one, other in pairwise(range(len(columns))):
        pair = Pair(columns[one], columns[other])
        if free[one] and free[other] and (are_degrees(pair.numbers()) or are_degrees(pair.swapped().numbers())):
            choice.fields["latitude"], choice.fields["longitude"] = [pair.north], [pair.east]
            _doubt(choice, pair, "only its values say so, not its header")
            return


def _degrees_in_metres_columns(choice: Choice) -> None:
    """X and Y are degrees in many lists."""
    north, east = choice.first("northing"), choice.first("easting")
    if not north or not east or choice.first("latitude"):
        return
    pair = Pair(north, east)
    has_fractions = any(as_number(value) != round(as_number(value) or 0.0) for value in north.values[:50])
    if has_fractions and (are_degrees(pair.numbers()) or are_degrees(pair.swapped().numbers())):
        choice.move("northing", "latitude")
        choice.move("easting", "longitude")


def _degrees(choice: Choice, country: str | None, countries: Countries, points: Points) -> None:
    north, east = choice.first("latitude"), choice.first("longitude")
    if not north or not east:
        return
    pair = Pair(north, east)
    numbers = pair.numbers()
    if are_swapped(numbers, country, countries):
        pair = pair.swapped()
        where = f"lie in {country}" if country else "are on Earth"
        reason = f"latitude and longitude are swapped: only exchanged, the points {where}"
        _doubt(choice, pair, reason)
    elif not are_degrees(numbers):
        choice.move("latitude", "northing")
        choice.move("longitude", "easting")
        return
    elif country and (outside := _outside(pair, country, countries)) >= OUTSIDE:
        _doubt(choice, pair, f"{outside:.0%} of the points are outside {country}")
    choice.fields["latitude"], choice.fields["longitude"] = [pair.north], [pair.east]
    points.fields |= {"latitude": pair.north.name, "longitude": pair.east.name}
    for name in ("easting", "northing"):
        for column in choice.fields.pop(name, ()):
            choice.left[column.name] = FROM_DEGREES


def _metres(choice: Choice, country: str | None, language: str | None, countries: Countries, points: Points) -> None:
    north, east = choice.first("northing"), choice.first("easting")
    if not north or not east:
        return
    pair = Pair(north, east)
    system, possible, is_turned = system_of(pair, country, countries)
    if system is None and not country and language:
        system, is_turned = system_by_language(pair, language, countries)
        if system:
            _doubt(choice, pair, f"the headers are in the language {language}, and {system} is what fits its countries")
    if system is None:
        reason = _refusal(possible, country)
        choice.drop("northing", reason)
        choice.drop("easting", reason)
        points.notes.append(f"The columns {east.name} and {north.name} are not mapped: {reason}.")
        return
    if is_turned:
        pair = pair.swapped()
        _doubt(choice, pair, f"easting and northing are swapped: only exchanged, the points fit {system}")
        choice.fields["northing"], choice.fields["easting"] = [pair.north], [pair.east]
    points.fields |= {"easting": pair.east.name, "northing": pair.north.name}
    points.crs = system
    points.notes.append(f"The coordinates are converted from {system} to degrees.")


def _refusal(possible: list[str], country: str | None) -> str:
    if possible:
        which = ", ".join(possible[:4])
        return f"the numbers fit several reference systems ({which}); write the right one as options.crs"
    where = f" that is usual in {country}" if country else ""
    return f"the numbers are no degrees and fit no reference system{where}; write the right one as options.crs"


def _one_column(
    choice: Choice, country: str | None, language: str | None, countries: Countries, points: Points
) -> None:
    column = choice.first("point")
    if not column:
        return
    if "latitude" in points.fields:
        choice.fields.pop("point")
        choice.left[column.name] = FROM_DEGREES
        return
    parts = point_parts(column, country, language, countries)
    if parts is None or column.is_inner:
        choice.drop("point", "its numbers are no latitude and longitude")
        return
    north, east, is_sure = parts
    points.fields |= {"latitude": {"sql": north}, "longitude": {"sql": east}}
    if not is_sure:
        choice.reasons[column.name] = "nothing says which of its two numbers is the latitude; the first is taken"


def _geometry(choice: Choice, country: str | None, countries: Countries, points: Points) -> None:
    column = choice.first("geometry")
    if not column:
        return
    first = column.values[0]
    numbers = [re.findall(r"-?\d+\.?\d*", re.sub(r"^SRID=\d+;", "", value))[:2] for value in column.values[:300]]
    pairs = [(float(y), float(x)) for x, y in (pair for pair in numbers if len(pair) == 2)]
    is_plain = "crs" not in first and not re.match(r"0[01]", first)
    if is_plain and pairs and not are_degrees(pairs):
        if are_degrees([(x, y) for y, x in pairs]):
            choice.drop("geometry", "its numbers are latitude before longitude; a geometry has the longitude first")
            return
        pair = Pair(
            Column(column.name, tuple(str(y) for y, _ in pairs), 1.0), Column("", tuple(str(x) for _, x in pairs), 1.0)
        )
        system, possible, _ = system_of(pair, country, countries)
        if system is None or points.fields:
            choice.drop("geometry", _refusal(possible, country))
            return
        points.crs = system
        points.notes.append(f"The geometry is converted from {system} to degrees.")
    points.fields["geometry"] = geometry_value(column)


def _outside(pair: Pair, country: str, countries: Countries) -> float:
    numbers = pair.numbers()
    return sum(not countries.holds(country, *point) for point in numbers) / max(1, len(numbers))


def _doubt(choice: Choice, pair: Pair, reason: str) -> None:
    for column in pair:
        choice.confidence[column.name] = LESS_SURE
        choice.reasons[column.name] = reason


def decimal_comma(choice: Choice, values: Mapping[str, Any]) -> bool:
    """Whether the numbers of the list have a comma."""
    columns = [column for name in values for column in choice.fields.get(name, ())]
    numbers = [value for column in columns for value in column.values]
    return any(re.fullmatch(r"[-+]?\d+,\d+", value.strip()) for value in numbers) and not any(
        re.fullmatch(r"[-+]?\d+\.\d+", value.strip()) for value in numbers
    )
