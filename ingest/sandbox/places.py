"""The places of the sandbox's world: the rows of places.csv, and what follows from them."""

from __future__ import annotations

import csv
import math
import random
from dataclasses import dataclass
from pathlib import Path

PLACES = Path(__file__).parent / "places.csv"
CLOSED_PLACES = {"leith-athletic-closed"}
METRES_PER_DEGREE = 111_200


@dataclass(frozen=True)
class Place:
    """A row of places.csv. Everything here is true; what a source gets wrong is in its module."""

    place_id: str
    name: str
    kind: str
    street: str
    locality: str
    postcode: str
    latitude: float
    longitude: float
    website: str
    activities: tuple[str, ...]
    facilities: tuple[tuple[str, int], ...]
    sources: str  # the letter of each source that lists the place
    phone_digits: str  # the last three digits; see `local_number`

    @property
    def in_edinburgh(self) -> bool:
        return 55.85 < self.latitude < 56.0 and -3.42 < self.longitude < -3.06

    @property
    def town(self) -> str:
        return "Edinburgh" if self.in_edinburgh else self.locality

    @property
    def is_closed(self) -> bool:
        return self.place_id in CLOSED_PLACES

    @property
    def is_staffed(self) -> bool:
        return self.kind not in ("park", "charger")

    @property
    def phone(self) -> str | None:
        return local_number(self.phone_digits) if self.is_staffed else None

    @property
    def facebook(self) -> str:
        return f"https://www.facebook.com/{self.place_id.replace('-', '')}/"

    @property
    def hours(self) -> tuple[str, str]:
        return {"library": ("10:00", "20:00"), "gym": ("06:00", "22:00")}.get(self.kind, ("09:00", "21:30"))

    def spot_nearby(self, chance: random.Random, metres: float) -> tuple[float, float]:
        """Latitude and longitude of a point up to `metres` away."""
        distance, angle = chance.uniform(0.1, 1.0) * metres, chance.uniform(0, 2 * math.pi)
        metres_per_degree_east = METRES_PER_DEGREE * math.cos(math.radians(self.latitude))
        latitude = self.latitude + distance * math.cos(angle) / METRES_PER_DEGREE
        longitude = self.longitude + distance * math.sin(angle) / metres_per_degree_east
        return round(latitude, 7), round(longitude, 7)


def local_number(digits: str) -> str:
    """A number of the range that Ofcom keeps free for drama, without the 0 in front."""
    return f"131 496 0{digits}"


def read_places() -> list[Place]:
    with PLACES.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return [_place(row, number) for number, row in enumerate(rows)]


def _place(row: dict[str, str], number: int) -> Place:
    return Place(
        place_id=row["place_id"],
        name=row["name"],
        kind=row["kind"],
        street=row["street"],
        locality=row["locality"],
        postcode=row["postcode"],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        website=row["website"],
        activities=tuple(filter(None, row["activities"].split(";"))),
        facilities=tuple((f.split(":")[0], int(f.split(":")[1])) for f in row["facilities"].split(";") if f),
        sources=row["sources"],
        phone_digits=f"{number:03d}",
    )
