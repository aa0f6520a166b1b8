"""No byte of an export holds a value that its licence keeps back, whatever the format and the options."""

from __future__ import annotations

import io
import struct
import zipfile
from itertools import product
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rich.console import Console

from orchestrate.contracts.export import ExportReport
from orchestrate.render.exports import export_notes, render_export
from tests.orchestrate.export.conftest import Exporting
from tests.orchestrate.export.planted import KINDS, Planted
from tests.printed import printed

FORMATS = ("csv", "xlsx", "geojson", "geoparquet", "ndjson")
NEVER = {"secret", "page", "late"}
RESTRICTED = {kind for kind, (*_, may_republish, _) in KINDS.items() if not may_republish}
SHARE_ALIKE = {"osm"}
ALLOWED = set(KINDS) - NEVER


def content(path: Path) -> str:
    """All that a reader can get out of a file: its bytes, and what is packed in them."""
    raw = path.read_bytes()
    texts = [raw.decode("utf-8", "replace")]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            texts += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    if raw[:4] == b"PAR1":
        table = pq.read_table(path)
        texts += [repr(table.to_pydict()), repr(table.schema.metadata), points(table)]
    return "\n".join(texts)


def points(table) -> str:
    """The numbers in the binary points."""
    column = table.column("geometry").to_pylist() if "geometry" in table.column_names else []
    return repr([struct.unpack("<dd", point[5:]) for point in column if point])


def said(report: ExportReport) -> str:
    out = io.StringIO()
    render_export(report, Console(file=out))
    return "\n".join([out.getvalue(), *export_notes(report), repr(printed(report))])


def all_of(report: ExportReport) -> str:
    return "\n".join([said(report), *(content(Path(file.path)) for file in report.files)])


def found(text: str, planted: Planted, kinds: set[str]) -> list[str]:
    return sorted(value for kind in kinds for value in planted.values[kind] if value in text)


EVERY_OPTION = list(product((False, True), ("include", "separate", "exclude"), (False, True)))
PAIRS = [(False, "include", False), (True, "separate", True), (True, "exclude", False), (False, "exclude", True)]
# The cells of all formats are the same, so one format has every option, and the others have each pair.
CALLS = [(form, *options) for form in FORMATS for options in (EVERY_OPTION if form == "ndjson" else PAIRS)]


def test_files_for_own_use_are_under_no_licence_for_others(exported: Exporting):
    assert "does so under" in said(exported("csv"))

    report = exported("csv", licence="all")

    assert "FOR YOUR OWN USE ONLY" in said(report)
    assert ", under " not in said(report)
    assert "goes under" not in all_of(report)


@pytest.mark.parametrize(("form", "has_claims", "share_alike", "is_next_best"), CALLS)
def test_nothing_leaks(exported: Exporting, planted: Planted, form, has_claims, share_alike, is_next_best):
    report = exported(form, share_alike=share_alike, has_claims=has_claims, is_next_best=is_next_best)

    text = all_of(report)
    kept_back = NEVER | (SHARE_ALIKE if share_alike == "exclude" else set())
    assert found(text, planted, kept_back) == []
    assert len(found(text, planted, ALLOWED - kept_back)) > 100, "the search finds what is there"


@pytest.mark.parametrize("is_next_best", [False, True])
def test_nothing_leaks_into_openstreetmap(exported: Exporting, planted: Planted, is_next_best):
    report = exported("osc", is_next_best=is_next_best)

    text = all_of(report)
    assert found(text, planted, {kind for kind, (*_, fits_osm) in KINDS.items() if not fits_osm} | {"late"}) == []
    assert len(found(text, planted, {"council", "club", "osm"})) > 20


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("has_claims", [False, True])
def test_share_alike_cells_stay_in_their_own_file(exported: Exporting, planted: Planted, form, has_claims):
    report = exported(form, share_alike="separate", has_claims=has_claims)

    apart = [file for file in report.files if file.share_alike is None]
    assert [found(content(Path(file.path)), planted, SHARE_ALIKE) for file in apart] == [[]] * len(apart)
    assert {file.share_alike for file in report.files} == {None, "ODbL 1.0"}


@pytest.mark.parametrize("form", FORMATS)
def test_every_claim_that_may_be_passed_on_is_there(exported: Exporting, planted: Planted, form):
    text = all_of(exported(form, has_claims=True, is_next_best=True))

    stated = {row["value"] for row in planted.claims if row["licence_class"] != "restricted" and not row["expires_at"]}
    values = {value for kind in ALLOWED for value in planted.values[kind] if any(value in held for held in stated)}
    assert {value for value in values if value not in text} == set()


def test_with_all_licences_every_value_but_the_late_is_there(exported: Exporting, planted: Planted):
    report = exported("ndjson", licence="all")

    text = content(Path(report.files[0].path))
    late = planted.values["late"]
    winners = {str(row[name]) for row in planted.entities for name in ("entity_name", "phone", "latitude")} - late
    assert {value for value in winners if value not in text} == set()
    assert "FOR YOUR OWN USE ONLY" in content(Path(report.files[-1].path))
