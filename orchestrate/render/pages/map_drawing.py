"""A map without tiles: points on Mercator's projection, the asked area, a scale bar, and names that do not overlap."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

LETTER, LINE = 7.2, 15  # about the size of a letter of a name, in the units of the drawing
DOT = 7
MARGIN = 0.06  # of the drawing, around what must be on it
LEAST_DEGREES = 0.004  # of a view: some hundred metres
CLASSES = 6  # that have a colour and a shape of their own; the rest shares the last
EARTH_METRES = 40_075_016.686
WIDEST_VIEW = 3  # how often the points fit into the width of the asked area before the view leaves the area


@dataclass(frozen=True)
class Box:
    """A box in degrees. One across the antimeridian has an east beyond 180."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True)
class MapPoint:
    """A place to draw."""

    anchor: str  # where its link leads
    name: str
    kind: str
    latitude: float
    longitude: float
    is_closed: bool = False
    number: int = 0  # in the list beside the map


@dataclass(frozen=True)
class Label:
    """A name, beside its point or in the background."""

    text: str
    x: float
    y: float
    anchor: str = "start"


@dataclass(frozen=True)
class Mark:
    """A drawn point."""

    point: MapPoint
    x: float
    y: float
    shape: int
    label: Label | None


@dataclass(frozen=True)
class Rectangle:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class ScaleBar:
    width: float
    text: str


@dataclass(frozen=True)
class MapDrawing:
    width: int
    height: int
    marks: tuple[Mark, ...]
    kinds: tuple[tuple[str, int, int], ...]  # the name, the shape and the number of points
    area: Rectangle | None
    area_name: str
    background: tuple[Label, ...]
    scale: ScaleBar

    @property
    def unnamed(self) -> int:
        return sum(mark.label is None for mark in self.marks)


def draw_map(
    points: Sequence[MapPoint],
    area: Box | None = None,
    area_name: str = "",
    names: Iterable[tuple[str, float, float]] = (),
    size: tuple[int, int] = (960, 520),
) -> MapDrawing | None:
    """The drawing of the points, in their order of importance. None if there is nothing to draw.

    `names` are names of the country around with their latitude and longitude. They fill what is left free.
    """
    if not points and area is None:
        return None
    view = _view(points, area, size)
    room = _Room(*size)
    shapes = _shapes(points)
    spots = [view.spot(point.latitude, point.longitude) for point in points]
    for x, y in spots:
        room.take(x - DOT, y - DOT, 2 * DOT, 2 * DOT)
    scale = view.scale_bar()
    room.take(0, size[1] - 40, scale.width + 40, 40)
    labels = [room.label(point.name, x, y) for point, (x, y) in zip(points, spots, strict=True)]
    asked = view.rectangle(area) if area else None
    if asked:
        room.take_edges(asked)  # from the names around only: a place may lie on the edge
    marks = tuple(
        Mark(point, x, y, shapes[point.kind], label) for point, (x, y), label in zip(points, spots, labels, strict=True)
    )
    return MapDrawing(
        *size,
        marks=marks,
        kinds=_legend(points, shapes),
        area=asked,
        area_name=area_name,
        background=tuple(_background(names, view, room)),
        scale=scale,
    )


def _shapes(points: Sequence[MapPoint]) -> dict[str, int]:
    """The shape of each kind, the most frequent first."""
    counts: dict[str, int] = {}
    for point in points:
        counts[point.kind] = counts.get(point.kind, 0) + 1
    ranked = sorted(counts, key=lambda kind: (-counts[kind], kind))
    return {kind: min(place, CLASSES - 1) for place, kind in enumerate(ranked)}


def _legend(points: Sequence[MapPoint], shapes: dict[str, int]) -> tuple[tuple[str, int, int], ...]:
    has_rest = len(shapes) > CLASSES
    counted: dict[int, int] = {}
    for point in points:
        counted[shapes[point.kind]] = counted.get(shapes[point.kind], 0) + 1
    names = {shape: kind for kind, shape in reversed(shapes.items())}
    if has_rest:
        names[CLASSES - 1] = "other"
    return tuple((names[shape], shape, counted[shape]) for shape in sorted(counted))


@dataclass(frozen=True)
class _View:
    """What the drawing shows, and how degrees become units of the drawing."""

    west: float
    top: float  # Mercator's y of the upper edge, in degrees
    units: float  # for each degree
    width: int
    height: int

    def spot(self, latitude: float, longitude: float) -> tuple[float, float]:
        east_of = (longitude - self.west) % 360
        # What lies a little west of the view is not a whole turn east of it.
        turned = east_of - 360 if east_of > 180 + self.width / self.units / 2 else east_of
        return turned * self.units, (self.top - _mercator(latitude)) * self.units

    def rectangle(self, box: Box) -> Rectangle | None:
        """The part of a box that the drawing shows. None if its edges are all outside."""
        left, upper = self.spot(box.north, box.west)
        _, lower = self.spot(box.south, box.west)
        right = left + (box.east - box.west) * self.units
        x, y = max(left, -9.0), max(upper, -9.0)
        width, height = min(right, self.width + 9.0) - x, min(lower, self.height + 9.0) - y
        return Rectangle(x, y, width, height) if width > 0 and height > 0 else None

    def scale_bar(self) -> ScaleBar:
        """A bar of a round length, about a fifth of the width."""
        middle = _latitude(self.top - self.height / self.units / 2)
        metres = EARTH_METRES / 360 * math.cos(math.radians(middle)) / self.units
        length = _round_below(metres * self.width / 5)
        text = f"{length:,.0f} m" if length < 1000 else f"{length / 1000:,.0f} km"
        return ScaleBar(length / metres, text)


