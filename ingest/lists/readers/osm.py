"""OpenStreetMap extracts (PBF or XML): the places in them, in the form in which Overpass answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import osmium

from ingest.errors import SourceError
from ingest.lists.readers import Batch, Header, Limits, ListFile, ReadOptions
from ingest.lists.readers.batches import Numbered, as_json, in_batches
from ingest.lists.readers.files import check_unchanged, fingerprint, unreadable

COLUMNS = ("type", "id", "version", "lat", "lon", "tags")
# An object with one of these keys is a place. The others are roads, borders, trees.
PLACE_KEYS = (
    *("amenity", "shop", "leisure", "tourism", "office", "craft", "healthcare", "club", "sport", "historic"),
    *("aeroway", "emergency", "public_transport", "railway", "attraction", "social_facility", "community_centre"),
)
TYPES = {"n": "node", "w": "way", "r": "relation"}
AREA_TYPES = ("multipolygon", "boundary")  # relations of these types come again, as areas
DECIMALS = 7


def read_header(file: ListFile, options: ReadOptions, limits: Limits) -> Header:
    if next(_places(file), None) is None:
        raise SourceError("malformed", "The extract holds no places, such as objects with the key amenity or shop.")
    return Header(COLUMNS, options, frozenset({"tags"}))


def read_rows(file: ListFile, header: Header, limits: Limits) -> Iterator[Batch]:
    yield from in_batches(file.name, header.columns, _places(file), limits)


def _places(file: ListFile) -> Iterator[Numbered]:
    """The number of the place in the extract, and its cells. A way or a relation has the middle of its box."""
    try:
        before = fingerprint(file.path)
        processor = osmium.FileProcessor(str(file.path)).with_areas().with_filter(osmium.filter.KeyFilter(*PLACE_KEYS))
        yield from enumerate(_rows(processor), start=1)
        check_unchanged(file, before)
    except OSError as error:
        raise unreadable(error) from None
    except RuntimeError as error:
        raise SourceError(
            "malformed", f"The file is no OpenStreetMap extract, or it is damaged; download it again. ({error})"
        ) from None


def _rows(processor: Iterable[Any]) -> Iterator[list[str | None]]:
    for place in processor:
        if place.is_area():
            if not place.from_way():
                yield _row("r", place.orig_id(), _middle(node for ring in place.outer_rings() for node in ring), place)
        elif place.is_way():
            yield _row("w", place.id, _middle(place.nodes), place)
        elif place.is_relation():
            if place.tags.get("type") not in AREA_TYPES:
                yield _row("r", place.id, None, place)
        elif place.is_node():
            yield _row("n", place.id, (place.lat, place.lon), place)


def _row(kind: str, number: int, point: tuple[float, float] | None, place: Any) -> list[str | None]:
    lat, lon = (repr(round(degrees, DECIMALS)) for degrees in point) if point else (None, None)
    version = str(place.version) if place.version > 0 else None  # some extracts have none
    return [TYPES[kind], str(number), version, lat, lon, as_json({tag.k: tag.v for tag in place.tags})]


def _middle(nodes: Any) -> tuple[float, float] | None:
    """The middle of the box around the nodes that the extract holds."""
    known = [(node.lat, node.lon) for node in nodes if node.location.valid()]
    if not known:
        return None
    lats, lons = [lat for lat, _ in known], [lon for _, lon in known]
    return (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
