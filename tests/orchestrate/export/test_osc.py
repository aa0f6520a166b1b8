"""Changes for OpenStreetMap, read by osmium."""

from __future__ import annotations

import json
from pathlib import Path

import osmium
import pytest

from tests.orchestrate.export.conftest import exporting
from tests.orchestrate.export.planted import Planted
from tests.orchestrate.export.small import COURTS, add

NODE = {"type": "node", "id": 5, "version": 3, "lat": 55.9, "lon": -3.1, "tags": {"name": "Courts", "leisure": "pitch"}}


class Nodes(osmium.SimpleHandler):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.found: dict[int, tuple[int, float, float, dict[str, str]]] = {}
        self.apply_file(str(path))

    def node(self, node: osmium.osm.Node) -> None:
        self.found[node.id] = (node.version, node.location.lat, node.location.lon, dict(node.tags))


def changes(planted: Planted, tmp_path: Path):
    planted.write()
    report = exporting(planted, tmp_path)("osc")
    return Nodes(Path(report.files[0].path)).found, report


def with_object(
    planted: Planted,
    entity: str,
    payload: dict,
    element: str = "node/5",
    role: str = "member",
    source: str = "openstreetmap",
) -> None:
    key = {"record_key": f"{source}:{element}", "entity_id": entity}
    planted.records.append({**key, "source_name": source, "source_record_id": element, "match_role": role})
    planted.evidence.append({**key, "payload": json.dumps(payload)})


@pytest.fixture
def planted(tmp_path) -> Planted:
    return Planted(tmp_path / "sandbox" / "trigpoint.duckdb")


def test_a_place_without_an_object_becomes_a_new_node(planted, tmp_path):
    add(planted, "tp_1", **COURTS)

    nodes, report = changes(planted, tmp_path)

    assert nodes == {
        -1: (
            0,
            55.9533,
            -3.114,
            {
                "addr:city": "Edinburgh",
                "addr:country": "GB",
                "addr:housenumber": "12",
                "addr:postcode": "EH15 1EY",
                "addr:street": "Bath Street",
                "internet_access": "wlan",
                "leisure": "sports_centre",
                "name": "Thistle Courts",
                "opening_hours": "Mo,Tu 09:00-17:00; Sa 10:00-12:00,13:00-15:00",
                "phone": "+441314960101",
                "sport": "padel;tennis",
                "website": "https://thistle.example",
            },
        )
    }
    assert (report.files[0].holds, report.files[0].rows) == ("changes", 1)


def test_a_node_with_its_version_gets_what_it_lacks_and_stays_where_it_is(planted, tmp_path):
    add(planted, "tp_1", **COURTS)
    with_object(planted, "tp_1", NODE)

    nodes, _ = changes(planted, tmp_path)

    ((version, latitude, longitude, tags),) = nodes.values()
    assert (list(nodes), version, latitude, longitude) == ([5], 3, 55.9, -3.1)
    assert (tags["name"], tags["leisure"], tags["phone"]) == ("Courts", "pitch", "+441314960101")


def test_an_object_out_of_a_list_is_not_made_again(planted, tmp_path):
    add(planted, "tp_1", **COURTS)
    of_a_list = {**NODE, **{key: str(NODE[key]) for key in ("id", "version", "lat", "lon")}}  # a list has texts
    with_object(planted, "tp_1", of_a_list, source="extract")

    nodes, _ = changes(planted, tmp_path)

    assert list(nodes) == [5]


def test_what_the_object_says_already_is_not_changed(planted, tmp_path):
    add(planted, "tp_1", entity_name="Courts", phone="+441314960101", latitude=1.0, longitude=1.0)
    planted.claim(
        "tp_1", "phone", "osm", "0131 496 0101", is_winner=False, lost_because="duplicate", source_record_id="node/5"
    )
    with_object(planted, "tp_1", NODE | {"tags": {"name": "Courts", "phone": "0131 496 0101"}})

    nodes, report = changes(planted, tmp_path)

    assert nodes == {}
    assert [left.reason for left in report.elements_left_out] == ["OpenStreetMap has all of it"]


@pytest.mark.parametrize(
    ("payload", "element", "role", "reason"),
    [
        (NODE | {"version": None}, "node/5", "member", "its record does not have the version"),
        (NODE | {"id": 6}, "node/5", "member", "its record does not have the node"),
        (NODE | {"type": "way"}, "way/5", "member", "it is a way or a relation, whose points the record does not have"),
        (NODE, "node/5", "part", "OpenStreetMap has only parts of it"),
        (NODE, "5", "member", "its id is no id of OpenStreetMap"),
    ],
)
def test_an_object_that_cannot_be_changed_is_named_with_the_reason(planted, tmp_path, payload, element, role, reason):
    add(planted, "tp_1", **COURTS)
    with_object(planted, "tp_1", payload, element, role)

    nodes, report = changes(planted, tmp_path)

    assert nodes == {}
    assert [(left.element, left.reason) for left in report.elements_left_out] == [(element, reason)]
    attribution = Path(report.files[-1].path).read_text(encoding="utf-8")
    assert f"tp_1, {element}: {reason}" in attribution


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"latitude": None, "longitude": None}, "it has no point that OpenStreetMap may take"),
        ({"entity_name": None}, "it has no name that OpenStreetMap may take"),
        ({"operating_status": "closed_permanently"}, "its status is closed_permanently"),
        ({"operating_status": "planned"}, "its status is planned"),
    ],
)
def test_what_cannot_become_a_node_is_named_with_the_reason(planted, tmp_path, values, reason):
    add(planted, "tp_1", **{name: value for name, value in {**COURTS, **values}.items() if value is not None})

    nodes, report = changes(planted, tmp_path)

    assert nodes == {}
    assert [(left.element, left.reason) for left in report.elements_left_out] == [(None, reason)]


def test_an_unknown_kind_asks_the_mapper(planted, tmp_path):
    add(planted, "tp_1", entity_name="Something", latitude=1.0, longitude=2.0)

    nodes, _ = changes(planted, tmp_path)

    assert nodes[-1][3] == {"name": "Something", "fixme": "what kind of place is this?"}


def test_hostile_text_stays_text(planted, tmp_path):
    add(planted, "tp_1", entity_name='</node><delete a="1">&\x00\u202e', latitude=1.0, longitude=2.0)

    nodes, _ = changes(planted, tmp_path)

    assert nodes[-1][3]["name"] == '</node><delete a="1">&\ufffd\u202e'
