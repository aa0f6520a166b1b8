"""Which part of the world each source covers: the seed `coverage`. A source without a row covers the world."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.calls import Area
from orchestrate.plan.areas.boxes import Box, box_of
from orchestrate.seeds.files import read_seed


@dataclass(frozen=True)
class CoveredPlace:
    """One row of coverage.csv."""

    place: str
    kind: str
    country: str | None
    box: Box | None

    def covers(self, area: Area, region: str | None) -> bool:
        """Whether the source can answer in the area. `region` is the name of its region, if known."""
        if self.country and area.country and self.country != area.country:
            return False
        if self.kind == "country":
            return area.country == self.country
        if self.kind == "region" and region is not None:
            return region == self.place
        return self._overlaps(area)

    def _overlaps(self, area: Area) -> bool:
        """Whether the middle of one is inside the other. Boxes of neighbours overlap at their edges."""
        return self.box is not None and (
            self.box.holds(area.latitude, area.longitude) or box_of(area).holds(*self.box.middle)
        )


Coverage = Mapping[str, Sequence[CoveredPlace]]


def read_coverage(seeds_dir: Path) -> dict[str, tuple[CoveredPlace, ...]]:
    """The covered places of each source."""
    covered: dict[str, list[CoveredPlace]] = defaultdict(list)
    for row in read_seed(seeds_dir / "coverage.csv"):
        covered[row["source_name"]].append(_place(row))
    return {source: tuple(places) for source, places in covered.items()}


def read_places(path: Path) -> tuple[CoveredPlace, ...]:
    """The rows of a file with the columns of the seed."""
    return tuple(_place(row) for row in read_seed(path))


def _place(row: Mapping[str, str]) -> CoveredPlace:
    edges = [row[edge] for edge in ("south", "west", "north", "east")]
    box = Box(*map(float, edges)) if all(edges) else None
    return CoveredPlace(row["place"], row["kind"], row["country"] or None, box)
