"""The position of a place: turns every geometry of the services into one point in degrees of WGS84."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from extract.geography.countries import Box
from extract.values.reading import Reading
from extract.values.value_paths import Parts, Written

Position = tuple[float, float]  # x, y: east before north
WGS84, WEB_MERCATOR, NATIONAL_GRID = "EPSG:4326", "EPSG:3857", "EPSG:27700"
SAME_AS = {"EPSG:900913": WEB_MERCATOR, "EPSG:102100": WEB_MERCATOR, "EPSG:102113": WEB_MERCATOR}
DECIMALS = 7  # of a computed point: one centimetre
# The national grids of services that name none: the system, and the greatest easting and northing of land.
GRIDS = {"GB": (NATIONAL_GRID, (660_000.0, 1_220_000.0))}
ON_EARTH = Box(-90.0, -180.0, 90.0, 180.0)
LATITUDES = ("lat", "latitude", "Latitude", "y", "place:location:latitude")
LONGITUDES = ("lon", "lng", "longitude", "Longitude", "x", "place:location:longitude")


class Point(NamedTuple):
    latitude: float
    longitude: float
    is_swapped: bool = False


def point_reader(boxes: Mapping[str, Box]) -> Callable[[Parts, str | None], Iterator[Reading]]:
    """A reader that knows the boxes of the countries. A swapped point is recognised only by them."""

    def find_point(parts: Parts, country: str | None) -> Iterator[Reading]:
        """The first readable point of the payload."""
        refused: Written | None = None
        for position, written, crs in _positions(parts):
            point = to_degrees(position, crs, country, boxes) if position else None
            if point:
                yield Reading("latitude", repr(point.latitude), written)
                yield Reading("longitude", repr(point.longitude), written)
                if point.is_swapped:
                    yield Reading("location_flag", "swapped", written)
                return
            refused = refused or written
        if refused:
            yield Reading("latitude", None, refused, "no_point")

    return find_point


def degrees_in(parts: Parts) -> tuple[tuple[float, float], Written] | None:
    """Latitude and longitude as the payload gives them, if its first geometry is in degrees and not (0, 0)."""
    for position, written, _ in _positions(parts):
        if position and abs(position[0]) <= 180 and abs(position[1]) <= 180 and position != (0, 0):
            return (position[1], position[0]), written
    return None


def _positions(parts: Parts) -> Iterator[tuple[Position | None, Written, str | None]]:
    """The possible geometries, each with its named reference system."""
    named = next((crs for written in parts.get("crs", []) if (crs := _crs(written.content))), None)
    for written in parts.get("geometry", []):
        if isinstance(written.content, Mapping) and not GEOMETRY_KEYS.isdisjoint(written.content):
            yield position_of(written.content), written, _crs_of_geometry(written.content) or named
    for x, y in zip(parts.get("grid_x", []), parts.get("grid_y", []), strict=False):
        yield _pair(x.content, y.content), x, NATIONAL_GRID


def to_degrees(position: Position, crs: str | None, country: str | None, boxes: Mapping[str, Box]) -> Point | None:
    """The point by the named reference system, or by the range of its numbers. None if no system fits."""
    x, y = position
    box = boxes.get(country or "", ON_EARTH)
    is_in_degrees = abs(x) <= 180 and abs(y) <= 180
    if (crs is None or crs == WGS84) and is_in_degrees:
        return _turned(Point(y, x), box)
    if crs is None or crs == WGS84:  # numbers that large are metres, whatever system is named
        crs = GRIDS[country or ""][0] if _is_on_grid(x, y, country) or _is_on_grid(y, x, country) else WEB_MERCATOR
    elif crs in (WEB_MERCATOR, NATIONAL_GRID) and is_in_degrees and (x, y) != (0, 0):
        return _turned(Point(y, x), box)  # a service may name its own system but answer in the requested one
    if crs == GRIDS.get(country or "", (None,))[0] and not _is_on_grid(x, y, country) and _is_on_grid(y, x, country):
        turned = _transformed(y, x, crs)
        return turned and turned._replace(is_swapped=True)
    point = _transformed(x, y, crs)
    if not point or box.has(point.latitude, point.longitude):
        return point
    turned = _transformed(y, x, crs)
    return turned._replace(is_swapped=True) if turned and box.has(turned.latitude, turned.longitude) else point


def _is_on_grid(x: float, y: float, country: str | None) -> bool:
    """Whether easting and northing can be on the land of the country."""
    _, (east, north) = GRIDS.get(country or "", ("", (-1.0, -1.0)))
    return 0 <= x <= east and 0 <= y <= north


def _transformed(x: float, y: float, crs: str) -> Point | None:
    transformer = _transformer(crs)
    longitude, latitude = transformer.transform(x, y) if transformer else (math.inf, math.inf)
    is_known = math.isfinite(longitude) and math.isfinite(latitude)
    return Point(round(latitude, DECIMALS), round(longitude, DECIMALS)) if is_known else None


def _turned(point: Point, box: Box) -> Point | None:
    """The point with x and y swapped, if only then it is in its country, or on Earth."""
    turned = Point(point.longitude, point.latitude, True)
    if not box.has(point.latitude, point.longitude) and box.has(turned.latitude, turned.longitude):
        return turned
    return point if abs(point.latitude) <= 90 else None


@lru_cache
def _transformer(crs: str) -> Any:
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        return Transformer.from_crs(crs, WGS84, always_xy=True, allow_ballpark=False)
    except ProjError:
        return None


def position_of(content: Any) -> Position | None:
    """One position for any geometry: GeoJSON, ArcGIS JSON, a box, or a pair of named coordinates."""
    if not isinstance(content, Mapping):
        return None
    if content.get("type") == "MultiPoint":
        return _of_points(content.get("coordinates"))
    for key, read in SHAPES.items():
        if key in content and (position := read(content[key])):
            return position
    if {"minlat", "minlon", "maxlat", "maxlon"} <= content.keys():
        return _middle([_pair(content["minlon"], content["minlat"]), _pair(content["maxlon"], content["maxlat"])])
    y, x = (next((content[key] for key in keys if key in content), None) for keys in (LATITUDES, LONGITUDES))
    return _pair(x, y)


def _of_coordinates(coordinates: Any) -> Position | None:
    """The centre of the largest ring of polygons, or the middle of the longest line."""
    if position := _position(coordinates):
        return position
    lines = list(_lines(coordinates))
    closed = [line for line in lines if len(line) > 3 and line[0] == line[-1]]
    if closed:
        return _inside(max(closed, key=lambda ring: abs(_area(ring))))
    return _halfway(max(lines, key=_length)) if lines else None


def _of_points(points: Any) -> Position | None:
    """The first of several points."""
    positions = map(_position, points) if isinstance(points, list) else iter(())
    return next((position for position in positions if position), None)


def _of_geometries(geometries: Any) -> Position | None:
    found = map(position_of, geometries) if isinstance(geometries, list) else []
    return next((position for position in found if position), None)


SHAPES = {
    "coordinates": _of_coordinates,
    "rings": _of_coordinates,
    "paths": _of_coordinates,
    "points": _of_points,
    "geometries": _of_geometries,
}
GEOMETRY_KEYS = {*SHAPES, *LATITUDES, "minlat"}


def _lines(coordinates: Any) -> Iterator[list[Position]]:
    """Every list of positions, at any depth."""
    if not isinstance(coordinates, list):
        return
    positions = [position for item in coordinates if (position := _position(item))]
    if positions:
        yield positions
    else:
        for item in coordinates:
            yield from _lines(item)


def _position(content: Any) -> Position | None:
    return _pair(content[0], content[1]) if isinstance(content, list) and len(content) >= 2 else None


def _pair(x: Any, y: Any) -> Position | None:
    numbers = (_number(x), _number(y))
    return numbers if None not in numbers else None  # type: ignore[return-value]


def _number(value: Any) -> float | None:
    """A number, or a text with a number. true and infinite values are not numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _middle(positions: Sequence[Position | None]) -> Position | None:
    """The middle of the box around the positions."""
    known = [position for position in positions if position]
    if not known:
        return None
    xs, ys = [x for x, _ in known], [y for _, y in known]
    return round((min(xs) + max(xs)) / 2, DECIMALS), round((min(ys) + max(ys)) / 2, DECIMALS)


