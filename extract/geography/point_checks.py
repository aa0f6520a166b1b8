"""Judges the point of a record by its own country, the area that was asked and the coverage of its source."""

from __future__ import annotations

from collections.abc import Sequence

from extract.geography.countries import Countries
from extract.geography.whereabouts import Asked, Coverage
from extract.payloads.country import STATED
from extract.values.reading import Reading

ZERO_DEGREES = 0.01  # points closer to (0, 0) are no points


def judge_point(
    readings: Sequence[Reading], country: Reading, asked: Asked, covered: Coverage, countries: Countries
) -> list[Reading]:
    """The readings with a `location_flag` if the point cannot be right, and `is_elsewhere` if the place is far away.

    - `zero`: (0, 0).
    - `outside`: not in the record's country, nor in an area that was asked; or not where its source has places.
    - `is_elsewhere`: the point is neither in an area that was asked nor in its country, and the record does not state
      that it is.
    """
    value = {reading.field_name: reading for reading in readings if reading.value is not None}
    if not {"latitude", "longitude"} <= value.keys():
        return list(readings)
    latitude, longitude = float(value["latitude"].value or 0), float(value["longitude"].value or 0)
    written = value["latitude"].written
    if abs(latitude) < ZERO_DEGREES and abs(longitude) < ZERO_DEGREES:
        return [*_without_flag(readings), Reading("location_flag", "zero", written)]
    is_asked = asked.has(latitude, longitude, countries)
    is_home = countries.holds(country.value, latitude, longitude) or any(
        box.has(latitude, longitude) for box in asked.boxes
    )
    judged = list(readings)
    if not is_home or not covered.has(latitude, longitude):
        judged = [*_without_flag(readings), Reading("location_flag", "outside", written)]
    is_stated = country.reason in STATED and country.value in asked.countries
    if asked.boxes and not is_asked and not is_stated:
        judged.append(Reading("is_elsewhere", "true", written))
    return judged


def _without_flag(readings: Sequence[Reading]) -> list[Reading]:
    return [reading for reading in readings if reading.field_name != "location_flag"]
