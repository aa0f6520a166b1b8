"""GeoParquet 1.1: points as WKB with their boxes, and the metadata that geographic programs read."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestrate.export.columns import POINT
from orchestrate.export.formats import Output

SIDES = ("xmin", "ymin", "xmax", "ymax")
BOX = pa.struct([(side, pa.float64()) for side in SIDES])
WKB_POINT = 1


class GeoparquetWriter:
    """Writes a row group for each stretch, and the claims into a second file."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._records: pq.ParquetWriter | None = None
        self._claims: pq.ParquetWriter | None = None
        self._bounds: list[float] | None = None

    def write(self, rows: pa.Table, claims: pa.Table | None) -> None:
        points = list(zip(*(rows.column(name).to_pylist() for name in reversed(POINT)), strict=True))
        self._extend(points)
        table = rows.append_column("geometry", pa.array(map(_wkb, points), pa.binary()))
        table = table.append_column("bbox", pa.array(map(_box, points), BOX))
        self._records = self._records or _writer(self._output.records, table.schema)
        self._records.write_table(table)
        if self._output.claims and claims is not None:
            self._claims = self._claims or _writer(self._output.claims, claims.schema)
            self._claims.write_table(claims)

    def close(self) -> None:
        if self._records:
            self._records.add_key_value_metadata({"geo": json.dumps(self._metadata())})
            self._records.close()
        if self._claims:
            self._claims.close()

    def _extend(self, points: list[tuple[Any, Any]]) -> None:
        known = [point for point in points if point[0] is not None]
        if not known:
            return
        xs, ys = zip(*known, strict=True)
        held = [[*self._bounds[:2]], [*self._bounds[2:]]] if self._bounds else []
        xs, ys = (*xs, *(corner[0] for corner in held)), (*ys, *(corner[1] for corner in held))
        self._bounds = [min(xs), min(ys), max(xs), max(ys)]

    def _metadata(self) -> dict[str, Any]:
        """Without a `crs` the coordinates are longitude and latitude (OGC:CRS84)."""
        column: dict[str, Any] = {
            "encoding": "WKB",
            "geometry_types": ["Point"],
            "covering": {"bbox": {side: ["bbox", side] for side in SIDES}},
        }
        if self._bounds:
            column["bbox"] = self._bounds
        return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    # A stored Arrow schema would hide the metadata that come at the end from geopandas.
    return pq.ParquetWriter(path, schema, compression="zstd", store_schema=False)


def _wkb(point: tuple[Any, Any]) -> bytes | None:
    return None if point[0] is None else struct.pack("<BIdd", 1, WKB_POINT, *point)


def _box(point: tuple[Any, Any]) -> dict[str, float] | None:
    return None if point[0] is None else dict(zip(SIDES, (*point, *point), strict=True))
