"""Which part of the world each source covers: the seed `coverage`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ingest.calls import Area
from orchestrate.seeds.files import read_seed


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
        width = (self.east - self.west) % 360
        return (self.south + self.north) / 2, (self.west + width / 2 + 180) % 360 - 180


@dataclass(frozen=True)
class CoveredPlace:
    """One row of coverage.csv."""

    place: str
    kind: str
    country: str | None
    box: Box | None

    def covers(self, area: Area, region: str | None) -> bool:
        """Whether the source can answer in the area. `region` is the name of its region, if known."""
        if self.kind == "world":
            return True
        if self.country and area.country and self.country != area.country:
            return False
        if self.kind == "country":
            return area.country == self.country
        if self.kind == "region" and region is not None:
            return region == self.place
        return self.box is not None and self._overlaps(area)

    def _overlaps(self, area: Area) -> bool:
        """Whether the middle of one is inside the other. Boxes of neighbours overlap at their edges."""
        around = Box(area.south, area.west, area.north, area.east)
        assert self.box is not None  # noqa: S101 (the caller tests it)
        return self.box.holds(area.latitude, area.longitude) or around.holds(*self.box.middle)


Coverage = Mapping[str, Sequence[CoveredPlace]]


def read_coverage(seeds_dir: Path) -> dict[str, tuple[CoveredPlace, ...]]:
    """The covered places of each source."""
    covered: dict[str, list[CoveredPlace]] = defaultdict(list)
    for row in read_seed(seeds_dir / "coverage.csv"):
        edges = [row[edge] for edge in ("south", "west", "north", "east")]
        box = Box(*map(float, edges)) if all(edges) else None
        covered[row["source_name"]].append(CoveredPlace(row["place"], row["kind"], row["country"] or None, box))
    return {source: tuple(places) for source, places in covered.items()}
