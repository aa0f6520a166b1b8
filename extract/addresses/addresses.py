"""Splits written addresses into units, house numbers (also lists and ranges), buildings, streets and towns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from extract.addresses.house_numbers import house_number, number_first, unit_name
from extract.addresses.largest_first import read_largest_first
from extract.addresses.postal import grammar_of
from extract.addresses.postcodes import find_postcodes
from extract.addresses.streets import STATE_AND_CODE
from extract.addresses.towns import NO_VALUES, PLUS_CODE, proper_case, read_town
from extract.folding import fold
from extract.geography.gazetteer import Gazetteer
from extract.values.reading import Reading
from extract.values.value_paths import Parts, Written

LINES, LINES_OR_DASHES = re.compile(r"[,\n;]"), re.compile(r"[,\n;]|\s-\s")
ONLY_STATE_AND_CODE, BEGINNING_CODE = re.compile(STATE_AND_CODE), re.compile(r"^\d{4,6} ")
PARTS_OF_TOWN = ("sublocality", "sublocality_level_1", "neighborhood")


class Address(NamedTuple):
    street: str | None = None
    locality: str | None = None
    city: str | None = None


class Line(NamedTuple):
    """The parts of a street line, as tags and components give them."""

    unit: str | None = None
    house_name: str | None = None
    number: str | None = None
    street: str | None = None


def compose(line: Line, country: str | None, known: Gazetteer) -> str | None:
    """Compose one line in the order of the country. A name may replace the number. A number alone is no address."""
    unit, house_name, number, street = line
    if street is None:
        return None
    street = street.split(";")[0].strip()
    if number and (flat := known.streets.units(country).first.match(number)):
        unit, number = unit or flat[1], number[flat.end() :]
    if number and known.streets.is_street(number, country):  # "27 Osprey Way" in the field for 27
        street, number = (number if number.casefold().endswith(street.casefold()) else street), None
    digits = house_number(number) if number else None
    is_last = country in known.streets.number_last
    numbered = f"{street} {digits}" if digits and is_last else f"{digits} {street}" if digits else street
    is_named = number and number.casefold() not in NO_VALUES and re.search(r"[^\W\d]{2}", number)
    name = None if digits else house_name or (number if is_named else None)
    return ", ".join(part for part in (unit and unit_name(unit), name, numbered) if part)


@lru_cache(maxsize=50_000)
def parse_address(text: str, country: str | None, known: Gazetteer, *, city: str | None = None) -> Address:
    """Parse an address in one line. If the city is known, the part after the street is a locality."""
    if whole := read_largest_first(text, country):
        return Address(whole.street, whole.district, whole.city)
    parts = _parts(text, country, city, known)
    units = [part for part in parts if known.streets.units(country).alone.fullmatch(part)]
    streets = [part for part in parts if known.streets.is_street(part, country)]
    places = [part for part in parts if part not in streets and part not in units]
    town = places.pop() if not city and places and parts[-1] == places[-1] else None
    after = places if not streets else [p for p in places if parts.index(p) > parts.index(streets[0])]
    before = [part for part in places if part not in after]
    street = streets[0] if streets else before[0] if before else after.pop(0) if after else None
    line = ", ".join([*(unit_name(unit) for unit in units), street]) if street else None
    return Address(line, after[-1] if after else None, town)


def _parts(text: str, country: str | None, city: str | None, known: Gazetteer) -> list[str]:
    """The parts, without codes, country and known city. A number alone is joined to its street."""
    text = PLUS_CODE.sub("", text)
    if country == "GB":  # its codes may be anywhere, and need no line of their own
        for code in reversed(list(find_postcodes(text, country))):
            text = f"{text[: code.start]}{text[code.end :]}"
    is_dashed = country in known.streets.number_last  # "Av. Paulista, 1000 - Bela Vista"
    lines = [line.strip(" .") for line in (LINES_OR_DASHES if is_dashed else LINES).split(text)]
    while lines and (not lines[-1] or known.is_country(lines[-1], country)):
        lines.pop()
    parts = _joined(_without_codes(lines, country, known), country, known)
    while parts and ONLY_STATE_AND_CODE.fullmatch(parts[-1]):
        parts.pop()
    parts = [BEGINNING_CODE.sub("", part) if known.streets.is_postal(part, country) else part for part in parts]
    units = known.streets.units(country)
    without_city = (_without(part, city, country, known) for part in parts)
    return [number_first(proper_case(part), units) for part in without_city if part]


def _without_codes(lines: list[str], country: str | None, known: Gazetteer) -> list[str]:
    """The lines, each line of code and town with the town alone: `10435 Berlin` as Berlin. The first is a street."""
    grammar = grammar_of(country)
    if grammar is None or country == "GB":
        return lines
    towns = [grammar.town_line(line) if place or len(lines) == 1 else None for place, line in enumerate(lines)]
    kept = [line if town is None else town.town or "" for line, town in zip(lines, towns, strict=True)]
    if not grammar.is_before_town:  # the town is in the line before its state: "Buffalo, New York 14201"
        kept = ["" if at > 1 and town and town.is_region else kept[at] for at, town in enumerate(towns)]
    if kept[1:] and country in known.streets.number_last:
        kept = [kept[0], *(grammar.at_end.sub("", line) for line in kept[1:])]
    return [line for line in kept if line and not known.is_country(line, country)]


def _joined(lines: list[str], country: str | None, known: Gazetteer) -> list[str]:
    """A number alone is joined to the street after it, or to the one before it: `Liberty Avenue, 1001`."""
    parts: list[str] = []
    for line in lines:
        is_after_street = bool(parts) and house_number(line) and known.streets.is_street(parts[-1], country)
        if parts and house_number(parts[-1]):
            parts[-1] = f"{parts[-1]}, {line}"
        elif is_after_street and not house_number(parts[-1].split()[0]):
            is_last = country in known.streets.number_last
            parts[-1] = f"{parts[-1]} {line}" if is_last else f"{line} {parts[-1]}"
        elif line:
            parts.append(line)
    return parts


def _without(part: str, city: str | None, country: str | None, known: Gazetteer) -> str:
    """Remove the city at the end: `28 Ferry Road Edinburgh`. `12 Edinburgh Road` is unchanged."""
    if city and part.casefold() == city.casefold():
        return ""
    is_at_end = city and part.casefold().endswith(f" {city.casefold()}")
    if city and is_at_end and known.streets.is_street(part[: -len(city)].strip(), country):
        return part[: -len(city)].strip()
    return part


def is_rest_of_name(street: str, name: str | None, *towns: str | None) -> bool:
    """Whether the line is only a part of the name, or the town. Some registers write those into the address."""
    words = fold(street)
    if not words:
        return True
    names = [fold(name or ""), *(fold(town or "") for town in towns)]
    return any(words == said[at : at + len(words)] for said in names for at in range(len(said)))


def address_reader(known: Gazetteer) -> Callable[[Parts, str | None], Iterator[Reading]]:
    """A reader with the street words of all countries, and the cities for fields with more than a town."""

    def find_address(parts: Parts, country: str | None) -> Iterator[Reading]:
        components = _of_components(parts.get("components", []), country, known)
        city = _city(parts, country, known) or _value("city", components.city, parts, "components")
        streets_as_towns = [town for town in _texts(parts, "city") if known.streets.is_street(town.text or "", country)]
        lines = [*(_texts(parts, "address")[:1] or _texts(parts, "line")), *streets_as_towns]
        text = ", ".join(dict.fromkeys(line.text or "" for line in lines))
        written = parse_address(text, country, known, city=city.value if city else None)
        street = _of_tags(parts, country, known) or components.street or written.street
        is_line = street and known.streets.is_street(street, country)
        if street and not is_line and is_rest_of_name(street, _first(parts, "name"), city.value if city else None):
            street = None
        line = ("address", "line")
        locality = components.locality or written.locality
        found = (
            _value("street_address", street, parts, "components", "street", "place", *line, "city"),
            _first_town(parts, "locality", country, known) or _value("locality", locality, parts, "components", *line),
            city or _value("city", written.city and read_town(written.city, country, known), parts, *line),
        )
        yield from (reading for reading in found if reading)

    return find_address


def _city(parts: Parts, country: str | None, known: Gazetteer) -> Reading | None:
    """The town. If there is none, the region, if it is a known city: `City of Edinburgh`."""
    if town := _first_town(parts, "city", country, known):
        return town
    region = _first_town(parts, "region", country, known)
    return region if region and region.value in known.cities else None


def _first_town(parts: Parts, part: str, country: str | None, known: Gazetteer) -> Reading | None:
    field_name = "locality" if part == "locality" else "city"
    if field_name == "locality":
        known = known.without_cities
    towns = ((read_town(written.text or "", country, known), written) for written in _texts(parts, part))
    return next((Reading(field_name, town, written) for town, written in towns if town), None)


def _of_tags(parts: Parts, country: str | None, known: Gazetteer) -> str | None:
    if not parts.get("street") and not parts.get("place"):
        return None
    street = proper_case(_first(parts, "street") or _first(parts, "place") or "") or None
    given = Line(_first(parts, "unit"), _first(parts, "house_name"), _first(parts, "house_number"), street)
    line = compose(given, country, known)
    return line and number_first(PLUS_CODE.sub("", line), known.streets.units(country))


def _of_components(listed: list[Written], country: str | None, known: Gazetteer) -> Address:
    """The address of Google's components. Each is a text with its types."""
    texts: dict[str, str] = {}
    for written in listed:
        component = written.content if isinstance(written.content, dict) else {}
        types, text = component.get("types"), Written(component.get("longText"), None).text
        for kind in types if isinstance(types, list) and text else []:
            texts.setdefault(str(kind), text or "")
    given = Line(texts.get("subpremise"), None, texts.get("street_number"), texts.get("route"))
    part_of_town = next((texts[kind] for kind in PARTS_OF_TOWN if kind in texts), None)
    return Address(compose(given, country, known), part_of_town, texts.get("postal_town") or texts.get("locality"))


def _texts(parts: Parts, part: str) -> list[Written]:
    return [written for written in parts.get(part, []) if written.text]


def _first(parts: Parts, part: str) -> str | None:
    return next((written.text for written in _texts(parts, part)), None)


def _value(field_name: str, value: str | None, parts: Parts, *sources: str) -> Reading | None:
    """A reading of the value, with the first text of `sources` that it can come from."""
    written = next((written for source in sources for written in parts.get(source, [])), None)
    return Reading(field_name, value, written) if value else None
