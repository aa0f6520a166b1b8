"""`trigpoint add`: what it writes and prints, and lists that cannot be read. A failure writes nothing."""

from __future__ import annotations

import gzip
import json
import sys
import zipfile
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
import typer
import yaml
from rich.console import Console

from ingest.errors import SourceError
from ingest.lists.declaration.contract_files import read_contract
from ingest.lists.readers import Limits
from ingest.lists.readers.opening import open_list
from orchestrate.contracts.lists import AddReport
from orchestrate.errors import UsageError
from orchestrate.maintain.add_list import Looked, Wanted, look_at, name_from, write
from orchestrate.render.lists import render_added
from orchestrate.settings import SEEDS_DIR

HEADER = "club_id,Club Name,Post Code,Tel,Zork\n"
CLUBS = f"{HEADER}1,Ridge Club,NG5 1AB,0115 496 0101,x\n2,Mill Club,NG5 2CD,0115 496 0102,y\n"
SMALL = Limits(line_bytes=1 << 16, columns=500, sample_bytes=1 << 15, unpacked_bytes=1 << 20, unpacked_ratio=20)


@pytest.fixture
def looked(tmp_path: Path) -> Callable[..., Looked]:
    """`looked("clubs.csv", content)` writes the file and looks at it."""

    def look(file: str, content: str | bytes | None = None, name: str | None = None) -> Looked:
        if content is not None:
            data = content.encode() if isinstance(content, str) else content
            (tmp_path / file).write_bytes(data)
        return look_at(Wanted(str(tmp_path / file), name), tmp_path / "sources", SEEDS_DIR, SMALL)

    return look


def test_the_declaration_says_where_the_list_is_and_what_its_columns_mean(looked, tmp_path):
    report = write(looked("clubs.csv", CLUBS))

    contract = read_contract(tmp_path / "sources" / "clubs.yml")
    assert report.written
    assert (contract.location, contract.format, contract.id) == ("../clubs.csv", "csv", ("club_id",))
    assert {name: value[0].model_dump(exclude_none=True) for name, value in contract.columns.items()} == {
        "entity_name": {"column": "Club Name"},
        "postcode": {"column": "Post Code"},
        "country": {"value": "GB"},
        "phone": {"column": "Tel"},
    }
    assert contract.reading.model_dump(exclude_none=True) == {"encoding": "utf-8", "delimiter": ",", "header_row": 1}
    assert "# unsure: Zork: its header is not known" in (tmp_path / "sources" / "clubs.yml").read_text()


def test_the_first_rows_are_shown_as_they_will_be_read(looked):
    report = looked("clubs.csv", CLUBS).report

    assert [row.model_dump() for row in report.mapped_rows[:1]] == [
        {
            "row": 2,
            "fields": {
                "entity_name": ("Ridge Club",),
                "postcode": ("NG5 1AB",),
                "country": ("GB",),
                "phone": ("0115 496 0101",),
            },
        }
    ]


def test_the_report_fits_a_terminal_of_80_columns(looked):
    name, header = "A club with quite a long name", "A very long header of no known field"
    rows = "".join(f"{n},{name} {n},NG5 1AB,0115 496 0101,{'x' * 90}\n" for n in range(30))
    report = looked("clubs.csv", HEADER.replace("Zork", header) + rows).report
    console = Console(record=True, width=80, file=StringIO())

    render_added(report, console)

    text = console.export_text()
    assert max(map(len, text.splitlines())) <= 80
    assert text.count(name) == 10
    assert f"{header} is not mapped: its header is not known" in " ".join(text.split())


def test_a_declaration_is_not_overwritten_without_replace(looked, tmp_path):
    path = write(looked("clubs.csv", CLUBS)).path
    before = Path(path).read_text()

    with pytest.raises(UsageError, match="already exists"):
        looked("clubs.csv", CLUBS.replace("Tel", "Fax"))

    assert Path(path).read_text() == before


