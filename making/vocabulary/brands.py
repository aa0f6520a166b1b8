"""Brands out of the name suggestion index, with their kind and the countries where they are."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.folding import compact
from making.vocabulary.presets import IN_BRACKETS, Kind, is_word

HERE = Path(__file__).parent
with (HERE / "country_groups.csv").open(newline="", encoding="utf-8") as file:
    GROUPS = {
        row["number"]: row["countries"].split() for row in csv.DictReader(file)
    }  # as the United Nations number them
EVERYWHERE, WORLD = "*", "001"
NOT_PLACES = ("amenity/atm", "advertising/totem", "amenity/vending_machine", "amenity/post_box", "man_made/")
LAND = re.compile(r"([a-z]{2})(?:-.*)?(?:\.geojson)?")
SIGNS = (("&", "and"), ("&", "und"), ("&", "et"), ("+", "plus"))
OTHER_NAMES = ("short_name", "alt_name", "brand", "name:en")


@dataclass(frozen=True, order=True)
class Brand:
    """One name of a brand, as the planner looks it up."""

    key: str  # folded, without spaces
    rank: str  # name for its own, alias for another
    brand: str  # as its signs spell it
    kind: str
    countries: str  # two-letter codes; * for everywhere; a code with a minus is left out
    wikidata: str


def read_brands(index: Mapping[str, Any], kinds: Iterable[Kind]) -> list[Brand]:
    """Every name of every brand of a known kind."""
    # The most specific kind first; a kind for any value of its key is the least specific.
    known = sorted(kinds, key=lambda kind: (kind.tags[0].endswith("=*"), -len(kind.tags), kind.kind))
    found: set[Brand] = set()
    for path, entry in index.items():
        tree, _, where = path.partition("/")
        if tree == "brands" and not where.startswith(NOT_PLACES):
            for item in entry["items"]:
                found.update(_brands(item, known))
    return sorted(found)


def _brands(item: Mapping[str, Any], kinds: Iterable[Kind]) -> Iterator[Brand]:
    tags = item["tags"]
    kind = next((kind.kind for kind in kinds if all(_has(tags, tag) for tag in kind.tags)), None)
    name = IN_BRACKETS.sub("", item["displayName"])
    countries = _countries(item["locationSet"])
    if kind is None or not name or not countries:
        return
    own = [compact(spelling) for spelling in _spellings(name)]
    others = [*(tags[key] for key in OTHER_NAMES if key in tags), *item.get("matchNames", ())]
    for key in dict.fromkeys([*own, *(compact(spelling) for other in others for spelling in _spellings(other))]):
        if is_word(key) or (len(key) == 2 and (name.isupper() or not name.isalpha())):  # BP, H&M
            rank = "name" if key in own else "alias"
            yield Brand(key, rank, name, kind, countries, tags.get("brand:wikidata", ""))


def _spellings(name: str) -> list[str]:
    """The name, and its signs as people type them."""
    return [name, *(name.replace(sign, f" {word} ") for sign, word in SIGNS if sign in name)]


def _has(tags: Mapping[str, str], tag: str) -> bool:
    key, _, value = tag.partition("=")
    return value in (tags.get(key), "*") and key in tags


def _countries(location_set: Mapping[str, Any]) -> str:
    """The countries in which the brand is. Blank for a brand of one spot, or of a shape that has no code."""
    within, without = location_set.get("include", ()), location_set.get("exclude", ())
    # A part of a country that is left out leaves the rest of it in.
    left_out = {str(place).lower() for place in without if len(str(place)) == 2}
    codes = {code for place in within for code in _codes(str(place).lower())}
    if EVERYWHERE in codes:
        return " ".join([EVERYWHERE, *(f"-{code}" for code in sorted(left_out))])
    return " ".join(sorted(codes - left_out))


def _codes(place: str) -> list[str]:
    if place == WORLD:
        return [EVERYWHERE]
    if place in GROUPS:
        return GROUPS[place]
    match = LAND.fullmatch(place)
    return [match[1]] if match else []
