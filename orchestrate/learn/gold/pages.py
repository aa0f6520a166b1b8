"""A gold set of web pages: what a page lands, and the values of its data for machines."""

from __future__ import annotations

from typing import Literal

from extract.geography.whereabouts import Asked
from extract.payloads.kinds import Readers
from extract.schema import FIELDS, MANY_VALUED
from ingest.connectors.pages import SOURCE as SOURCE
from ingest.connectors.pages import records_of
from ingest.landing.payloads import compact_json

# The kinds of a place and its quantities are measured with search results: a whole page mentions too many.
NOT_OF_PAGES = MANY_VALUED | {"entity_class", "locality", "summary"}
PAGE_FIELDS = tuple(field for field in FIELDS if field not in NOT_OF_PAGES)
PageField = Literal[PAGE_FIELDS]  # type: ignore[valid-type]


def landed(url: str, html: str) -> tuple[str, str | None]:
    """The payloads of a page and of the place that it describes to machines, as JSON."""
    page, *place = records_of({"link": url, "url": url, "html": html})
    return compact_json(page), compact_json(place[0]) if place else None


def with_data(
    values: dict[str, list[str]], place: str | None, country: str | None, readers: Readers
) -> dict[str, list[str]]:
    """The values of the text behind those of the data, which are as trusted and come first, as in a run.

    As in staging, the data count if they have no other postcode than the text.
    """
    if place is None:
        return values
    data = _values(place, country, readers)
    stated, read = (_joined(found.get("postcode", [])) for found in (values, data))
    if stated and read and stated != read:
        return values
    return {name: [*data.get(name, []), *values.get(name, [])] for name in {**values, **data}}


def _values(place: str, country: str | None, readers: Readers) -> dict[str, list[str]]:
    asked = Asked((country,) if country else ())
    found = {r.field_name: [r.value] for r in readers.read(SOURCE, place, asked) if r.value is not None}
    return {name: values for name, values in found.items() if name in PAGE_FIELDS}


def _joined(values: list[str]) -> str:
    return "".join(values[:1]).replace(" ", "")
