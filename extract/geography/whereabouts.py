"""Where a record can be: the areas that its runs asked, and what its source covers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from extract.geography.countries import Box, Countries
from extract.values.seed_rows import read_rows

EDGES = ("south", "west", "north", "east")


@dataclass(frozen=True)
class Asked:
    """The areas of the runs that landed a record: their countries, the latest first, and the boxes around them."""

    countries: tuple[str, ...] = ()
    boxes: tuple[Box, ...] = ()

    @classmethod
    def of_json(cls, text: str | None, known: Countries) -> Asked:
        """From a list of objects with `country` and the edges of a box. Runs of before kept no country."""
        areas = [(area["country"], Box(*(area[edge] for edge in EDGES))) for area in json.loads(text or "[]")]
        countries = (country or known.around_box(box) for country, box in areas)
        return cls(tuple(dict.fromkeys(country for country in countries if country)), tuple(box for _, box in areas))

    def has(self, latitude: float, longitude: float, countries: Countries) -> bool:
        """Whether the point is in an area that was asked, or in its country."""
        is_near = any(countries.holds(country, latitude, longitude) for country in self.countries)
        return is_near or any(box.has(latitude, longitude) for box in self.boxes)


NOWHERE = Asked()


@dataclass(frozen=True)
class Coverage:
    """What a source covers. Without boxes, it covers the world."""

    country: str | None = None  # the only country that it covers
    boxes: tuple[Box, ...] = ()

    def has(self, latitude: float, longitude: float) -> bool:
        return not self.boxes or any(box.has(latitude, longitude) for box in self.boxes)


THE_WORLD = Coverage()


def load_coverage(seed: Path, countries: Countries) -> dict[str, Coverage]:
    """By source. A source that the seed does not name covers the world."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in read_rows(seed):
        rows.setdefault(row["source_name"], []).append(row)
    return {source: _coverage(found, countries) for source, found in rows.items()}


def _coverage(rows: list[dict[str, str]], countries: Countries) -> Coverage:
    names = {row["country"] for row in rows}
    boxes = [
        Box(*(float(row[edge]) for edge in EDGES)) if row["south"] else countries.boxes[row["country"]] for row in rows
    ]
    return Coverage(names.pop() if len(names) == 1 and "" not in names else None, tuple(boxes))


def coverage_of_list(text: str | None, countries: Countries) -> Coverage:
    """Of a declared list: countries and boxes as JSON, and the world if it declares none."""
    said = json.loads(text or "{}")
    names: list[str] = said.get("countries") or []
    boxes = [Box(*(float(edge) for edge in edges)) for edges in said.get("boxes") or ()]
    boxes = boxes or [countries.boxes[name] for name in names if name in countries.boxes]
    return Coverage(names[0] if len(names) == 1 else None, tuple(boxes))