def _round_below(metres: float) -> float:
    power = 10.0 ** math.floor(math.log10(metres))
    return next(power * factor for factor in (5, 2, 1) if power * factor <= metres)


def _mercator(latitude: float) -> float:
    bounded = max(min(latitude, 85.0), -85.0)
    return math.degrees(math.asinh(math.tan(math.radians(bounded))))


def _latitude(mercator: float) -> float:
    return math.degrees(math.atan(math.sinh(math.radians(mercator))))


def _view(points: Sequence[MapPoint], area: Box | None, size: tuple[int, int]) -> _View:
    """A view of the area, or of the points where they fill little of a large area."""
    around = _around(points) if points else None
    shown = area or around
    if area and around and _is_lost_in(around, area):
        shown = around
    assert shown is not None  # noqa: S101 (draw_map has returned if there is neither)
    return _fitted(shown, size)


def _around(points: Sequence[MapPoint]) -> Box:
    """The smallest box around the points. It may cross the antimeridian."""
    longitudes = sorted({point.longitude % 360 for point in points})
    gaps = [
        ((after - before) % 360 or 360, after)
        for before, after in zip(longitudes, [*longitudes[1:], longitudes[0]], strict=True)
    ]
    widest, west = max(gaps)
    west = west - 360 if west > 180 else west
    latitudes = [point.latitude for point in points]
    return Box(min(latitudes), west, max(latitudes), west + 360 - widest)


def _is_lost_in(points: Box, area: Box) -> bool:
    """Whether the area is so large that the points would be a spot on it."""
    width, height = area.east - area.west, _mercator(area.north) - _mercator(area.south)
    widest = max((points.east - points.west) / (width or 1), _height(points) / (height or 1))
    return width > 1 and widest * WIDEST_VIEW < 1


def _height(box: Box) -> float:
    return _mercator(box.north) - _mercator(box.south)


def _fitted(box: Box, size: tuple[int, int]) -> _View:
    """The view in whose middle the box is, as large as it fits."""
    width = max(box.east - box.west, LEAST_DEGREES)
    height = max(_height(box), LEAST_DEGREES)
    units = min(size[0] / width, size[1] / height) * (1 - 2 * MARGIN)
    middle = (_mercator(box.north) + _mercator(box.south)) / 2
    west = (box.west + box.east) / 2 - size[0] / units / 2
    return _View(west, middle + size[1] / units / 2, units, *size)


@dataclass
class _Room:
    """The free room on the drawing."""

    width: int
    height: int
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def take(self, x: float, y: float, width: float, height: float) -> None:
        self.taken.append((x, y, x + width, y + height))

    def take_edges(self, box: Rectangle) -> None:
        for x, y, width, height in (
            (box.x, box.y, box.width, 0.0),
            (box.x, box.y + box.height, box.width, 0.0),
            (box.x, box.y, 0.0, box.height),
            (box.x + box.width, box.y, 0.0, box.height),
        ):
            self.take(x - 2, y - 2, width + 4, height + 4)

    def is_free(self, x: float, y: float, width: float, height: float) -> bool:
        right, lower = x + width, y + height
        if x < 4 or y < 4 or right > self.width - 4 or lower > self.height - 4:
            return False
        return not any(x < r and right > left and y < low and lower > up for left, up, r, low in self.taken)

    def label(self, name: str, x: float, y: float) -> Label | None:
        """The name beside a point: right, left, above or below. None if it is free nowhere."""
        text = name if len(name) <= 30 else f"{name[:29].rstrip()}…"
        width = len(text) * LETTER + 4
        reach = DOT + 4
        for left, upper, baseline, anchor in (
            (x + reach, y - LINE / 2, (x + reach, y + 4), "start"),
            (x - reach - width, y - LINE / 2, (x - reach, y + 4), "end"),
            (x - width / 2, y - DOT - LINE, (x, y - DOT - 4), "middle"),
            (x - width / 2, y + DOT, (x, y + DOT + 12), "middle"),
        ):
            if self.is_free(left, upper, width, LINE):
                self.take(left, upper, width, LINE)
                return Label(text, *baseline, anchor)
        return None


def _background(names: Iterable[tuple[str, float, float]], view: _View, room: _Room) -> Iterator[Label]:
    """The names of the country around, where there is room."""
    for name, latitude, longitude in names:
        x, y = view.spot(latitude, longitude)
        width = len(name) * LETTER * 1.25 + 8
        if room.is_free(x - width / 2, y - LINE / 2, width, LINE):
            room.take(x - width / 2, y - LINE / 2, width, LINE)
            yield Label(name, x, y + 4, "middle")
