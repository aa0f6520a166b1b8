"""GeoJSON (RFC 7946) and NDJSON: objects with lists and moments as JSON has them, and claims inside their entity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import orjson
import pyarrow as pa

from orchestrate.export.columns import CLAIM_COLUMNS, POINT, Column
from orchestrate.export.formats import Output
from orchestrate.export.formats.values import python_rows

JSON_KINDS = ("object", "hours")
OPTIONS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


class NdjsonWriter:
    """Writes one object on each line."""

    def __init__(self, output: Output) -> None:
        self._columns = output.columns
        self._file = output.records.open("wb")

    def write(self, rows: pa.Table, claims: pa.Table | None) -> None:
        for record in records(rows, self._columns, claims):
            self._file.write(orjson.dumps(record, option=OPTIONS) + b"\n")

    def close(self) -> None:
        self._file.close()


class GeojsonWriter:
    """Writes a FeatureCollection with one feature on each line. A feature without a point has no geometry."""

    def __init__(self, output: Output) -> None:
        self._columns = output.columns
        self._file = output.records.open("wb")
        self._file.write(b'{"type":"FeatureCollection","features":[')
        self._between = b"\n"

    def write(self, rows: pa.Table, claims: pa.Table | None) -> None:
        for record in records(rows, self._columns, claims):
            self._file.write(self._between + orjson.dumps(feature(record), option=OPTIONS))
            self._between = b",\n"

    def close(self) -> None:
        self._file.write(b"\n]}\n")
        self._file.close()


def feature(record: dict[str, Any]) -> dict[str, Any]:
    """The feature of a record: its point goes into the geometry, longitude first."""
    latitude, longitude = (record.pop(name, None) for name in POINT)
    has_point = latitude is not None and longitude is not None
    return {
        "type": "Feature",
        "id": record["entity_id"],
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]} if has_point else None,
        "properties": record,
    }


def records(rows: pa.Table, columns: Iterable[Column], claims: pa.Table | None) -> Iterator[dict[str, Any]]:
    """The rows as objects. With claims, each has the claims about its entity under `claims`."""
    columns = tuple(columns)
    about = _by_entity(claims) if claims is not None else None
    for row in python_rows(rows):
        record = {column.name: _value(cell, column.kind) for column, cell in zip(columns, row, strict=True)}
        if about is not None:
            record["claims"] = about.get(record["entity_id"], [])
        yield record


def _by_entity(claims: pa.Table) -> dict[str, list[dict[str, Any]]]:
    names = [column.name for column in CLAIM_COLUMNS]
    objects = (dict(zip(names, row, strict=True)) for row in python_rows(claims))
    return {entity: [_without_id(claim) for claim in group] for entity, group in groupby(objects, _entity_id)}


def _entity_id(claim: dict[str, Any]) -> str:
    return str(claim["entity_id"])


def _without_id(claim: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claim.items() if name != "entity_id"}


def _value(cell: Any, kind: str) -> Any:
    return orjson.loads(cell) if kind in JSON_KINDS and cell is not None else cell
