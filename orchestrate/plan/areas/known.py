"""The seed `areas`: the areas that this project knows best. The first is the default."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from extract.folding import fold
from ingest.calls import Area
from orchestrate.seeds.files import read_seed

EDGES = ("latitude", "longitude", "south", "west", "north", "east")


@dataclass(frozen=True)
class AreaRow:
    """One row of areas.csv, with all its names as folded words."""

    area: Area
    kind: str
    parent: str
    region: str
    names: tuple[tuple[str, ...], ...]

    @property
    def city(self) -> str:
        return self.parent or self.area.name


def load_areas(seeds_dir: Path) -> tuple[AreaRow, ...]:
    return tuple(_area(row) for row in read_seed(seeds_dir / "areas.csv"))


def _area(row: dict[str, str]) -> AreaRow:
    area = Area(row["area_name"], country=row["country"], **{edge: float(row[edge]) for edge in EDGES})
    aliases = [tuple(fold(alias)) for alias in row["aliases"].split(";") if alias.strip()]
    return AreaRow(area, row["kind"], row["parent"], row["region"], (tuple(fold(row["area_name"])), *aliases))
