"""osmChange 0.6: changes that a person reviews in an editor of OpenStreetMap.

A place without an object becomes a new node. A node of OpenStreetMap gets the tags that it lacks, if its record has
the version that the API asks for. The geometry of an object is never changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

import duckdb
import pyarrow as pa

from orchestrate.contracts.export import LeftOutElement
from orchestrate.export.columns import LIST_FIELDS, Column
from orchestrate.export.formats.osm_tags import GONE, changed_tags, kind_tags, tags_of_fields
from orchestrate.export.formats.values import fit, python_rows

ELEMENT = re.compile(r"(node|way|relation)/[0-9]+")
UNSURE = "what kind of place is this?"

# The objects of each entity: its records, those of a list out of OpenStreetMap, and the ids that other records give.
# `same` has the fields about which the object says what the golden record says.
OBJECTS = """
with named as (
    select entity_id, source_record_id as element, match_role = 'part' as is_part, record_key
    from published.marts.entity_records
    where source_name = 'openstreetmap' or regexp_full_match(source_record_id, '(node|way|relation)/[0-9]+')
    union all
    select entity_id, value as element, false as is_part, null as record_key from published.marts.entity_claims
    where field_name = 'external_ids' and item = 'openstreetmap=' || value
        and (source_name, source_record_id) != ('openstreetmap', value)
)

select
    named.entity_id, named.element, bool_or(named.is_part) as is_part, any_value(evidence.payload) as payload,
    coalesce(any_value(said.fields), []) as same
from named
inner join stretch on named.entity_id = stretch.entity_id
left join published.marts.record_evidence as evidence
    on named.record_key = evidence.record_key and named.entity_id = evidence.entity_id
left join (
    select entity_id, source_record_id, list(distinct field_name) as fields from stated
    where (is_winner or lost_because = 'duplicate')
    group by entity_id, source_record_id
) as said on said.entity_id = named.entity_id and said.source_record_id = named.element
group by named.entity_id, named.element
order by named.entity_id, named.element
"""


@dataclass(frozen=True)
class _Object:
    """An object of OpenStreetMap that belongs to an entity."""

    element: str
    is_part: bool
    payload: str | None
    same: list[str]


class OscWriter:
    """Writes one change for each entity that has one, and keeps the reasons of the others."""

    def __init__(
        self,
        path: Path,
        columns: tuple[Column, ...],
        by_kind: Mapping[str, tuple[str, str]],
        connection: duckdb.DuckDBPyConnection,
    ) -> None:
        self._connection = connection  # with the tables of the stretch
        self._names = [column.name for column in columns]
        self._by_kind = by_kind
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._xml = XMLGenerator(self._file, "utf-8", short_empty_elements=True)
        self._xml.startDocument()
        self._open("osmChange", {"version": "0.6", "generator": "trigpoint"})
        self._next_id = -1
        self.left_out: list[LeftOutElement] = []
        self.changes = 0

    def write(self, rows: pa.Table, claims: pa.Table | None) -> None:
        objects: dict[str, list[_Object]] = {}
        for entity, *parts in self._connection.execute(OBJECTS).fetchall():
            objects.setdefault(entity, []).append(_Object(*parts))
        for row in python_rows(rows):
            record = dict(zip(self._names, row, strict=True))
            if held := objects.get(record["entity_id"]):
                self._modify(record, held)
            else:
                self._create(record)

    def close(self) -> None:
        self._xml.endElement("osmChange")
        self._xml.endDocument()
        self._file.close()

    def _create(self, record: dict[str, Any]) -> None:
        if reason := _not_creatable(record):
            self._leave_out(record, None, reason)
            return
        kind = kind_tags(record, self._by_kind) or {"fixme": UNSURE}
        node = {"id": self._next_id, "lat": record["latitude"], "lon": record["longitude"]}
        self._next_id -= 1
        self._write("create", node, tags_of_fields(record, _stated(record)) | kind)

    def _modify(self, record: dict[str, Any], objects: list[_Object]) -> None:
        whole = [held for held in objects if not held.is_part]
        if len(whole) != 1:
            several = "it has several objects of OpenStreetMap" if whole else "OpenStreetMap has only parts of it"
            self._leave_out(record, objects[0].element, several)
            return
        element, node = whole[0].element, _payload(whole[0].payload)
        if reason := _not_modifiable(element, node):
            self._leave_out(record, element, reason)
            return
        held = {str(key): str(value) for key, value in (node.get("tags") or {}).items() if value is not None}
        changed = changed_tags(held, tags_of_fields(record, _stated(record, without=whole[0].same)))
        if not changed:
            self._leave_out(record, element, "OpenStreetMap has all of it")
            return
        attributes = {"id": node["id"], "version": node["version"], "lat": node["lat"], "lon": node["lon"]}
        self._write("modify", attributes, {**held, **changed})

    def _write(self, action: str, node: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        self.changes += 1
        self._open(action, {})
        self._open("node", {name: str(value) for name, value in node.items()})
        for key, value in sorted(tags.items()):
            self._open("tag", {"k": fit(key), "v": fit(value)})
            self._xml.endElement("tag")
        self._xml.endElement("node")
        self._xml.endElement(action)
        self._xml.ignorableWhitespace("\n")

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._xml.startElement(name, AttributesImpl(attributes))

    def _leave_out(self, record: dict[str, Any], element: str | None, reason: str) -> None:
        self.left_out.append(LeftOutElement(entity_id=record["entity_id"], element=element, reason=reason))


def _not_creatable(record: Mapping[str, Any]) -> str | None:
    if record["latitude"] is None:
        return "it has no point that OpenStreetMap may take"
    if record["entity_name"] is None:
        return "it has no name that OpenStreetMap may take"
    if record["operating_status"] in GONE:
        return f"its status is {record['operating_status']}"
    return None


def _not_modifiable(element: str, node: Mapping[str, Any]) -> str | None:
    if not ELEMENT.fullmatch(element):
        return "its id is no id of OpenStreetMap"
    if not element.startswith("node/"):
        return "it is a way or a relation, whose points the record does not have"
    if any(node.get(key) is None for key in ("id", "lat", "lon")) or f"node/{node['id']}" != element:
        return "its record does not have the node"
    if not str(node.get("version") or "").isdecimal():
        return "its record does not have the version"
    return None


def _payload(payload: str | None) -> dict[str, Any]:
    try:
        found = json.loads(payload or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _stated(record: Mapping[str, Any], without: Iterable[str] = ()) -> Iterator[str]:
    """The fields that a source states. A derived one is our own guess at an area."""
    sources = json.loads(record["field_sources"])
    passed_over = {*without, *LIST_FIELDS}
    return (name for name in record if name in sources and sources[name] != "derived" and name not in passed_over)
