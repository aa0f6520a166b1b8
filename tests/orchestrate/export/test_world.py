"""Exports of the sandbox's world: the values are those that are published, without those that may not be passed on."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from geojson_pydantic import FeatureCollection

from orchestrate.clock import utc_now
from orchestrate.contracts.export import ExportReport
from orchestrate.export.export import export
from orchestrate.export.request import export_request

pytestmark = pytest.mark.slow

JSON_FIELDS = ("opening_hours", "discovered_attributes", "external_ids", "field_confidence")


@pytest.fixture
def exported(world, tmp_path):
    def call(form: str, asked: str | None = None, licence: str = "open", **options: bool) -> ExportReport:
        request = export_request(asked, form, tmp_path / f"out.{form}", licence, "include", **options)
        return export(world.published, request, (world.published,), utc_now())

    return call


def lines(report: ExportReport) -> list[dict]:
    return [json.loads(line) for line in Path(report.files[0].path).read_bytes().splitlines()]


def test_with_all_licences_an_export_is_the_golden_records(world, exported):
    report = exported("ndjson", licence="all")

    with duckdb.connect(str(world.published), read_only=True) as marts:
        result = marts.execute("select * exclude (source_info) from marts.entities order by entity_id")
        names = [column[0] for column in result.description]
        published = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    ours = [{name: record[name] for name in names if not name.endswith("_at")} for record in lines(report)]
    for record in published:
        record |= {name: json.loads(record[name]) for name in JSON_FIELDS if record[name]}
    assert ours == [{name: value for name, value in record.items() if name in ours[0]} for record in published]
    assert report.left_out == ()


@pytest.mark.parametrize("query", ["libraries in leith", "padel courts edinburgh"])
def test_a_query_gives_the_entities_of_its_report_in_their_order(world, exported, query):
    report = exported("ndjson", query, licence="all")

    answers = [entity["entity_id"] for entity in world.reports[query]["entities"]]
    assert [record["entity_id"] for record in lines(report)] == answers
    assert report.run_id == world.reports[query]["run_id"]


def test_no_cell_of_google_or_of_a_web_page_is_passed_on(world, exported):
    report = exported("geojson", has_claims=True)

    collection = FeatureCollection.model_validate_json(Path(report.files[0].path).read_text(encoding="utf-8"))
    restricted = world.rows(
        "select entity_id, field_name, value from marts.entity_claims "
        "where is_winner and not may_republish and strategy not in ('union', 'derived')"
    )
    published = {feature.id: feature.properties for feature in collection.features}
    assert [row for row in restricted if (published.get(row[0]) or {}).get(row[1]) is not None] == []
    sources = {claim["source_name"] for record in published.values() for claim in record["claims"]}
    assert "serper" not in sources
    assert {source.source_name for source in report.sources} >= {"openstreetmap", "edinburgh_council"}
    assert sum(cells.cells for cells in report.left_out) + report.cells == exported("csv", licence="all").cells


def test_of_what_google_says_only_the_place_id_is_passed_on(world, exported):
    report = exported("ndjson", has_claims=True)

    (golden,) = world.rows(
        "select list(distinct value) from marts.entity_claims "
        "where source_name = 'google_places' and item like 'google_cid=%' and is_winner"
    )
    assert len(golden[0]) >= 10, "the world has numbers of Google's links"
    text = Path(report.files[0].path).read_text(encoding="utf-8")
    assert [number for number in golden[0] if number in text] == []
    claims = [claim for record in lines(report) for claim in record["claims"]]
    ids = {claim["item"].split("=")[0] for claim in claims if claim["source_name"] == "google_places"}
    assert ids == {"google_places"}


def test_every_claim_has_a_class_that_fits_what_may_be_passed_on(world):
    classes = world.rows(
        "select distinct may_republish, licence_class = 'restricted' from marts.entity_claims order by 1"
    )

    assert classes == [(False, True), (True, False)]
