"""Which entities and columns an export holds, and what it refuses."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from orchestrate.errors import NothingToExportError, UsageError
from orchestrate.export.request import export_request
from tests.orchestrate.export.conftest import Exporting, exporting
from tests.orchestrate.export.planted import Planted
from tests.orchestrate.export.small import add


def rows(report) -> list[dict[str, str]]:
    with Path(report.files[0].path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ids(report) -> list[str]:
    return [row["entity_id"] for row in rows(report)]


def test_without_a_query_every_entity_is_exported_in_the_order_of_ids(exported_few: Exporting):
    report = exported_few("csv")

    assert ids(report) == ["tp_1", "tp_2"]
    assert (report.entities, report.entities_left_out, report.query) == (2, 1, None)


def test_a_query_gives_the_answers_of_its_last_run(exported_few: Exporting):
    report = exported_few("csv", "Courts edinburgh")

    assert ids(report) == ["tp_2", "tp_1"], "the order of the report: by sources, completeness and name"
    assert (report.query, report.run_id) == ("courts  Edinburgh", "r1")


def test_sql_gives_the_entities_of_its_rows_in_their_order(exported_few: Exporting):
    report = exported_few("csv", "select entity_id from marts.entities order by entity_id desc")

    assert ids(report) == ["tp_2", "tp_1"]


def test_sql_chooses_columns_whose_values_come_from_the_licensed_cells(exported_few: Exporting):
    report = exported_few(
        "csv", "select phone, entity_id, 'x' as entity_name from entities union all select 'p', 'tp_1', 'y'"
    )

    assert rows(report) == [
        {"entity_id": "tp_1", "phone": "+441314960101", "entity_name": "Thistle Courts"},
        {"entity_id": "tp_2", "phone": "", "entity_name": "Nowhere Chess"},
    ]
    assert report.cells == 3, "only the cells of these columns count"


def test_a_star_selects_every_column(exported_few: Exporting):
    assert "field_sources" in rows(exported_few("csv", "from marts.entities"))[0]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("padel leith", 'The query "padel leith" has no run yet. Run it first: trigpoint run "padel leith"'),
        ("broken", 'The query "broken" has no run yet'),
        ("gyms", 'No entity answers the last run of "gyms"'),
        ("select phone from marts.entities", "no column entity_id, so the licences of its values are unknown"),
        ("select entity_id, phone || 'x' as p from marts.entities", "p is no column of marts.entities"),
        ("select entity_id, value from marts.entity_claims", "value is no column of marts.entities"),
        ("select 'tp_x' as entity_id", "returns no published entity"),
        ("select entity_id from marts.entities; select 1", "Give one SQL statement"),
        ("select entity_id from read_csv('/etc/passwd')", "file system operations are disabled"),
        ("from '/etc/passwd'", "does not exist"),
        ("with x as (select 1) insert into chosen select 1, 'tp_1'", "Give one SQL statement"),
        ("select entity_id fro marts.entities", "Parser Error"),
        ("select entity_id from marts.entitie", "does not exist"),
        ("select entity_id, error('tp') from marts.entities", "tp"),
    ],
)
def test_what_cannot_be_chosen_is_one_sentence_and_writes_nothing(exported_few: Exporting, tmp_path, asked, sentence):
    with pytest.raises(UsageError) as failed:
        exported_few("csv", asked)

    assert sentence in str(failed.value)
    is_empty = sentence.startswith("No entity answers") or "no published entity" in sentence
    assert failed.value.kind == ("nothing_to_export" if is_empty else "usage")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((None, "ods", None, "open", "include"), "--format is csv, xlsx, geojson, geoparquet, ndjson or osc, not ods"),
        ((None, "csv", None, "odbl", "include"), "--licence is open or all, not odbl"),
        ((None, "csv", None, "open", "yes"), "--share-alike is include, separate or exclude, not yes"),
        ((None, "osc", None, "all", "include"), "only what OpenStreetMap may take"),
        (("caf\udce9", "csv", None, "open", "include"), "no text in UTF-8"),
    ],
)
def test_an_unknown_choice_is_one_sentence(arguments, sentence):
    with pytest.raises(UsageError, match=sentence):
        export_request(*arguments)


@pytest.mark.parametrize(
    ("asked", "form", "output", "expected"),
    [
        (None, None, None, ("csv", "entities.csv")),
        ("Padel courts, Edinburgh!", "geoparquet", None, ("geoparquet", "padel-courts-edinburgh.parquet")),
        ("select entity_id from x", "osc", None, ("osc", "entities.osc")),
        ("", None, Path("a/b.XLSX"), ("xlsx", "a/b.XLSX")),
        (None, None, Path("b.txt"), ("csv", "b.txt")),
        (None, "ndjson", Path("b.csv"), ("ndjson", "b.csv")),
    ],
)
def test_the_format_and_the_name_follow_from_each_other(asked, form, output, expected):
    request = export_request(asked, form, output, "open", "include")

    assert (request.format, str(request.target)) == expected


def test_geographic_forms_need_the_point(exported_few: Exporting):
    with pytest.raises(UsageError, match="needs the columns latitude and longitude"):
        exported_few("geojson", "select entity_id, phone from marts.entities")


def test_two_share_alike_licences_need_two_files(tmp_path):
    planted = Planted(tmp_path / "sandbox" / "trigpoint.duckdb")
    add(planted, "tp_1", "osm", entity_name="Map")
    add(planted, "tp_2", "osm", entity_name="Charger")
    for claim in planted.claims[-1:]:
        claim |= {"licence": "CC BY-SA 4.0 (Provider)", "source_name": "open_charge_map"}
    planted.write()
    export = exporting(planted, tmp_path)

    with pytest.raises(UsageError, match=r"2 share-alike licences \(CC BY-SA 4.0, ODbL 1.0\)"):
        export("csv")

    apart = export("csv", share_alike="separate").files
    assert [Path(file.path).name for file in apart] == [
        "out.cc-by-sa-4.0.csv",
        "out.odbl-1.0.csv",
        "out.attribution.txt",
    ]


def test_what_may_not_be_passed_on_at_all_gives_no_file(tmp_path):
    planted = Planted(tmp_path / "sandbox" / "trigpoint.duckdb")
    add(planted, "tp_1", "secret", entity_name="Secret Gym")
    planted.write()

    with pytest.raises(NothingToExportError, match="No cell of these entities may be passed on"):
        exporting(planted, tmp_path)("csv")

    assert not list(tmp_path.glob("out*"))


def test_a_file_of_an_earlier_version_is_one_sentence(few: Planted, tmp_path):
    old = Planted(tmp_path / "sandbox" / "trigpoint.duckdb")
    old.write()
    with duckdb.connect(str(old.path)) as marts:
        marts.execute("alter table marts.entity_claims drop column licence_class")

    with pytest.raises(UsageError, match="comes from a version that has no classes of licences"):
        exporting(old, tmp_path)("csv")


def test_next_best_takes_the_best_claim_that_may_be_passed_on(exported: Exporting):
    asked = "select * from marts.entities where entity_id = 'tp_losers'"

    (row,) = rows(exported("csv", asked, is_next_best=True))

    assert row["phone"].startswith("zqcouncil"), "the page's claim is better, and may not be passed on"
    assert row["email"].startswith("zqosm")
    assert row["postcode"].startswith("zqcouncil"), "the same value in other words"
    assert row["street_address"] == "", "part of another address"
    assert (row["website_url"], row["summary"]) == ("", ""), "a placeholder, and a claim past its time"
    assert "" not in (row["latitude"], row["longitude"])
    assert row["next_best"] == "email; latitude; longitude; phone; postcode"
    assert "phone" not in row["field_confidence"]


def test_what_next_best_would_fill_is_counted(exported: Exporting):
    asked = "select * from marts.entities where entity_id in ('tp_losers', 'tp_one_2')"

    report = exported("csv", asked)

    fillable = {cells.field_name: cells.next_best for cells in report.left_out if cells.next_best}
    assert fillable == {"phone": 1, "email": 1, "postcode": 1, "latitude": 1, "longitude": 1}