def test_half_a_declaration_is_never_left(looked, tmp_path, monkeypatch):
    found = looked("clubs.csv", CLUBS)
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))

    with pytest.raises(OSError, match="No space left"):
        write(found)

    assert list((tmp_path / "sources").iterdir()) == []


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("/x/Clubs 2025 (new).csv", "clubs_2025_new"),
        ("Sportstätten.xlsx", "sportstatten"),
        ("berlin.osm.pbf", "berlin"),
        ("a.csv.gz", "a"),
        ("data.duckdb#venues", "venues"),
        ("https://example.org/export/places.geojson?token=1", "places"),
        ("lists/*.csv", ""),
    ],
)
def test_the_name_comes_from_the_file(location, name):
    assert name_from(location) == name


@pytest.mark.parametrize("name", ["Clubs", "1clubs", "openstreetmap", "a-b"])
def test_a_name_that_cannot_be_used_is_refused(looked, name):
    with pytest.raises(UsageError, match="--name"):
        looked("clubs.csv", CLUBS, name=name)


def test_control_codes_in_a_header_reach_neither_the_terminal_nor_the_comments(looked, tmp_path):
    report = write(looked("clubs.csv", CLUBS.replace("Zork", "Z\x1b[31mork\u202e")))
    console = Console(record=True, width=80, file=StringIO())

    render_added(report, console)

    assert read_contract(tmp_path / "sources" / "clubs.yml").source == "clubs"
    assert not {"\x1b", "\u202e"} & {*console.export_text(), *(tmp_path / "sources" / "clubs.yml").read_text()}


# --- lists that cannot be read --------------------------------------------------------------------------------


