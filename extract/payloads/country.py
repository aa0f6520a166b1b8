"""The country of a record. Its own fields come first, then the area that its run asked, then what its source covers.

The reading names its evidence as its reason. In order:

- `stated`: a field for the country, with a code or a name in any language.
- `address`: the name of a country at the end of an address, or a region, a city and a street of East Asia.
- `postcode`: a postcode that only one country writes (`1012 AB`), or a state with its code (`NY 10001`).
- `calling_code`: a number with a calling code, unless the point is elsewhere.
- `area`: the point is in the country of the area that was asked.
- `point`: the point is in the box of one country only.
- `coverage`: the source covers one country only.
- `area_asked`: nothing else is known, so the record counts to the country of the area.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from extract.addresses.largest_first import country_of_largest_first
from extract.addresses.postal import country_of_code, distinct_grammars, grammar_of, regions_of
from extract.geography.countries import Countries, country_of_phone, fold_name
from extract.geography.points import degrees_in
from extract.geography.whereabouts import Asked, Coverage
from extract.values.reading import Reading
from extract.values.value_paths import Parts, Written

STATED = frozenset(["stated", "address", "postcode"])  # evidence that outweighs a point
WITH_STATES = ("US", "CA", "AU")  # addresses end with a state and a code
Clue = tuple[str | None, Written | None, str]


def find_country(paths: Mapping[str, Parts], asked: Asked, covered: Coverage, countries: Countries) -> Reading:
    """`paths` are the parts that the readers of the record are given, by reader."""
    for country, written, reason in _clues(paths, asked, covered, countries):
        if country:
            return Reading("country", country, written, reason)
    return Reading("country", None, None, "no_country")


def _clues(paths: Mapping[str, Parts], asked: Asked, covered: Coverage, countries: Countries) -> Iterator[Clue]:
    own, address, postcode = (paths.get(kind, {}) for kind in ("country", "address", "postcode"))
    for written in (*own.get("code", []), *own.get("name", [])):
        yield countries.named(written.text or ""), written, "stated"
    for written in own.get("components", []):
        yield _of_component(written, countries), written, "stated"
    towns = [written for written in address.get("city", []) if "," in (written.text or "")]
    addresses = [*address.get("address", []), *address.get("line", [])[-1:], *towns]
    for written in addresses:
        country = countries.at_end(written.text or "")
        yield country if not _is_region(written.text or "", asked) else None, written, "address"
        yield country_of_largest_first(written.text or ""), written, "address"
    for written in postcode.get("code", []):
        yield country_of_code(written.text or ""), written, "postcode"
    for written in (*postcode.get("within", []), *address.get("address", [])):
        yield country_of_town_lines(written.text or ""), written, "postcode"
    yield from _of_phones(paths, countries)
    yield from _of_point(paths, asked, countries)
    yield covered.country, None, "coverage"
    yield next(iter(asked.countries), None), None, "area_asked"


def _of_component(written: Written, countries: Countries) -> str | None:
    """The country of Google's components: each is a text with its types."""
    content = written.content if isinstance(written.content, dict) else {}
    types, text = content.get("types"), Written(content.get("shortText"), None).text
    return countries.named(text or "") if isinstance(types, list) and "country" in types else None


def _is_region(address: str, asked: Asked) -> bool:
    """Whether the end of the address is a region of the country that was asked: `Atlanta, Georgia`."""
    end = fold_name(re.split(r"[,\n;]", address)[-1])
    return any(end in regions_of(country) for country in asked.countries)


@lru_cache(maxsize=50_000)
def country_of_town_lines(address: str) -> str | None:
    """The only country whose postcodes the parts after the first hold. The first part is a street: `1600 NW Park`."""
    parts = [part.strip() for part in re.split(r"[,\n;]", address)]
    rest = ", ".join(parts[1:]) or parts[0]
    found = {grammar.country for grammar in distinct_grammars() if grammar.shows_in(rest)}
    found |= {country for country in WITH_STATES for part in parts[1:] if _ends_with_state(part, country)}
    return found.pop() if len(found) == 1 else None


def _ends_with_state(part: str, country: str) -> bool:
    grammar = grammar_of(country)
    return bool(grammar and re.search(rf"\b(?:{grammar.region})\.? {grammar.code}$", part))


def _of_phones(paths: Mapping[str, Parts], countries: Countries) -> Iterator[Clue]:
    degrees = degrees_in(paths.get("point", {}))
    for written in paths.get("phone", {}).get("number", []):
        country = country_of_phone(written.text or "")
        is_here = degrees is None or any(countries.holds(country, *turned) for turned in _both_ways(degrees[0]))
        yield country if is_here else None, written, "calling_code"


def _of_point(paths: Mapping[str, Parts], asked: Asked, countries: Countries) -> Iterator[Clue]:
    """The asked country that holds the point, also with its axes exchanged; else the only country around it."""
    degrees = degrees_in(paths.get("point", {}))
    if degrees is None:
        return
    point, written = degrees
    for turned in _both_ways(point):
        for country in asked.countries:
            yield country if countries.holds(country, *turned) else None, written, "area"
    around = countries.around(*point)
    yield around[0] if len(around) == 1 else None, written, "point"


def _both_ways(point: tuple[float, float]) -> tuple[tuple[float, float], tuple[float, float]]:
    latitude, longitude = point
    return (latitude, longitude), (longitude, latitude)
