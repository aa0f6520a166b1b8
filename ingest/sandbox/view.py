"""How one source sees one place: what it knows, and what it gets wrong."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ingest.sandbox.places import Place, local_number

NOTES = {
    "other_names": "other name",
    "stale_phones": "stale phone",
    "missing_postcodes": "no postcode",
    "wrong_postcodes": "wrong postcode",
    "phone_placeholders": "placeholder",
    "zero_coordinates": "zero coordinates",
    "swapped_coordinates": "swapped coordinates",
    "old_addresses": "old address",
}


@dataclass(frozen=True)
class Faults:
    """What a source gets wrong, written by hand after what real sources do. Keys are ids of places."""

    other_names: Mapping[str, str] = field(default_factory=dict)
    stale_phones: Mapping[str, str] = field(default_factory=dict)  # the last three digits of a former number
    missing_postcodes: Collection[str] = frozenset()
    wrong_postcodes: Mapping[str, str] = field(default_factory=dict)
    phone_placeholders: Mapping[str, str] = field(default_factory=dict)  # "N/A" where a phone should be
    zero_coordinates: Collection[str] = frozenset()
    swapped_coordinates: Collection[str] = frozenset()
    old_addresses: Mapping[str, tuple[str, str, float, float]] = field(default_factory=dict)
    listed_twice: Collection[str] = frozenset()


@dataclass(frozen=True)
class View:
    """One entry of a source about a place. `copy` is 1 for the second entry of a place that is listed twice."""

    place: Place
    faults: Faults
    chance: random.Random
    copy: int = 0

    @property
    def name(self) -> str:
        return self.faults.other_names.get(self.place.place_id, self.place.name)

    @property
    def postcode(self) -> str | None:
        if self.place.place_id in self.faults.missing_postcodes:
            return None
        return self.faults.wrong_postcodes.get(self.place.place_id, self.place.postcode)

    @property
    def has_stale_phone(self) -> bool:
        return self.place.place_id in self.faults.stale_phones

    @property
    def phone_placeholder(self) -> str | None:
        return self.faults.phone_placeholders.get(self.place.place_id)

    @property
    def old_address(self) -> tuple[str, str, float, float] | None:
        """Street, postcode, latitude and longitude from before the place moved."""
        return self.faults.old_addresses.get(self.place.place_id)

    @property
    def note(self) -> str:
        """What is wrong with the entry, for truth.csv."""
        notes = ["listed twice"] if self.copy else []
        notes += [note for fault, note in NOTES.items() if self.place.place_id in getattr(self.faults, fault)]
        return "; ".join(notes + (["closed"] if self.place.is_closed else []))

    def phone(self, style: str) -> str | None:
        """The number in a style such as `+44 {}`; None for a place without staff."""
        stale = self.faults.stale_phones.get(self.place.place_id)
        number = local_number(stale) if stale and self.place.is_staffed else self.place.phone
        return style.format(number) if number else None

    def spot(self, metres: float) -> tuple[float, float]:
        """Where the source puts the place: up to `metres` off, or in the wrong place altogether."""
        if self.place.place_id in self.faults.zero_coordinates:
            return 0.0, 0.0
        latitude, longitude = self.place.spot_nearby(self.chance, metres)
        is_swapped = self.place.place_id in self.faults.swapped_coordinates
        return (longitude, latitude) if is_swapped else (latitude, longitude)


def views(place: Place, letter: str, faults: Faults) -> list[View]:
    """One view, or two of a place that the source lists twice. The same input gives the same views."""
    copies = 2 if place.place_id in faults.listed_twice else 1
    return [View(place, faults, _chance(f"{place.place_id}/{letter}/{copy}"), copy) for copy in range(copies)]


def _chance(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311 (a sandbox, and it must repeat)


def hash_id(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]
