"""Chooses the area of a query, and says why and what else it could be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.folding import Word
from ingest.calls import Area
from orchestrate.plan.areas.candidates import Atlas, Candidate, distinct, inside
from orchestrate.plan.areas.mentions import JOINING, NAME_MAKERS, Mention, Mentions, OtherWords

SHOWN_ALTERNATIVES = 5
UNNAMED = ("circle", "box")
PARTS_OF_TOWNS = ("locality", "landmark", "postcode")
# In the middle of a query a small town is more often a word: goes, street, reading.
PEOPLE_OF_A_TOWN_INSIDE = 100_000


@dataclass(frozen=True)
class ChosenArea:
    """The area of a query."""

    candidate: Candidate
    is_named: bool  # false: the default
    reason: str
    alternatives: tuple[Candidate, ...] = ()  # other areas of the name, the likeliest first; not all
    alternative_count: int = 0
    unused: tuple[str, ...] = ()  # phrases of the query that name other areas
    details_from: int | None = None  # the words from here on are about what is wanted, and no name

    @property
    def area(self) -> Area:
        return self.candidate.area

    @property
    def label(self) -> str:
        """The name for people. An area without a name has that of the nearest town."""
        return f"near {self.candidate.label}" if self.kind in UNNAMED else self.candidate.label

    @property
    def kind(self) -> str:
        return self.candidate.kind


@dataclass(frozen=True)
class Reading:
    """Neighbouring mentions, of which one is the area. The others say where it is."""

    head: Mention
    candidates: tuple[Candidate, ...]  # of the head, those that are in the others
    around: tuple[Mention, ...] = ()
    unused: tuple[Mention, ...] = ()

    @property
    def mentions(self) -> tuple[Mention, ...]:
        return (self.head, *self.around, *self.unused)

    @property
    def is_home(self) -> bool:
        return self.candidates[0].is_home


def choose_area(
    text: str, spelled: Sequence[Word], taken: list[bool], atlas: Atlas, other: OtherWords
) -> ChosenArea | None:
    """The area that the words name. Takes the words of all areas. None if they name none."""
    mentions = Mentions([word.folded for word in spelled], taken, atlas, other)
    readings = [reading for group in _neighbours(mentions) if (reading := _read(group, mentions))]
    accepted = [reading for reading in readings if _is_area(reading, mentions)]
    accepted = accepted or [reading for reading in readings if _is_area_at_the_start(reading, mentions)]
    inside = [] if accepted else [reading for reading in readings if _is_area_inside(reading, mentions)]
    accepted = accepted or inside
    if not accepted:
        return None
    chosen = _narrowest(accepted) if all(reading.is_home for reading in accepted) else accepted[-1]
    used = [mention for reading in accepted for mention in reading.mentions if _is_used(mention, reading, chosen)]
    for mention in used:
        taken[mention.start : mention.end] = [True] * mention.width

    def written(mention: Mention) -> str:
        return text[spelled[mention.start].start : spelled[mention.end - 1].end]

    unused = [m for m in used if m not in (chosen.head, *chosen.around) and not _is_around(m, chosen)]
    reason = _reason(chosen, atlas, [written(mention) for mention in chosen.around])
    named = with_alternatives(chosen.candidates[0], chosen.head.candidates, reason)
    details_from = max(mention.end for mention in chosen.mentions) if inside else None
    return replace(named, unused=tuple(written(mention) for mention in unused), details_from=details_from)


def with_alternatives(chosen: Candidate, candidates: Sequence[Candidate], reason: str) -> ChosenArea:
    """The area and the others of its name: those that are called so before those that were once, or elsewhere."""
    order = sorted(candidates, key=lambda candidate: candidate.form != "own")
    others = distinct([chosen, *order])[1:]
    return ChosenArea(chosen, True, reason, tuple(others[:SHOWN_ALTERNATIVES]), len(others))


def default_area(atlas: Atlas) -> ChosenArea:
    return ChosenArea(atlas.default_candidate, False, "the query names no area, and this is the default")


def _neighbours(mentions: Mentions) -> list[list[Mention]]:
    """Groups of mentions with at most a word such as `in` between them."""
    groups: list[list[Mention]] = []
    for mention in mentions.found:
        between = mentions.words[groups[-1][-1].end : mention.start] if groups else ()
        if groups and len(between) <= 1 and JOINING.issuperset(between):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups


def _read(group: Sequence[Mention], mentions: Mentions) -> Reading | None:
    """The mention that most others are around: Paris in "Paris, Texas, USA". Without others, the last town."""
    if any(mention.is_home for mention in group):
        group = [mention for mention in group if mentions.is_beside_home(mention)]
    readings = [_within(head, [other for other in group if other is not head]) for head in group]
    best = max(readings, key=lambda reading: len(reading.around))  # the first of equals
    if best.around:
        return best
    alone = [m for m in group if m.is_home or mentions.is_known_well(m) or mentions.is_behind_in(m)]
    towns = [mention for mention in alone if mention.candidates[0].kind not in PARTS_OF_TOWNS]
    if not alone:
        return None
    head = towns[-1] if towns else _narrowest([Reading(m, m.candidates) for m in alone]).head
    return Reading(head, head.candidates, unused=tuple(mention for mention in alone if mention is not head))


def _within(head: Mention, others: Sequence[Mention]) -> Reading:
    kept, around = head.candidates, []
    for other in others:
        if within := inside(kept, other.candidates):
            kept = within
            around.append(other)
    return Reading(head, kept, tuple(around), tuple(other for other in others if other not in around))


def _is_area(reading: Reading, mentions: Mentions) -> bool:
    """A seed area anywhere, and another area at the end, behind a word such as `in`, or alone."""
    if any(candidate.is_seed for candidate in reading.candidates[:1]):
        return True
    first, last = min(m.start for m in reading.mentions), max(m.end for m in reading.mentions)
    is_behind_in = first > 0 and any(mentions.is_behind_in(mention) for mention in reading.mentions)
    return is_behind_in or last == len(mentions.words)


def _is_area_at_the_start(reading: Reading, mentions: Mentions) -> bool:
    """An area before the kind of place: "berlin coffee shops", but not "hamilton tennis club"."""
    last = max(m.end for m in reading.mentions)
    rest = mentions.words[last:]
    if min(m.start for m in reading.mentions) > 0 or NAME_MAKERS.intersection(rest):
        return False
    return any(mentions.is_word(rest[start:]) or mentions.is_word(rest[: start + 1]) for start in range(len(rest)))


def _is_area_inside(reading: Reading, mentions: Mentions) -> bool:
    """An area between what is wanted and more about it: "pharmacy barcelona 24 hours", "lidl berlin sunday"."""
    first, last = min(m.start for m in reading.mentions), max(m.end for m in reading.mentions)
    is_name = NAME_MAKERS.issuperset(mentions.words[last : last + 1])
    is_city = reading.candidates[0].weight >= PEOPLE_OF_A_TOWN_INSIDE
    return is_city and not is_name and mentions.is_behind_what_is_wanted(first)


def _narrowest(readings: Sequence[Reading]) -> Reading:
    """Of seed areas the narrowest; a named city decides between areas of the same name."""
    cities = {r.candidates[0].area.name for r in readings if r.candidates[0].kind == "city"}
    order = sorted(readings, key=lambda r: (r.candidates[0].kind == "city", -r.head.width))
    return next(r for r in order if not cities or (r.candidates[0].parent or r.candidates[0].area.name) in cities)


def _is_used(mention: Mention, reading: Reading, chosen: Reading) -> bool:
    """A seed area is no part of a name. Another area beside the chosen one may be: boston in "boston pizza toronto"."""
    return mention.is_home or (reading is chosen and mention in (chosen.head, *chosen.around))


def _is_around(mention: Mention, chosen: Reading) -> bool:
    return any(chosen.candidates[0].is_in(candidate) for candidate in mention.candidates)


def _reason(chosen: Reading, atlas: Atlas, said: Sequence[str]) -> str:
    candidate, default = chosen.candidates[0], atlas.default.area.name
    others = distinct([candidate, *chosen.candidates])[1:]
    if said:
        return "the query says " + " and ".join(f'"{phrase}"' for phrase in said)
    if not others:
        return "the only area of this name"
    is_near = candidate.area.country == atlas.home.country
    if candidate.is_home or (is_near and any(other.weight > candidate.weight for other in others)):
        is_in_region = candidate.region == atlas.home.region
        near = candidate.region if is_in_region else candidate.area.country
        return f"in {near}, as the default area {default} is"
    return "the best known of this name, by its people"
