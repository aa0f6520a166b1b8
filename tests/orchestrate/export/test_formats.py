"""Each form of an export, opened by a reader that is not ours."""

from __future__ import annotations

import csv
import json
import struct
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from geojson_pydantic import FeatureCollection
from openpyxl import load_workbook

from orchestrate.export.columns import COLUMNS
from orchestrate.export.request import FORMATS
from tests.orchestrate.export.conftest import Exporting, exporting
from tests.orchestrate.export.planted import Planted
from tests.orchestrate.export.small import COURTS, HOURS, add

HOSTILE: dict[str, Any] = {
    "entity_name": '=HYPERLINK("https://evil.example","click")',
    "alternate_names": ["-2+3+cmd|' /C calc'!A0", "@SUM(1)", "plain"],
    "summary": "\t=1+1",
    "description": 'a line\r\nand =another, "quoted" \x00\x1b[31m',
    "street_address": "＝1+1",
    "phone": "+441314960000",
    "postcode": "#N/A",
    "city": "-12.5",
    "latitude": -0.5,
    "longitude": -3.25,
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Planted:
    planted = Planted(tmp_path_factory.mktemp("hostile") / "trigpoint.duckdb")
    add(planted, "tp_h", **HOSTILE)
    planted.write()
    return planted


def target(report) -> Path:
    return Path(report.files[0].path)


def csv_rows(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_csv_is_read_as_it_was_meant(exported_few: Exporting):
    first, second = csv_rows(target(exported_few("csv")))

    assert list(first) == [column.name for column in COLUMNS]
    assert first["canonical_activities"] == "padel; tennis"
    assert first["alternate_names"] == '"Courts; Thistle"; Thistle'
    assert first["opening_hours"] == "Mo,Tu 09:00-17:00; Sa 10:00-12:00,13:00-15:00"
    assert (first["phone"], first["longitude"], first["wifi"]) == ("+441314960101", "-3.114", "true")
    assert (second["phone"], second["latitude"], second["wifi"], second["alternate_names"]) == ("", "", "", "")
    assert first["updated_at"] == "2026-01-02T03:04:00Z"
    assert json.loads(first["field_sources"])["phone"] == "edinburgh_council"
    assert json.loads(first["field_licences"])["phone"] == "OGL v3"


def test_csv_has_a_mark_for_excel_on_demand(exported_few: Exporting):
    with_mark = target(exported_few("csv", has_bom=True)).read_bytes()

    assert with_mark.startswith(b"\xef\xbb\xbfentity_id,")
    assert target(exported_few("csv")).read_bytes() == with_mark[3:]


def test_csv_starts_no_formula(hostile: Planted, tmp_path):
    report = exporting(hostile, tmp_path)("csv")

    (row,) = csv_rows(target(report))
    assert row["entity_name"] == "'" + HOSTILE["entity_name"]
    assert row["alternate_names"] == "'-2+3+cmd|' /C calc'!A0; '@SUM(1); plain"
    assert row["summary"] == "'\t=1+1"
    assert row["description"] == 'a line\r\nand =another, "quoted" \ufffd\ufffd[31m'
    assert row["street_address"] == "'＝1+1"
    assert (row["phone"], row["city"], row["latitude"]) == ("+441314960000", "-12.5", "-0.5")
    assert report.neutralised == 6, "the slug is made of the name"


def test_xlsx_has_types(exported_few: Exporting):
    book = load_workbook(target(exported_few("xlsx", has_claims=True)))

    sheet = book["entities"]
    header, first, _ = ([cell.value for cell in row] for row in sheet.iter_rows())
    record = dict(zip(header, first, strict=True))
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["C"].width == 36
    assert (record["latitude"], record["rating_count"], record["wifi"]) == (55.9533, 12, True)
    assert record["updated_at"] == datetime(2026, 1, 2, 3, 4)
    assert (record["phone"], record["opening_hours"]) == (
        "+441314960101",
        "Mo,Tu 09:00-17:00; Sa 10:00-12:00,13:00-15:00",
    )
    assert [cell.value for cell in book["claims"][1]][:4] == ["entity_id", "field_name", "item", "value"]
    assert book["claims"].max_row > 10


def test_xlsx_has_no_formula(hostile: Planted, tmp_path):
    sheet = load_workbook(target(exporting(hostile, tmp_path)("xlsx")))["entities"]

    cells = {name.value: cell for name, cell in zip(sheet[1], sheet[2], strict=True)}
    assert {cell.data_type for cell in cells.values()} <= {"s", "n", "b", "d"}
    assert cells["entity_name"].value == HOSTILE["entity_name"]
    assert cells["entity_name"].quotePrefix
    assert cells["phone"].value == "+441314960000"
    assert cells["postcode"].value == "#N/A"


def test_a_cell_that_is_too_long_for_a_sheet_is_cut_and_counted(tmp_path):
    planted = Planted(tmp_path / "trigpoint.duckdb")
    add(planted, "tp_1", entity_name="Long", description="x" * 40_000)
    planted.write()

    report = exporting(planted, tmp_path)("xlsx")

    values = [cell.value for cell in load_workbook(target(report))["entities"][2]]
    assert max(len(value) for value in values if isinstance(value, str)) == 32_767
    assert report.shortened == 1


def test_geojson_is_valid_and_has_longitude_first(exported_few: Exporting):
    text = target(exported_few("geojson", has_claims=True)).read_text(encoding="utf-8")

    collection: FeatureCollection[Any] = FeatureCollection.model_validate_json(text)
    first, second = collection.features
    assert (first.id, first.geometry.coordinates) == ("tp_1", (-3.114, 55.9533))
    assert (second.id, second.geometry) == ("tp_2", None)
    assert first.properties["canonical_activities"] == ["padel", "tennis"]
    assert first.properties["opening_hours"] == HOURS
    assert {claim["field_name"] for claim in first.properties["claims"]} >= {"phone", "latitude"}
    assert "latitude" not in first.properties


def test_ndjson_has_an_object_on_each_line(exported_few: Exporting):
    lines = target(exported_few("ndjson")).read_bytes().splitlines()

    first, second = map(json.loads, lines)
    assert {name: first[name] for name in COURTS} == {**COURTS, "opening_hours": HOURS}
    assert (second["alternate_names"], second["phone"]) == ([], None)
    assert (first["updated_at"], first["wifi"]) == ("2026-01-02T03:04:00Z", True)


def test_geoparquet_has_points_and_their_metadata(exported_few: Exporting):
    report = exported_few("geoparquet", has_claims=True)

    table = pq.read_table(target(report))
    geo = json.loads(table.schema.metadata[b"geo"])
    points = [point and struct.unpack("<BIdd", point) for point in table.column("geometry").to_pylist()]
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    assert geo["columns"]["geometry"] == {
        "encoding": "WKB",
        "geometry_types": ["Point"],
        "covering": {"bbox": {side: ["bbox", side] for side in ("xmin", "ymin", "xmax", "ymax")}},
        "bbox": [-3.114, 55.9533, -3.114, 55.9533],
    }
    assert points == [(1, 1, -3.114, 55.9533), None]
    assert table.column("bbox").to_pylist()[0] == {"xmin": -3.114, "ymin": 55.9533, "xmax": -3.114, "ymax": 55.9533}
    assert table.column("canonical_activities").to_pylist()[0] == ["padel", "tennis"]
    assert pq.read_table(report.files[1].path).num_rows == report.files[1].rows > 10
    with duckdb.connect() as other:
        found = other.execute("select count(*) from read_parquet(?) where latitude > 55", [str(target(report))])
        assert found.fetchall() == [(1,)]


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "osc"])
def test_every_form_holds_the_same_cells(exported: Exporting, form):
    report = exported(form)

    assert (report.cells, report.entities) == ((other := exported("csv")).cells, other.entities)
    assert sum(cells.cells for cells in report.left_out) == sum(cells.cells for cells in other.left_out) > 0
    assert sum(source.cells for source in report.sources) == report.cells
