"""Splits written addresses into units, house numbers (also lists and ranges), buildings, streets and towns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from extract.folding import fold
from extract.found import Found
from extract.values.postcodes import find_postcodes
from extract.values.reading import Reading
from extract.values.seed_rows import read_rows
from extract.values.towns import NO_VALUES, PLUS_CODE, is_country, is_postal, is_street, proper_case, read_town
from extract.values.value_paths import Parts, Written

UNIT_WORDS = "unit|units|flat|flats|suite|ste|shop|apartment|apt|room|floor|block|studio|office|stall|kiosk|level"
UNIT = rf"(?:(?:{UNIT_WORDS})\.? ?#?[\w/-]+|\d?[FR]\d|[GBPT]F\d?|(?:ground|first|second|third|fourth|top|lower) floor)"
IS_UNIT = re.compile(rf"{UNIT}(?:,? {UNIT})*", re.IGNORECASE)
UNIT_FIRST = re.compile(rf"({UNIT}),? (?=\d)", re.IGNORECASE)  # "Unit 4 27 Osprey Way", "2F1 10 Marine Street"
ONE_NUMBER = r"[0-9]{1,6}(?:[A-Za-z](?:-[A-Za-z](?![^\W_]))?)?"  # 12, 12A, 12A-C
NUMBERS = re.compile(rf"(?:no\.? ?)?({ONE_NUMBER}(?:(?:\s*[-–/,;&+]\s*|\s+(?:and|to)\s+){ONE_NUMBER})*)", re.IGNORECASE)
IN_PROSE = re.compile(
    rf"(?<![\w/.–-])(?:(?i:{UNIT_WORDS}) \w{{1,4}}(?:/\w{{1,3}})?,? |\dF\d,? )?(?:(?:\d+[A-Z]?, )*\d+[A-Z]? ?& ?)?"
    r"\d+[A-Z]?(?:[-–/]\d+[A-Z]?)? (?:[A-Z][\w'’]+ ){1,4}"
    r"(?:Street|Road|Avenue|Terrace|Place|Lane|Drive|Crescent|Way|Square|Gardens|Row|Quay|Promenade|Wynd|Bridge|"
    r"High Street|Grove|Loan|Park|View|Walk|Close|Court|Hill|Parkway|Broadway)\b(?: (?:North|South|East|West))?"
)
PARTS_OF_TOWN = ("sublocality", "sublocality_level_1", "neighborhood")


class Address(NamedTuple):
    street: str | None = None
    locality: str | None = None
    city: str | None = None


def find_streets(text: str) -> Iterator[Found]:
    for match in IN_PROSE.finditer(text):
        yield Found(number_first(match[0]), match.start(), match.end())


def number_first(street: str) -> str:
    """A street with its house numbers in one word: `12,14,16 High Street`, `1-10 Teasel Road`, `1/4 Loaning Road`."""
    unit = UNIT_FIRST.match(street)
    if unit:
        return f"{_unit(unit[1])}, {number_first(street[unit.end() :])}"
    match = NUMBERS.match(street)
    if not match or not re.match(r",? +[^\W\d]{2}", street[match.end() :]):
        return street
    return f"{house_number(match[1])} {street[match.end() :].lstrip(', ')}"


def house_number(text: str) -> str | None:
    """One number, a flat in it (`1/4`), a range (`1-10`) or a list (`1,3,5`). None if there is no number."""
    match = NUMBERS.match(text.strip())
    if not match or match.end() != len(text.strip()):
        return None
    written = re.sub(r"\s*(?:[–-]|\bto\b)\s*", "-", match[1], flags=re.IGNORECASE)
    numbers = [number.upper() for number in re.split(r"\s*(?:[,;&+]|\band\b)\s*", written, flags=re.IGNORECASE)]
    follow = [number.isdigit() for number in numbers] == [True] * len(numbers) and all(
        int(after) - int(before) == 1 for before, after in pairwise(numbers)
    )
    return f"{numbers[0]}-{numbers[-1]}" if follow and len(numbers) > 2 else ",".join(numbers).replace(" ", "")


def compose(unit: str | None, house_name: str | None, number: str | None, street: str | None) -> str | None:
    """Compose one line from its parts. A name may replace the number. A number alone is no address."""
    if street is None:
        return None
    street = street.split(";")[0].strip()
    if number and (flat := UNIT_FIRST.match(number)):
        unit, number = unit or flat[1], number[flat.end() :]
    if number and is_street(number):  # "27 Osprey Way" in the field for 27
        street, number = (number if number.casefold().endswith(street.casefold()) else street), None
    digits = house_number(number) if number else None
    line = f"{digits} {street}" if digits else street
    is_named = number and number.casefold() not in NO_VALUES and re.search(r"[^\W\d]{2}", number)
    name = None if digits else house_name or (number if is_named else None)
    return ", ".join(part for part in (unit and _unit(unit), name, line) if part)


def _unit(text: str) -> str:
    return f"Unit {text}" if re.fullmatch(r"\d+\w?|[A-Za-z]", text) else text[:1].upper() + text[1:]


@lru_cache(maxsize=50_000)
def parse_address(text: str, country: str | None, *, city: str | None = None) -> Address:
    """Parse an address in one line. If the city is known, the part after the street is a locality."""
    parts = _parts(text, country, city)
    streets = [part for part in parts if is_street(part)]
    places = [part for part in parts if not is_street(part) and not IS_UNIT.fullmatch(part)]
    town = places.pop() if not city and places and parts[-1] == places[-1] else None
    after = places if not streets else [p for p in places if parts.index(p) > parts.index(streets[0])]
    before = [part for part in places if part not in after]
    street = streets[0] if streets else before[0] if before else after.pop(0) if after else None
    units = [part for part in parts if IS_UNIT.fullmatch(part)]
    line = ", ".join([*(_unit(unit) for unit in units), street]) if street else None
    return Address(line, after[-1] if after else None, town)


def _parts(text: str, country: str | None, city: str | None) -> list[str]:
    """The parts, without codes, country and known city. A number alone is joined to the next part."""
    text = PLUS_CODE.sub("", text)
    if country == "GB":
        for code in reversed(list(find_postcodes(text))):
            text = f"{text[: code.start]}{text[code.end :]}"
    lines = [line.strip(" .") for line in re.split(r"[,\n;]", text)]
    parts: list[str] = []
    for line in lines:
        if parts and house_number(parts[-1]):
            parts[-1] = f"{parts[-1]}, {line}"
        elif parts and house_number(line) and is_street(parts[-1]) and not house_number(parts[-1].split()[0]):
            parts[-1] = f"{line} {parts[-1]}"  # "Liberty Avenue, 1001"
        elif line:
            parts.append(line)
    while parts and (is_country(parts[-1]) or re.fullmatch(r"[A-Z]{2,3} \d{5}(?:-\d{4})?", parts[-1])):
        parts.pop()
    parts = [re.sub(r"^\d{4,6} ", "", part) if is_postal(part) else part for part in parts]
    return [number_first(proper_case(part)) for part in (_without(part, city) for part in parts) if part]


def _without(part: str, city: str | None) -> str:
    """Remove the city at the end: `28 Ferry Road Edinburgh`. `12 Edinburgh Road` is unchanged."""
    if city and part.casefold() == city.casefold():
        return ""
    if city and part.casefold().endswith(f" {city.casefold()}") and is_street(part[: -len(city)].strip()):
        return part[: -len(city)].strip()
    return part


def is_rest_of_name(street: str, name: str | None, *towns: str | None) -> bool:
    """Whether the street is only a part of the name, or the town. Some registers write those into the address."""
    words = fold(street)
    if not words or is_street(street):
        return not words
    names = [fold(name or ""), *(fold(town or "") for town in towns)]
    return any(words == said[at : at + len(words)] for said in names for at in range(len(said)))


def address_reader(areas: Path) -> Callable[[Parts, str | None], Iterator[Reading]]:
    """A reader that knows the cities of the seed `areas`. It needs them for fields with more than a town."""
    cities = frozenset(row["area_name"] for row in read_rows(areas) if row["kind"] == "city")

    def find_address(parts: Parts, country: str | None) -> Iterator[Reading]:
        components = _of_components(parts.get("components", []))
        city = _city(parts, cities) or _value("city", components.city, parts, "components")
        streets_as_towns = [town for town in _texts(parts, "city") if is_street(town.text or "")]
        lines = [*(_texts(parts, "address")[:1] or _texts(parts, "line")), *streets_as_towns]
        text = ", ".join(dict.fromkeys(line.text or "" for line in lines))
        written = parse_address(text, country, city=city.value if city else None)
        street = _of_tags(parts) or components.street or written.street
        if street and is_rest_of_name(street, _first(parts, "name"), city.value if city else None):
            street = None
        line = ("address", "line")
        locality = components.locality or written.locality
        found = (
            _value("street_address", street, parts, "components", "street", "place", *line, "city"),
            _first_town(parts, "locality", cities) or _value("locality", locality, parts, "components", *line),
            city or _value("city", written.city and read_town(written.city, cities), parts, *line),
        )
        yield from (reading for reading in found if reading)

    return find_address


def _city(parts: Parts, cities: frozenset[str]) -> Reading | None:
    """The town. If there is none, the region, if it is a known city: `City of Edinburgh`."""
    region = _first_town(parts, "region", cities)
    return _first_town(parts, "city", cities) or (region if region and region.value in cities else None)


def _first_town(parts: Parts, part: str, cities: frozenset[str]) -> Reading | None:
    field_name = "locality" if part == "locality" else "city"
    known = cities if field_name == "city" else frozenset[str]()
    towns = ((read_town(written.text or "", known), written) for written in _texts(parts, part))
    return next((Reading(field_name, town, written) for town, written in towns if town), None)


def _of_tags(parts: Parts) -> str | None:
    street = proper_case(_first(parts, "street") or _first(parts, "place") or "") or None
    line = compose(_first(parts, "unit"), _first(parts, "house_name"), _first(parts, "house_number"), street)
    return line and number_first(PLUS_CODE.sub("", line))


def _of_components(listed: list[Written]) -> Address:
    """The address of Google's components. Each is a text with its types."""
    texts: dict[str, str] = {}
    for written in listed:
        component = written.content if isinstance(written.content, dict) else {}
        types, text = component.get("types"), Written(component.get("longText"), None).text
        for kind in types if isinstance(types, list) and text else []:
            texts.setdefault(str(kind), text or "")
    street = compose(texts.get("subpremise"), None, texts.get("street_number"), texts.get("route"))
    part_of_town = next((texts[kind] for kind in PARTS_OF_TOWN if kind in texts), None)
    return Address(street, part_of_town, texts.get("postal_town") or texts.get("locality"))


def _texts(parts: Parts, part: str) -> list[Written]:
    return [written for written in parts.get(part, []) if written.text]


def _first(parts: Parts, part: str) -> str | None:
    return next((written.text for written in _texts(parts, part)), None)


def _value(field_name: str, value: str | None, parts: Parts, *sources: str) -> Reading | None:
    """A reading of the value, with the first text of `sources` that it can come from."""
    written = next((written for source in sources for written in parts.get(source, [])), None)
    return Reading(field_name, value, written) if value else None