def _bomb(folder: Path) -> bytes:
    workbook = openpyxl.Workbook(write_only=True)
    workbook.create_sheet("a").append(["name"])
    workbook.save(folder / "plain.xlsx")
    with zipfile.ZipFile(folder / "plain.xlsx", "a", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/media/large.bin", b"\0" * (12 << 20))
    return (folder / "plain.xlsx").read_bytes()


def _wide(folder: Path) -> bytes:
    workbook = openpyxl.Workbook(write_only=True)
    workbook.create_sheet("a").append([f"c{n}" for n in range(1000)])
    workbook.save(folder / "wide.xlsx")
    return (folder / "wide.xlsx").read_bytes()


def _packed(rows: int) -> bytes:
    return gzip.compress(b"name,town\n" + b"A,b\n" * rows)


BAD = [
    pytest.param("a.csv", "", "The file is empty", id="empty"),
    pytest.param("a.csv", "\n \n", "The file is empty", id="blank"),
    pytest.param("a.csv", "name,town\n", "a header and no rows", id="header only"),
    pytest.param("a.geojson", '{"type": "FeatureCollection", "features": []}', "holds no places", id="no features"),
    pytest.param("a.csv", b"\x89PNG\r\n\x1a\n\0\0", "The file is a picture", id="a picture"),
    pytest.param("a.csv", "<!DOCTYPE html><p>Sign in", "The file is a web page", id="a web page"),
    pytest.param("a.csv", b"%PDF-1.7\n", "The file is a PDF", id="a PDF"),
    pytest.param("a.csv", "Dear all,\nthis is no table.\nIt has commas, and more.\n", "no table", id="prose"),
    pytest.param("a.csv", "name,tel,tel\nA,1,2\n", '"tel" 2 times', id="the same column twice"),
    pytest.param("a.csv", "name" + ",c" * 9_999 + "\n", "10,000 columns", id="10,000 columns"),
    pytest.param("a.xlsx", _wide, "1,000 columns", id="1,000 columns in a sheet"),
    pytest.param("a.ndjson", json.dumps({f"k{n}": n for n in range(2_000)}), "2,000 columns", id="2,000 keys"),
    pytest.param("a.csv", "name,town\nA," + "x" * (1 << 18), "A line is longer than", id="a long line"),
    pytest.param("a.csv", "x" * (1 << 18), "A line is longer than", id="one long line"),
    pytest.param("a.json", '[{"name": "' + "x" * (3 << 20), "A value is longer than", id="a long value"),
    pytest.param("a.csv", 'name,town\n"A,1\n' + "B,2\n" * 50_000, "a quote is never closed", id="an open quote"),
    pytest.param("a.csv", "name,town\nCafé,x\n".encode() + "Café,y\n".encode("cp1252"), "two encodings", id="mixed"),
    pytest.param("a.csv", b"name,town\nA,b\x00c\n", "Line 2 holds a NUL byte", id="NUL"),
    pytest.param("a.csv", b"name,town\n" + b"A,b\n" * 9000 + b"A,\0\n", "Line 9002 holds a NUL", id="a late NUL"),
    pytest.param("a.ndjson", b'{"name": "\xe9"}\n', "Line 1 is not utf-8", id="wrong encoding"),
    pytest.param("a.json", '[{"name": "A"}, {"na', "The file is not JSON", id="cut off"),
    pytest.param("a.json", "[" * 50_000 + "]" * 50_000, "nested too deeply", id="deep"),
    pytest.param("a.ndjson", "{bad}\n{worse}\n", "holds no places", id="no line is JSON"),
    pytest.param("a.xlsx", b"PK\x03\x04 nothing", "no XLSX workbook", id="no workbook"),
    pytest.param("a.xlsx", _bomb, "as a zip bomb does", id="a zip bomb"),
    pytest.param("a.csv.gz", _packed(3_000_000), "as a zip bomb does", id="a gzip bomb"),
    pytest.param("a.csv.gz", _packed(1)[:-9], "damaged or cut off", id="gzip cut off"),
    pytest.param("a.parquet", b"PAR1 nothing", "no Parquet file", id="no Parquet"),
    pytest.param("a.sqlite", b"nothing " * 300, "no SQLite database", id="no SQLite"),
    pytest.param("a.duckdb", b"nothing " * 300, "no DuckDB database", id="no DuckDB"),
    pytest.param("a.osm.pbf", b"nothing " * 300, "no OpenStreetMap extract", id="no extract"),
    pytest.param("a.csv", "x,y\n1,2\n3,4\n", "No column can be the name", id="no names"),
    pytest.param("a.xls", b"x", "save it as .xlsx", id="an old Excel file"),
    pytest.param("a", b"x", "does not tell the format", id="no ending"),
    pytest.param("missing.csv", None, "There is no file", id="no such file"),
    pytest.param("missing/*.csv", None, "--name", id="a pattern without a name"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "words"), BAD)
def test_a_bad_list_is_one_sentence_and_nothing_is_written(looked, tmp_path, name, content, words):
    with pytest.raises(UsageError) as raised:
        looked(name, content(tmp_path) if callable(content) else content)

    assert words in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "sources").exists()


def test_a_byte_order_mark_is_no_part_of_the_first_header(looked):
    report = looked("clubs.csv", b"\xef\xbb\xbf" + CLUBS.encode()).report

    assert report.columns[0].column == "club_id"


def test_an_encoding_that_is_not_proven_is_said(looked):
    report = looked("clubs.csv", CLUBS.replace("Mill", "Café").encode("windows-1252")).report

    assert [note for note in report.notes if "It is read as windows-1252" in note]


def test_ragged_rows_are_counted_and_the_others_stay(looked):
    report = looked("clubs.csv", CLUBS + "3,Far Club\n4,Hill Club,NG5 4EF,0115 496 0104,z\n").report

    assert (report.rows, report.faulty_rows, report.faults) == (3, 1, ("row 4: 2 cells under 5 headings",))


def test_repeated_ids_are_said_and_are_no_id(looked):
    rows = "".join(f"{min(n, 18)},Club {n},NG5 1AB,0115 496 0101,x\n" for n in range(20))
    report = looked("clubs.csv", f"club_id,Club Name,Post Code,Tel,Zork\n{rows}").report

    (column,) = [column for column in report.columns if column.column == "club_id"]
    assert report.id == "made"
    assert "1 rows repeat a value" in (column.reason or "")


