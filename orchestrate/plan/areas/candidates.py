"""The areas that a phrase may mean, from the seed `areas` and from the world, and which of them is meant more often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from extract.folding import fold
from ingest.calls import Area
from orchestrate.plan.areas.boxes import box_of, distance_km
from orchestrate.plan.areas.gazetteer import WorldPlace, look_up
from orchestrate.plan.areas.known import AreaRow

Phrase = tuple[str, ...]

# A place near the default area is meant more often than another of the same size far away.
TIMES_AS_OFTEN_IN_THE_COUNTRY, TIMES_AS_OFTEN_IN_THE_REGION = 10, 100
TIMES_AS_OFTEN_BY_ANOTHER_NAME = 0.02  # Dayton was once called Venice
SAME_TOWN_KM = 20.0
SAME_PLACE_KM = 5.0  # a region and its only town
WEIGHT_OF_A_SEED_TOWN = 10_000  # that GeoNames does not have under this name


@dataclass(frozen=True)
class Candidate:
    """An area that a phrase may mean."""

    area: Area
    kind: str  # as in the seed `areas`, or country, region or airport
    region: str | None
    parent: str  # the city around it, if the seed has it
    weight: int
    form: str = "own"
    is_seed: bool = False
    is_home: bool = False  # of the seed, in the region of the default area

    @property
    def label(self) -> str:
        """The name with what tells it from others. `--area` reads it."""
        around = self.parent or self.region
        if self.kind == "country":
            return self.area.name
        is_said = around is None or fold(around) == fold(self.area.name)
        parts = [self.area.name, None if is_said else around, self.area.country]
        return ", ".join(part for part in parts if part)

    @property
    def country(self) -> str | None:
        return self.area.country

    @property
    def latitude(self) -> float:
        return self.area.latitude

    @property
    def longitude(self) -> float:
        return self.area.longitude

    def is_in(self, other: Candidate) -> bool:
        """Whether `other`, named beside it, is around it: its country, its region or its city."""
        if other.kind == "country":
            return self.kind != "country" and self.area.country == other.area.country
        if other.kind == "region":
            is_part = self.kind not in ("country", "region") and self.area.country == other.area.country
            return is_part and self.region == other.region
        return other.kind == "city" and self._is_part_of_town(other)

    def _is_part_of_town(self, town: Candidate) -> bool:
        if self.parent:
            return self.parent == town.area.name
        is_smaller = self.kind in ("city", "airport", "locality") and self.weight < town.weight
        return is_smaller and box_of(town.area).holds(self.area.latitude, self.area.longitude)


@dataclass(frozen=True)
class Home:
    """Where the default area is."""

    region: str
    country: str | None

    def score(self, candidate: Candidate) -> float:
        """How often a candidate is meant, in comparison. A seed area near the default comes before all others."""
        if candidate.is_home:
            return float("inf")
        often = candidate.weight * (1 if candidate.form == "own" else TIMES_AS_OFTEN_BY_ANOTHER_NAME)
        if candidate.area.country != self.country:
            return often
        is_in_region = candidate.region == self.region
        return often * (TIMES_AS_OFTEN_IN_THE_REGION if is_in_region else TIMES_AS_OFTEN_IN_THE_COUNTRY)

    def best_first(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        return sorted(candidates, key=lambda c: (-self.score(c), c.label, c.area.latitude))


class Atlas:
    """Finds the candidates of phrases."""

    def __init__(self, rows: Sequence[AreaRow]) -> None:
        self.default = rows[0]
        self.home = Home(rows[0].region, rows[0].area.country)
        self._cities = [row for row in rows if row.kind == "city"]
        self._rows: dict[Phrase, list[AreaRow]] = defaultdict(list)
        for row in rows:
            for name in dict.fromkeys(row.names):
                self._rows[name].append(row)

    @property
    def default_candidate(self) -> Candidate:
        return self._of_seed(self.default, self.default.names[0], [])

    def find(self, phrases: Collection[Phrase]) -> Mapping[Phrase, list[Candidate]]:
        """The candidates of each phrase that names any, the likeliest first."""
        world = look_up({" ".join(phrase) for phrase in phrases})
        found = {}
        for phrase in phrases:
            if candidates := self._merged(phrase, world.get(" ".join(phrase), [])):
                found[phrase] = self.home.best_first(candidates)
        return found

    def seeds(self, phrase: Phrase) -> list[Candidate]:
        return [self._of_seed(row, phrase, []) for row in self._rows.get(phrase, ())]

    def _merged(self, phrase: Phrase, places: Sequence[WorldPlace]) -> list[Candidate]:
        """A town of the seed replaces the same town of the world."""
        rows = {row.area.name: row for row in self._rows.get(phrase, [])}
        rows |= {
            row.area.name: row for row in self._cities if any(_is_same_town(p, row.area, row.kind) for p in places)
        }
        seeds = [self._of_seed(row, phrase, places) for row in rows.values()]
        others = [p for p in places if not any(_is_same_town(p, row.area, row.kind) for row in rows.values())]
        return seeds + [_of_world(place) for place in others]

    def _of_seed(self, row: AreaRow, phrase: Phrase, places: Sequence[WorldPlace]) -> Candidate:
        people = [place.weight for place in places if _is_same_town(place, row.area, row.kind)]
        is_home = row.region == self.home.region and row.area.country == self.home.country
        weight = max(people, default=WEIGHT_OF_A_SEED_TOWN)
        form = "own" if phrase == row.names[0] else "other"
        return Candidate(row.area, row.kind, row.region, row.parent, weight, form, is_seed=True, is_home=is_home)


def _is_same_town(place: WorldPlace, area: Area, kind: str) -> bool:
    is_town = kind in ("city", "locality") and place.kind == "city" and place.area.country == area.country
    is_named = place.area.name.startswith(area.name) or area.name.startswith(place.area.name)
    return is_town and is_named and distance_km(place.area, area) < SAME_TOWN_KM


def _of_world(place: WorldPlace) -> Candidate:
    return Candidate(place.area, place.kind, place.region, "", place.weight, place.form)


def inside(candidates: Iterable[Candidate], around: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Those inside one of `around`. Northern Ireland is also a name of its country, so a country comes last."""
    candidates = tuple(candidates)
    for outer in ([c for c in around if c.kind != "country"], around):
        if kept := tuple(c for c in candidates if any(c.is_in(other) for other in outer)):
            return kept
    return ()


def distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Without the places that are there already, under the same label or as the region of one town."""
    kept: list[Candidate] = []
    for candidate in candidates:
        if not any(_is_same_place(candidate, other) for other in kept):
            kept.append(candidate)
    return kept


def _is_same_place(left: Candidate, right: Candidate) -> bool:
    if left.label == right.label:
        return True
    return left.area.country == right.area.country and distance_km(left.area, right.area) < SAME_PLACE_KM
