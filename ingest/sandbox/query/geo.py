"""Boxes and distances, for the sandbox's services."""

from __future__ import annotations

import math
from dataclasses import dataclass

EARTH_RADIUS_METRES = 6_371_000


@dataclass(frozen=True)
class Box:
    south: float
    west: float
    north: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


def metres_between(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great-circle distance (haversine)."""
    (a, b), (c, d) = (tuple(map(math.radians, spot)) for spot in (here, there))
    h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * EARTH_RADIUS_METRES * math.asin(math.sqrt(h))