def test_a_file_that_changes_while_it_is_read_is_not_used(tmp_path):
    path = tmp_path / "clubs.csv"
    path.write_text("name,town\n" + "Club,Leeds\n" * 20_000)

    with open_list("clubs.csv", tmp_path, "csv", limits=SMALL) as opened:
        batches = opened.batches()
        next(batches)
        path.write_text(path.read_text() + "One more,York\n")
        with pytest.raises(SourceError, match="changed while it was read"):
            list(batches)


def test_a_folder_has_the_format_of_its_files(looked, tmp_path):
    (tmp_path / "exports").mkdir()
    for name in ("a", "b"):
        (tmp_path / "exports" / f"{name}.csv").write_text(f"id,name\n{name},Club {name}\n")

    report = looked("exports").report

    assert (report.format, report.rows) == ("csv", 2)


def test_a_link_out_of_the_folder_is_refused(looked, tmp_path):
    (tmp_path / "outside.csv").write_text(CLUBS)
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "a.csv").write_text(CLUBS)
    (tmp_path / "lists" / "b.csv").symlink_to(tmp_path / "outside.csv")

    for location in ("lists", "lists/*.csv"):
        with pytest.raises(UsageError, match="a link that leads out of"):
            look_at(Wanted(str(tmp_path / location), "clubs", "csv"), tmp_path / "sources", SEEDS_DIR)


# --- the command ----------------------------------------------------------------------------------------------


@pytest.fixture
def add(command, tmp_path, monkeypatch):
    """`add("--yes")` -> exit code, stdout, stderr."""
    monkeypatch.setenv("TRIGPOINT_SOURCES_DIR", str(tmp_path / "sources"))
    (tmp_path / "clubs.csv").write_text(CLUBS)
    return lambda *arguments: command(tmp_path / "data", "add", str(tmp_path / "clubs.csv"), *arguments)


def test_yes_writes_without_a_question(add, tmp_path):
    code, out, _ = add("--yes", "--json")

    report = AddReport.model_validate(json.loads(out))
    written = yaml.safe_load((tmp_path / "sources" / "clubs.yml").read_text())
    assert (code, report.written) == (0, True)
    assert written == report.declaration


def test_without_a_terminal_and_yes_nothing_is_written(add, tmp_path):
    code, out, err = add()

    assert code == 2
    assert "Ridge Club" in out
    assert "add --yes" in err
    assert not (tmp_path / "sources").exists()


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [(True, 0, "Written:"), (False, 1, "Nothing was written."), (typer.Abort(), 130, "Interrupted. Nothing was")],
    ids=["yes", "no", "Ctrl-C"],
)
def test_a_terminal_is_asked(add, tmp_path, monkeypatch, answer, code, said):
    def confirm(*_: object, **__: object) -> bool:
        if isinstance(answer, bool):
            return answer
        raise answer

    monkeypatch.setattr("orchestrate.cli.files.can_ask", lambda: True)
    monkeypatch.setattr("orchestrate.cli.commands._leave_at_once", sys.exit)  # it would end the tests
    monkeypatch.setattr(typer, "confirm", confirm)

    done, _, err = add()

    assert (done, said in err) == (code, True)
    assert (tmp_path / "sources").exists() is (answer is True)


def test_json_alone_only_proposes(add, tmp_path):
    code, out, _ = add("--json")

    assert (code, json.loads(out)["written"]) == (0, False)
    assert not (tmp_path / "sources").exists()


def test_a_failure_is_an_object_under_json(add):
    code, out, _ = add("--yes", "--json", "--format", "xlsx")

    assert code == 2
    assert json.loads(out)["error"]["message"].startswith("clubs.csv: The file is no XLSX workbook")