def _inside(ring: list[Position]) -> Position | None:
    """The centre of gravity. If it is outside (a crescent), the middle of the widest span at its height."""
    area = _area(ring)
    if not area:
        return _middle(ring)
    left, low = ring[0]  # an origin at a corner of the ring keeps the sums precise
    moved = [(x - left, y - low) for x, y in ring]
    cross = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(moved)]
    x = sum((a[0] + b[0]) * product for a, b, product in cross) / (6 * area) + left
    y = sum((a[1] + b[1]) * product for a, b, product in cross) / (6 * area) + low
    crossings = sorted(_crossings(ring, y))
    spans = list(zip(crossings[::2], crossings[1::2], strict=False))
    if not spans or any(start <= x <= end for start, end in spans):
        return round(x, DECIMALS), round(y, DECIMALS)
    start, end = max(spans, key=lambda span: span[1] - span[0])
    return round((start + end) / 2, DECIMALS), round(y, DECIMALS)


def _crossings(ring: list[Position], y: float) -> Iterator[float]:
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y):
            yield x1 + (y - y1) * (x2 - x1) / (y2 - y1)


def _area(ring: list[Position]) -> float:
    left, low = ring[0]
    return sum((x1 - left) * (y2 - low) - (x2 - left) * (y1 - low) for (x1, y1), (x2, y2) in pairwise(ring)) / 2


def _length(line: list[Position]) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(line))


def _halfway(line: list[Position]) -> Position:
    left = _length(line) / 2
    for a, b in pairwise(line):
        step = math.dist(a, b)
        if step >= left:
            share = left / step if step else 0.0
            return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
        left -= step
    return line[-1]


def _crs_of_geometry(content: Any) -> str | None:
    return _crs(content.get("crs") or content.get("spatialReference")) if isinstance(content, dict) else None


def _crs(content: Any) -> str | None:
    """`EPSG:27700` from a GeoJSON `crs` member or an ArcGIS `spatialReference`. None if none is named."""
    if not isinstance(content, Mapping):
        return None
    properties = content.get("properties")
    name = properties.get("name") if isinstance(properties, Mapping) else None
    code = content.get("latestWkid") or content.get("wkid")
    if isinstance(name, str) and name.endswith("CRS84"):
        return WGS84
    if match := re.search(r"EPSG:(?:[\w.]*:)?(\d{4,6})$", name, re.IGNORECASE) if isinstance(name, str) else None:
        code = match[1]
    if not re.fullmatch(r"\d{4,6}", str(code)):
        return None
    return SAME_AS.get(f"EPSG:{code}", f"EPSG:{code}")
