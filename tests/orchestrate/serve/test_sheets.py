"""Review in a spreadsheet: what is exported comes back as decisions, and a wrong sheet changes nothing."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from orchestrate.contracts.maintenance import ReviewImport
from orchestrate.errors import UsageError
from orchestrate.review.decisions import Desk
from orchestrate.review.journal import journal_of
from orchestrate.review.sheet_export import export_sheets
from orchestrate.review.sheet_import import import_sheet
from tests.orchestrate.serve.planted import COUNCIL, GOOGLE, GYM, OSM, PHONES

PAIR = {"left_record_key": OSM, "right_record_key": GOOGLE, "decision": "one place", "reason": "seen", "author": "Ada"}
CELL = {"entity_id": GYM, "field_name": "phone", "right_value": PHONES[1], "reason": "called", "author": "Ada"}


def sheet(path: Path, *rows: dict[str, str], delimiter: str = ",") -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def apply(office, path: Path, author: str = "", replaces: bool = False) -> ReviewImport:
    desk = Desk(office.seeds_dir, journal_of(office.settings))
    return import_sheet(path, desk, office.settings.published_path, author, replaces)


def seeds(office) -> list[bytes]:
    return [(office.seeds_dir / f"{name}.csv").read_bytes() for name in ("match_overrides", "manual_overrides")]


def test_a_workbook_that_is_filled_in_becomes_decisions(office, tmp_path):
    exported = export_sheets(office.settings, office.seeds_dir, path := tmp_path / "review.xlsx", 10, 10)
    book = load_workbook(path)
    for name, answer in (("pairs", "two places"), ("cells", PHONES[1])):
        shown = book[name]
        header = [cell.value for cell in shown[1]]
        for column, value in ((-3, answer), (-2, "looked it up")):
            shown.cell(2, len(header) + column + 1, value)
    book.save(path)

    assert (exported.pairs, exported.cells) == (2, 1)
    assert apply(office, path, author="Ada") == ReviewImport(written=2, already=0)
    assert apply(office, path, author="Ada") == ReviewImport(written=0, already=2)
    assert [row["decision"] for row in office.rows("match_overrides")] == ["cannot_match"]
    assert [(row["value"], row["reason"], row["author"]) for row in office.rows("manual_overrides")] == [
        (PHONES[1], "looked it up", "Ada")
    ]


def test_an_export_is_blind_and_leaves_out_what_is_decided(office, tmp_path):
    apply(office, sheet(tmp_path / "in.csv", PAIR))
    export_sheets(office.settings, office.seeds_dir, path := tmp_path / "out.csv", 10, 0)

    (row,) = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig")))
    assert (row["left_record_key"], row["right_record_key"]) == (OSM, COUNCIL)
    assert not {"probability", "match_weight", "left_entity_id"} & set(row)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param({"decision": "perhaps"}, 'row 3, column decision: "perhaps" is no answer', id="answer"),
        pytest.param({"decision": ""}, "row 3, column decision: there is a reason but no answer", id="no answer"),
        pytest.param({"reason": ""}, "row 3, column reason: the cell is blank", id="no reason"),
        pytest.param({"author": ""}, "row 3, column author: A decision needs your name", id="no name"),
        pytest.param({"left_record_key": ""}, "row 3, column left_record_key: the cell is blank", id="no record"),
        pytest.param(
            {"right_record_key": "openstreetmap:node/99"}, "row 3, column right_record_key: there is no", id="unknown"
        ),
        pytest.param({"left_record_key": OSM, "right_record_key": GOOGLE}, "row 3: row 2 decides the same", id="twice"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_written(office, tmp_path, change, fault):
    before = seeds(office)
    other = {**PAIR, "left_record_key": OSM, "right_record_key": COUNCIL, **change}

    with pytest.raises(UsageError, match="Nothing was written") as refused:
        apply(office, sheet(tmp_path / "pairs.csv", PAIR, other))

    assert fault in str(refused.value)
    assert seeds(office) == before
    assert journal_of(office.settings).entries() == []


def test_a_value_that_cannot_be_read_is_named(office, tmp_path):
    with pytest.raises(UsageError, match=r'row 2, column right_value: phone: "12" is not a phone number'):
        apply(office, sheet(tmp_path / "cells.csv", {**CELL, "right_value": "12"}))


def test_a_contradiction_of_two_rows_writes_neither(office, tmp_path):
    before = seeds(office)
    rows = [
        PAIR,
        {**PAIR, "left_record_key": GOOGLE, "right_record_key": COUNCIL},
        {**PAIR, "right_record_key": COUNCIL, "decision": "two places"},
    ]

    with pytest.raises(UsageError, match="contradict"):
        apply(office, sheet(tmp_path / "pairs.csv", *rows))

    assert seeds(office) == before


def test_what_another_person_decided_is_not_overwritten_without_replace(office, tmp_path):
    apply(office, sheet(tmp_path / "ada.csv", PAIR))
    bobs = sheet(tmp_path / "bob.csv", {**PAIR, "decision": "two places", "author": "Bob"})

    with pytest.raises(UsageError, match=r"row 2: Ada decided on .* one place: seen\. To decide otherwise"):
        apply(office, bobs)

    assert apply(office, bobs, replaces=True) == ReviewImport(written=1, already=0)
    assert [row["author"] for row in office.rows("match_overrides")] == ["Bob"]


def test_semicolons_and_rows_without_an_answer_are_read(office, tmp_path):
    blank = {**PAIR, "right_record_key": COUNCIL, "decision": "", "reason": ""}

    assert apply(office, sheet(tmp_path / "pairs.csv", PAIR, blank, delimiter=";")) == ReviewImport(
        written=1, already=0
    )


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        pytest.param("a.xlsx", b"no workbook", "no workbook that can be read", id="no workbook"),
        pytest.param("a.csv", "decision\nnaïve".encode("latin-1"), "not UTF-8", id="latin-1"),
        pytest.param("a.csv", b"a,b\n1,2\n", "no sheet with the columns", id="other columns"),
        pytest.param("a.csv", b"left_record_key,decision\n", "the column right_record_key", id="a column less"),
        pytest.param("a.csv", b"", "no sheet with the columns", id="empty"),
        pytest.param("a.ods", b"", "neither .xlsx nor .csv", id="form"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence(office, tmp_path, name, data, sentence):
    (tmp_path / name).write_bytes(data)

    with pytest.raises(UsageError, match=sentence):
        apply(office, tmp_path / name)


def test_a_missing_file_is_a_sentence(office, tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        apply(office, tmp_path / "none.csv")


def test_no_cell_of_an_export_is_a_formula(office, tmp_path):
    import duckdb

    with duckdb.connect(str(office.settings.warehouse_path)) as warehouse:
        warehouse.execute("update intermediate.int_records set entity_name = '=1+1'")
    export_sheets(office.settings, office.seeds_dir, path := tmp_path / "review.xlsx", 10, 0)

    shown = load_workbook(path)["pairs"]
    assert shown["C2"].value == "=1+1"
    assert shown["C2"].data_type == "s"


def test_the_commands_print_json(office, tmp_path, command, monkeypatch):
    monkeypatch.setattr("orchestrate.cli.decide.SEEDS_DIR", office.seeds_dir)
    data, file = office.settings.data_dir, tmp_path / "review.xlsx"

    code, out, _ = command(data, "review", "export", str(file), "--json")
    imported, answer, _ = command(data, "review", "import", str(sheet(tmp_path / "p.csv", PAIR)), "--json")

    exported = json.loads(out)
    assert (code, imported) == (0, 0)
    assert (exported["path"], exported["pairs"] > 0) == (str(file), True)
    assert json.loads(answer) == {"schema": "trigpoint.review_import/1", "written": 1, "already": 0}
