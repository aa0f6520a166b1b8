"""Builds the sandbox's world from places.csv and the modules in sources/: python -m ingest.sandbox.build_world

Writes world/<source>.json (what the sandbox serves) and, for evaluation only, truth.csv (which records are the same
place) and true_values.csv (what is true of each place). Seeded: the same input gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.sandbox.places import Place, read_places
from ingest.sandbox.source import WORLD, Holding, TruthRow
from ingest.sandbox.sources import SOURCES
from ingest.sandbox.view import views

HERE = Path(__file__).parent
DAYS = ("su", "mo", "tu", "we", "th", "fr", "sa")
# The activities that a facility and a kind of place are for.
FACILITY_ACTIVITIES = {
    "pitch5": ("football",),
    "pitchfull": ("football",),
    "pitchcricket": ("cricket",),
    "padel": ("padel",),
    "tennisin": ("tennis",),
    "tennisout": ("tennis",),
    "squash": ("squash",),
    "pool": ("swimming",),
    "gym": ("fitness",),
    "golf": ("golf",),
    "bowls": ("bowls",),
    "track": ("athletics",),
    "rink": ("curling", "ice_skating"),
}
KIND_ACTIVITIES = {
    "pool": ("swimming",),
    "gym": ("fitness",),
    "studio": ("fitness",),
    "climbing": ("climbing",),
    "ice": ("ice_skating",),
    "library": ("reading",),
    "park": ("walking",),
    "charger": ("ev_charging",),
}


@dataclass(frozen=True)
class World:
    """The records of all sources, and the truth about them."""

    holdings: Sequence[Holding]
    truth: Sequence[TruthRow]
    true_values: Sequence[tuple[str, str, str]]


def build() -> World:
    truth: list[TruthRow] = []
    places = read_places()
    # A source without a letter serves records of its own module.
    by_letter = {source.letter: name for name, source in SOURCES.items() if source.letter}
    holdings = {name: Holding(name, truth) for name in by_letter.values()}
    for place in places:
        for name in (by_letter[letter] for letter in place.sources):
            for view in views(place, SOURCES[name].letter, SOURCES[name].faults):
                SOURCES[name].add_records(holdings[name], view)
    for name, holding in holdings.items():
        SOURCES[name].add_unrelated_records(holding)
    values = [(place.place_id, *field) for place in places for field in true_values(place)]
    return World(list(holdings.values()), truth, values)


def true_values(place: Place) -> Iterator[tuple[str, str]]:
    """Field and value. An empty value: the place has no such thing. No row: the world does not say.

    Activities have a row each: those that the place is known for, and those that its facilities are for.
    """
    yield "entity_name", place.name
    yield "street_address", place.street
    yield "locality", place.locality
    yield "city", place.town
    yield "postcode", place.postcode
    yield "country", "GB"
    yield "latitude", str(place.latitude)
    yield "longitude", str(place.longitude)
    yield "phone", f"+44{place.phone.replace(' ', '')}" if place.phone else ""
    yield "website_url", place.website
    yield "facebook_url", place.facebook
    yield "opening_hours", json.dumps({day: [list(place.hours)] for day in DAYS})
    offered = (activity for facility, _ in place.facilities for activity in FACILITY_ACTIVITIES.get(facility, ()))
    for activity in sorted({*place.activities, *offered, *KIND_ACTIVITIES.get(place.kind, ())}):
        yield "canonical_activities", activity


def rendered(world: World) -> Iterator[tuple[Path, str]]:
    """Every file of the world with its text."""
    for holding in world.holdings:
        lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in holding.records)
        yield WORLD / f"{holding.source}.json", f"[\n{lines}\n]\n"
    header = ("source_name", "source_record_id", "place_id", "place_name", "role", "note")
    yield HERE / "truth.csv", _csv([header, *world.truth])
    yield HERE / "true_values.csv", _csv([("place_id", "field_name", "value"), *world.true_values])


def _csv(rows: Sequence[tuple[str, ...]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()


if __name__ == "__main__":
    for path, text in rendered(build()):
        path.write_text(text, encoding="utf-8")
