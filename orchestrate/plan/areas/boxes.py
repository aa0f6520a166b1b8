"""Boxes in degrees: around a town, a point, or wider for `near`."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

from ingest.calls import Area

KM_PER_DEGREE = 111.2
# The half width of a town's box grows with the cube root of its people. The factor fits the boxes of the seed `areas`.
KM_PER_CUBE_ROOT_OF_PEOPLE = 0.12
LEAST_REACH_KM = 2.0
NEAR_MARGIN_DEGREES = 0.02  # about 2 km north and 1.2 km east: "near portobello" includes places outside its box
DECIMALS = 4


class Box(NamedTuple):
    """Degrees. West is greater than east where the box crosses the antimeridian."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        is_between = self.west <= longitude <= self.east
        if self.west > self.east:
            is_between = longitude >= self.west or longitude <= self.east
        return self.south <= latitude <= self.north and is_between

    @property
    def middle(self) -> tuple[float, float]:
        width = self.east - self.west + (360 if self.west > self.east else 0)
        return (self.south + self.north) / 2, _on_the_globe(self.west + width / 2)


def box_of(area: Area) -> Box:
    return Box(area.south, area.west, area.north, area.east)


def reach_km(people: int) -> float:
    """The half width of the box around a town: 2 km for a village, 18 km for Berlin, 26 km for Tokyo."""
    return max(LEAST_REACH_KM, KM_PER_CUBE_ROOT_OF_PEOPLE * math.cbrt(people))


def around(latitude: float, longitude: float, km: float) -> Box:
    """The square that reaches `km` in each direction. It ends at a pole."""
    north = km / KM_PER_DEGREE
    east = north / max(math.cos(math.radians(latitude)), 0.01)
    west, east = (longitude - east, longitude + east) if east < 180 else (-180.0, 180.0)
    return Box(
        round(max(latitude - north, -90.0), DECIMALS),
        round(_on_the_globe(west), DECIMALS),
        round(min(latitude + north, 90.0), DECIMALS),
        round(_on_the_globe(east), DECIMALS),
    )


def _on_the_globe(longitude: float) -> float:
    return longitude if -180 <= longitude <= 180 else (longitude + 180) % 360 - 180


def widened(area: Area) -> Area:
    """The area of a query with `near`."""
    return replace(
        area,
        south=area.south - NEAR_MARGIN_DEGREES,
        west=_on_the_globe(area.west - NEAR_MARGIN_DEGREES),
        north=area.north + NEAR_MARGIN_DEGREES,
        east=_on_the_globe(area.east + NEAR_MARGIN_DEGREES),
    )


def distance_km(left: Area, right: Area) -> float:
    """The distance of the middles, exact enough for neighbours."""
    east = abs(left.longitude - right.longitude)
    east = min(east, 360 - east) * math.cos(math.radians((left.latitude + right.latitude) / 2))
    return math.hypot(left.latitude - right.latitude, east) * KM_PER_DEGREE
