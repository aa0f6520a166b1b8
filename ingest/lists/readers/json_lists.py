"""GeoJSON and lists of JSON objects. The columns are the keys of all objects of the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ingest.errors import SourceError
from ingest.fetch.reference_systems import with_reference_system
from ingest.lists.readers import Batch, Header, Limits, ListFile, ReadOptions, RowFault
from ingest.lists.readers.batches import Numbered, as_json, as_text, in_batches
from ingest.lists.readers.files import open_bytes
from ingest.lists.readers.json_items import Item, JsonItems
from ingest.lists.readers.text.headers import check_width

FAULT_CHARACTERS = 2_000
NO_OBJECT = "not an object"


def read_header(file: ListFile, options: ReadOptions, limits: Limits) -> Header:
    """Read the whole file once for its keys."""
    columns: dict[str, bool] = {}  # name -> whether a value is an object or a list
    objects = 0
    for item, row in _rows(file, limits):
        if item.error:
            continue
        objects += 1
        for name, value in row.items():
            if value is not None and not columns.get(name):
                columns[name] = isinstance(value, (dict, list))
        check_width(len(columns), limits)
    if not objects:
        raise SourceError("malformed", "The file holds no places; give a file with at least one object.")
    json_columns = frozenset(name for name, is_json in columns.items() if is_json)
    return Header(tuple(columns), replace(options, encoding="utf-8"), json_columns)


def read_rows(file: ListFile, header: Header, limits: Limits) -> Iterator[Batch]:
    texts = [(name, as_json if name in header.json_columns else as_text) for name in header.columns]

    def rows() -> Iterator[Numbered | RowFault]:
        for number, (item, row) in enumerate(_rows(file, limits), start=1):
            if item.error:
                text = item.text or as_json(item.value) or ""
                yield RowFault(number, item.error, text[:FAULT_CHARACTERS])
            else:
                yield number, [text(row.get(name)) for name, text in texts]

    yield from in_batches(file.name, header.columns, rows(), limits)


def _rows(file: ListFile, limits: Limits) -> Iterator[tuple[Item, dict[str, Any]]]:
    """Each item of the file, and its columns."""
    with open_bytes(file, limits) as content:
        items = JsonItems(content, limits)
        for item in items:
            if not item.error and not isinstance(item.value, dict):
                yield item._replace(error=NO_OBJECT), {}
            else:
                yield item, {} if item.error else _columns(item.value, items.outer)


def _columns(value: dict[str, Any], outer: dict[str, Any]) -> dict[str, Any]:
    """The properties of a feature, its geometry and its id; any other object as it is."""
    if value.get("type") != "Feature" or "geometry" not in value:
        return value
    properties = value.get("properties")
    columns = dict(properties) if isinstance(properties, dict) else {}
    if "id" in value:
        columns.setdefault("id", value["id"])
    around = value if "crs" in value else outer
    columns["geometry"] = with_reference_system(value["geometry"], around) if around else value["geometry"]
    return columns
