"""The map without tiles."""

import itertools
import math
import random

import pytest

from orchestrate.render.pages.map_drawing import DOT, LETTER, LINE, Box, MapPoint, draw_map

LEITH = Box(55.96, -3.19, 55.99, -3.15)


def point(latitude: float, longitude: float, name: str = "Club", kind: str = "gym") -> MapPoint:
    return MapPoint("tp_1", name, kind, latitude, longitude)


def box_of(label):
    width = len(label.text) * LETTER
    left = label.x - {"start": 0, "middle": width / 2, "end": width}[label.anchor]
    return left, label.y - LINE + 4, left + width, label.y + 2


def test_nothing_to_draw_is_no_map():
    assert draw_map([]) is None


def test_the_asked_area_is_whole_on_the_map_and_points_are_where_they_are():
    drawing = draw_map([point(55.99, -3.19), point(55.96, -3.15)], LEITH, "Leith")

    area, (north_west, south_east) = drawing.area, drawing.marks
    assert (north_west.x, north_west.y) == pytest.approx((area.x, area.y))
    assert (south_east.x, south_east.y) == pytest.approx((area.x + area.width, area.y + area.height))
    assert 0 < area.x < area.x + area.width < drawing.width
    assert 0 < area.y < area.y + area.height < drawing.height


def test_the_scale_bar_has_the_length_that_it_names():
    drawing = draw_map([point(55.97, -3.17)], LEITH)

    metres = {"1 km": 1000, "500 m": 500}[drawing.scale.text]
    degrees = metres / (111_320 * math.cos(math.radians(55.975)))
    units_for_a_degree = drawing.area.width / (LEITH.east - LEITH.west)
    assert drawing.scale.width == pytest.approx(degrees * units_for_a_degree, rel=0.01)


def test_no_name_lies_on_another_or_on_a_point():
    seed = 11
    rng = random.Random(seed)
    points = [point(rng.uniform(55.965, 55.985), rng.uniform(-3.185, -3.155), f"Club {n} of Leith") for n in range(60)]
    drawing = draw_map(points, LEITH, names=[("Newhaven", 55.98, -3.185), ("Seafield", 55.97, -3.16)])
    boxes = [box_of(mark.label) for mark in drawing.marks if mark.label]
    boxes += [box_of(label) for label in drawing.background]

    assert len(boxes) > 10
    for (left, up, right, low), other in itertools.combinations(boxes, 2):
        assert not (left < other[2] and other[0] < right and up < other[3] and other[1] < low), seed
    for left, up, right, low in boxes:
        inside = [m for m in drawing.marks if left < m.x < right and up + 2 < m.y < low - 2]
        assert inside == [], seed
    assert drawing.unnamed == sum(mark.label is None for mark in drawing.marks) > 0


def test_points_in_a_corner_of_a_large_country_are_drawn_near():
    drawing = draw_map([point(56.0, -3.2), point(55.9, -3.1)], Box(49.9, -8.6, 60.9, 1.8), "GB")

    assert abs(drawing.marks[0].x - drawing.marks[1].x) > drawing.height / 3


def test_places_on_both_sides_of_the_antimeridian_are_neighbours():
    drawing = draw_map([point(-17.0, 179.9), point(-17.1, -179.9)])

    assert 0 < drawing.marks[0].x < drawing.marks[1].x < drawing.width


@pytest.mark.parametrize(
    "points",
    [
        pytest.param([point(0, 0)], id="one point"),
        pytest.param([point(90, 0), point(-90, 180)], id="the poles"),
        pytest.param([point(10, 10)] * 3, id="the same point three times"),
    ],
)
def test_odd_points_have_a_map(points):
    drawing = draw_map(points)

    assert len(drawing.marks) == len(points)
    assert all(-DOT <= mark.x <= drawing.width + DOT for mark in drawing.marks)
    assert drawing.scale.text


def test_the_most_frequent_kinds_have_a_shape_of_their_own_and_the_rest_shares_one():
    kinds = [kind for n, kind in enumerate("abcdefgh") for _ in range(10 - n)]
    drawing = draw_map([point(55.97, -3.17, kind=kind) for kind in kinds], LEITH)

    assert [name for name, _, _ in drawing.kinds] == ["a", "b", "c", "d", "e", "other"]
    assert [count for _, _, count in drawing.kinds] == [10, 9, 8, 7, 6, 5 + 4 + 3]


def test_no_name_around_crosses_the_edge_of_the_asked_area():
    draw = random.Random(7)
    names = [(f"Town {n}", draw.uniform(55.94, 56.01), draw.uniform(-3.23, -3.11)) for n in range(400)]

    drawing = draw_map([point(55.97, -3.17)], LEITH, "Leith", names)

    edges = drawing.area
    crossing = [
        label.text
        for label in drawing.background
        for left, upper, right, lower in [box_of(label)]
        if (
            (left < edges.x < right or left < edges.x + edges.width < right)
            and upper < edges.y + edges.height
            and lower > edges.y
        )
        or (
            (upper < edges.y < lower or upper < edges.y + edges.height < lower)
            and left < edges.x + edges.width
            and right > edges.x
        )
    ]
    assert crossing == []
    assert len(drawing.background) > 20
