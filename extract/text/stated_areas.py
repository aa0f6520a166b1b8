"""Reads the town of a search result, and the part of it: by the gazetteer, and by where a name stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from extract.addresses.towns import town_beside_code
from extract.grounding import Span
from extract.schema import Claim, TextRecord
from extract.text.context import BESIDE, Context
from extract.text.lexicon import NamedArea
from extract.text.subject.localities import SUBURBS_FOR_TOWNS, WORD, read_locality, town_of_address
from extract.text.subject.names import FAIR, area_as_written, quoted_claim
from extract.web.urls import host_of

ISLAND = re.compile(rf"(?P<island>{WORD} Island), (?P<town>{WORD}(?: {WORD})?), {WORD}")


def read_areas(record: TextRecord, context: Context, name: Claim | None) -> Iterator[Claim]:
    """The areas that the gazetteer knows, else a part of the town as it stands, and the town of the address."""
    if island := ISLAND.search(context.text):  # the town is on the island: behind it is a province
        yield from some(_town_claim("locality", Span(*island.span("island")), record))
        yield from some(_town_claim("city", Span(*island.span("town")), record))
        return
    areas = _stated_areas(context)
    localities = [area for area in areas if not area.is_city]
    cities = {area.city for area in areas}
    town = town_of_address(context)
    for field, names in (("locality", {area.name for area in localities}), ("city", cities)):
        if len(names) > 1:
            yield Claim(field, None, null_reason="contradictory")
    if len({area.name for area in localities}) == 1:
        written = area_as_written(localities[0], record)
        yield from some(quoted_claim(record, "locality", localities[0].name, written, FAIR))
    is_part = town is not None and _is_part(town, context)
    if not localities:
        yield from some(
            read_locality(context, name, host_of(record.url))
            or (_town_claim("locality", town, record) if is_part else None)
        )
    if town and not is_part:
        yield from some(_town_claim("city", town, record))
    elif len(cities) == 1:
        named = next((area for area in areas if area.is_city), None)
        written = area_as_written(named, record) if named else areas[0].city
        value = written if named and named.is_abroad else areas[0].city  # as the text spells it
        yield from some(quoted_claim(record, "city", value, written, FAIR))
    elif not cities and (beside := town_beside_code(record.snippet, context.country, context.lexicon.gazetteer)):
        yield from some(quoted_claim(record, "city", beside, beside, FAIR))


def _is_part(town: Span, context: Context) -> bool:
    """Whether the town of the address is a part of the query's: "1050 Ixelles, Bruxelles"."""
    cities = [mention for mention in context.lexicon.area_mentions(context.text) if mention.what.is_city]
    is_near = any(mention.end <= len(context.record.title) or 0 <= mention.start - town.end <= 3 for mention in cities)
    return is_near or context.country in SUBURBS_FOR_TOWNS


def _town_claim(field: str, town: Span | None, record: TextRecord) -> Claim | None:
    if town is None:
        return None
    value = record.text[town.start : town.end]
    return Claim(field, value, value, town.start, town.end, "inferred", FAIR)


def _stated_areas(context: Context) -> list[NamedArea]:
    """The areas that the place is in, the longest names first. "Near Portobello" is not in Portobello."""
    stated = {
        mention.what
        for mention in context.lexicon.area_mentions(context.text)
        if not BESIDE.search(context.text, 0, mention.start)
        and context.scope("city", Span(mention.start, mention.end)) != "past"  # "We were at 7 Hill Row, Bristol"
    }
    stated -= _of_another_city(context)
    here = {area.city for area in stated if area.is_city}
    is_other = context.query.city in here  # the West End is that of the town that the text names
    return [
        area
        for area in context.lexicon.areas_in(context.text)
        if area in stated and (area.city in here or not is_other)
    ]


def _of_another_city(context: Context) -> set[NamedArea]:
    """The areas right behind the name of another city: "Dundee city centre" is not the one of the query's city."""
    mentions = context.lexicon.area_mentions(context.text)
    return {
        mention.what
        for before, mention in pairwise(mentions)
        if before.what.is_city
        and before.what.city != mention.what.city
        and context.text[before.end : mention.start].strip() in ("", "'s", "’s")
    }


def some(claim: Claim | None) -> Iterator[Claim]:
    if claim:
        yield claim
