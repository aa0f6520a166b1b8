"""The options that say which area is meant: `--area`, `--near` and `--box`."""

from __future__ import annotations

import math
from dataclasses import dataclass

from extract.folding import fold
from ingest.calls import Area
from orchestrate.errors import UsageError
from orchestrate.plan.areas.boxes import Box, around
from orchestrate.plan.areas.candidates import Atlas, Candidate, distinct, inside
from orchestrate.plan.areas.choice import ChosenArea, with_alternatives
from orchestrate.plan.areas.gazetteer import countries_inside, nearest_town

DEFAULT_KM, MOST_KM = 2.0, 500.0
SHOWN_SUGGESTIONS = 3
FORMS = {
    "near": "latitude and longitude in degrees and, if you like, kilometres, such as 55.953,-3.114,2",
    "box": "south, west, north and east in degrees, such as 55.93,-3.14,55.97,-3.08",
}


@dataclass(frozen=True)
class Pin:
    """The area as the user states it. At most one is given."""

    area: str | None = None
    near: str | None = None
    box: str | None = None


def pinned_area(pin: Pin, atlas: Atlas) -> ChosenArea | None:
    """The stated area. None if none is stated. Raises UsageError for a value that cannot be used."""
    given = [name for name in ("area", "near", "box") if getattr(pin, name) is not None]
    if len(given) > 1:
        raise UsageError(f"--{given[0]} and --{given[1]} both name the area. Give one of them.")
    if pin.area is not None:
        return _by_name(pin.area, atlas)
    if pin.near is not None:
        return _near(pin.near)
    return _inside(pin.box) if pin.box is not None else None


def _by_name(text: str, atlas: Atlas) -> ChosenArea:
    """The likeliest area of the name. Each part behind a comma is around it: a city, a region or a country."""
    parts = [tuple(fold(part)) for part in text.split(",")]
    if not all(parts):
        raise UsageError(f'--area is "{text}", and must be the name of an area, such as "Portobello, Edinburgh".')
    known = atlas.find(set(parts))
    named = [candidate for candidate in known.get(parts[0], ()) if candidate.form != "code"]
    kept = tuple(named)
    for part in parts[1:]:
        kept = inside(kept, known.get(part, ()))
    if not kept:
        raise UsageError(f'There is no area "{text}". {_suggestion(named, text)}')
    return with_alternatives(kept[0], kept, "as --area says")


def _suggestion(named: list[Candidate], text: str) -> str:
    if named:
        labels = [f'"{candidate.label}"' for candidate in distinct(named)[:SHOWN_SUGGESTIONS]]
        return f"Did you mean {' or '.join(labels)}?"
    return "Check the spelling, or give --near LAT,LON or --box S,W,N,E."


def _near(text: str) -> ChosenArea:
    latitude, longitude, *rest = _numbers("near", text, (2, 3))
    km = rest[0] if rest else DEFAULT_KM
    if not 0 < km <= MOST_KM:
        raise UsageError(f"--near names {km:g} km, and must name more than 0 and at most {MOST_KM:g}.")
    _check_degrees("near", latitude, longitude)
    return _stated(
        latitude, longitude, around(latitude, longitude, km), "circle", f"{km:g} km around the point of --near"
    )


def _inside(text: str) -> ChosenArea:
    box = Box(*_numbers("box", text, (4,)))
    _check_degrees("box", box.south, box.west)
    _check_degrees("box", box.north, box.east)
    is_across = box.west > 0 > box.east  # the antimeridian
    for low, high, lower, upper in (("south", "north", box.south, box.north), ("west", "east", box.west, box.east)):
        if lower >= upper and not (is_across and low == "west"):
            raise UsageError(
                f"--box has {low} {lower:g}, which is not below {high} {upper:g}. It needs {FORMS['box']}."
            )
    return _stated(*box.middle, box, "box", "the box of --box")


def _stated(latitude: float, longitude: float, box: Box, kind: str, reason: str) -> ChosenArea:
    """An area without a name has that of the nearest town."""
    town = nearest_town(latitude, longitude)
    countries = countries_inside(box) or [town.area.country if town else None]
    country = countries[0] if len(countries) == 1 else None
    name = town.area.name if town else f"{latitude:g},{longitude:g}"
    area = Area(name, round(latitude, 6), round(longitude, 6), *box, country)
    region = town.region if town and country == town.area.country else None
    return ChosenArea(Candidate(area, kind, region, "", 0), True, reason)


def _numbers(option: str, text: str, counts: tuple[int, ...]) -> list[float]:
    try:
        numbers = [float(part) for part in text.replace(";", ",").split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in counts or not all(math.isfinite(number) for number in numbers):
        raise UsageError(f'--{option} is "{text}", and must be {FORMS[option]}.')
    return numbers


def _check_degrees(option: str, latitude: float, longitude: float) -> None:
    if not -90 <= latitude <= 90:
        raise UsageError(
            f"--{option} has the latitude {latitude:g}, which is not from -90 to 90. {FORMS[option].capitalize()}."
        )
    if not -180 <= longitude <= 180:
        raise UsageError(f"--{option} has the longitude {longitude:g}, which is not from -180 to 180.")
