"""The readers of lists: rows, their numbers, nested values, and what a table is."""

from __future__ import annotations

import gzip
import json
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from ingest.errors import SourceError
from ingest.fetch.web.public import Web, is_public
from ingest.lists.readers import Limits, ReadOptions
from ingest.lists.readers.locations import format_of
from ingest.lists.readers.opening import open_list
from tests.ingest.lists.exports import EXPORTS

POINT = {"type": "Point", "coordinates": [1, 2]}
EXTRACT = next(export for export in EXPORTS if export.name.endswith(".pbf"))


def rows_of(folder: Path, location: str, form: str | None = None, **how: Any) -> list[dict[str, str]]:
    """The rows without their missing values."""
    with open_list(location, folder, form or format_of(location), **how) as opened:
        found = [row for batch in opened.batches() for row in batch.rows.to_pylist()]
    return [{name: value for name, value in row.items() if value is not None} for row in found]


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> str:
    (folder / name).write_bytes(text.encode(encoding))
    return name


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        pytest.param("name,town\nCafé,Zürich\n", "utf-8", "utf-8", id="utf-8"),
        pytest.param("name,town\nCafé,Zürich\n", "utf-8-sig", "utf-8-sig", id="byte order mark"),
        pytest.param("name,town\nCafé “Süd”,Zürich\n", "windows-1252", "windows-1252", id="windows-1252"),
        pytest.param("name,town\nCafé,Zürich\n", "utf-16", "utf-16", id="utf-16"),
        pytest.param("name,town\nCafé,Zürich\n", "utf-16-le", "utf-16-le", id="utf-16 without a mark"),
        pytest.param("名称,住所\n中央図書館のとなり,東京都中央区\n", "shift_jis", "shift_jis", id="shift_jis"),
        pytest.param("имя,город\nКафе у моста,Москва на реке\n", "windows-1251", "windows-1251", id="windows-1251"),
    ],
)
def test_the_encoding_is_found_in_the_bytes(tmp_path, text, encoding, found):
    location = write(tmp_path, "list.csv", text, encoding)

    with open_list(location, tmp_path, "csv") as opened:
        assert opened.options.encoding == found
    header, first = [line.split(",") for line in text.splitlines()]
    assert rows_of(tmp_path, location) == [dict(zip(header, first, strict=True))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a;b\n1,5;2\n3,5;4\n", [{"a": "1,5", "b": "2"}, {"a": "3,5", "b": "4"}], id="decimal comma"),
        pytest.param("a\tb\n1\t2\n", [{"a": "1", "b": "2"}], id="tab"),
        pytest.param("a|b\n1|2\n", [{"a": "1", "b": "2"}], id="bar"),
        pytest.param("a¬b\n1¬2\n", [{"a": "1", "b": "2"}], id="a delimiter outside ASCII"),
        pytest.param('a,b\n"1\n1","say ""x"""\n', [{"a": "1\n1", "b": 'say "x"'}], id="line break in quotes"),
        pytest.param("a,b\r\n1,2\r\n", [{"a": "1", "b": "2"}], id="Windows line ends"),
        pytest.param("a,b\n1,2,\n3,4,\n", [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}], id="delimiter at the end"),
        pytest.param("Clubs of 2025\n\na,b,c\n1,2,3\n", [{"a": "1", "b": "2", "c": "3"}], id="title above the header"),
        pytest.param("a,,c\n1,2,3\n", [{"a": "1", "column_2": "2", "c": "3"}], id="column without a name"),
        pytest.param("name\nFoo\nBar\n", [{"name": "Foo"}, {"name": "Bar"}], id="one column"),
        pytest.param("51.5,-0.1,Foo\n51.6,-0.2,Bar\n", 2, id="no header"),
    ],
)
def test_the_form_of_a_delimited_file_is_found(tmp_path, text, expected):
    rows = rows_of(tmp_path, write(tmp_path, "list.csv", text))

    assert rows == expected if isinstance(expected, list) else len(rows) == expected


def test_what_the_contract_says_comes_before_what_is_found(tmp_path):
    location = write(tmp_path, "list.csv", "x\na;b\n1;2\n")

    rows = rows_of(tmp_path, location, options=ReadOptions(delimiter=";", header_row=2, encoding="windows-1252"))

    assert rows == [{"a": "1", "b": "2"}]


def test_a_ragged_row_is_a_fault_and_the_rows_around_it_keep_their_numbers(tmp_path):
    location = write(tmp_path, "list.csv", "a,b\n1,2\n\n3\n4,5\n6,7,8\n9,9\n")

    with open_list(location, tmp_path, "csv") as opened:
        batches = list(opened.batches())

    assert [number for batch in batches for number in batch.numbers.to_pylist()] == [2, 5, 7]
    assert [(fault.number, fault.reason, fault.text) for batch in batches for fault in batch.faults] == [
        (4, "1 cells under 2 headings", "3"),
        (6, "3 cells under 2 headings", "6,7,8"),
    ]


def test_a_folder_is_one_list_over_the_columns_of_all_files(tmp_path):
    (tmp_path / "clubs").mkdir()
    write(tmp_path, "clubs/a.csv", "name,town\nFoo,Leeds\n")
    write(tmp_path, "clubs/b.csv", "name;phone\nBar;0113 496 0101\n")

    expected = [{"name": "Foo", "town": "Leeds"}, {"name": "Bar", "phone": "0113 496 0101"}]
    assert rows_of(tmp_path, "clubs", "csv") == expected
    assert rows_of(tmp_path, "clubs/*.csv") == expected


def test_gzip_is_read_as_what_is_in_it(tmp_path):
    (tmp_path / "list.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n"))

    assert rows_of(tmp_path, "list.csv.gz") == [{"a": "1", "b": "2"}]


def test_the_properties_of_a_feature_are_columns_and_its_geometry_is_json(tmp_path):
    content = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "EPSG:27700"}},
        "features": [
            {"type": "Feature", "id": 7, "properties": {"name": "A", "n": 1.5}, "geometry": POINT},
            {"type": "Feature", "properties": {"name": "B", "open": True}, "geometry": None},
        ],
    }  # fmt: skip
    first, second = rows_of(tmp_path, write(tmp_path, "list.geojson", json.dumps(content, indent=1)))

    assert json.loads(first.pop("geometry")) == {**POINT, "crs": content["crs"]}
    assert first == {"id": "7", "name": "A", "n": "1.5"}
    assert second == {"name": "B", "open": "true"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"a": 1}\n\n{"a": 2, "b": [1]}\n', id="one object a line"),
        pytest.param('[{"a": 1},\n {"a": 2, "b": [1]}]', id="a list"),
        pytest.param('{"version": 1,\n "elements": [{"a": 1}, {"a": 2, "b": [1]}]}', id="an object around a list"),
    ],
)
def test_objects_are_rows(tmp_path, text):
    assert rows_of(tmp_path, write(tmp_path, "list.json", text)) == [{"a": "1"}, {"a": "2", "b": "[1]"}]


def test_a_line_that_is_no_object_is_a_fault(tmp_path):
    location = write(tmp_path, "list.ndjson", '{"a": 1}\n{bad}\n5\n{"a": 2}\n')

    with open_list(location, tmp_path, "ndjson") as opened:
        (batch,) = opened.batches()

    assert batch.numbers.to_pylist() == [1, 4]
    assert [(fault.number, fault.text) for fault in batch.faults] == [(2, "{bad}"), (3, "5")]


def test_a_spreadsheet_gives_the_text_that_a_person_sees(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.append(["About this file"])
    sheet = workbook.create_sheet("Clubs")
    for row in (["Clubs 2025"], [], ["Name", "Phone", "Rate"], ["Foo", 441312345678.0, 0.5], ["#N/A", None, True]):
        sheet.append(row)
    workbook.save(tmp_path / "list.xlsx")

    with open_list("list.xlsx", tmp_path, "xlsx") as opened:
        (batch,) = opened.batches()

    assert (opened.options.sheet, opened.options.header_row) == ("Clubs", 3)
    assert batch.numbers.to_pylist() == [4, 5]
    assert batch.rows.to_pylist() == [
        {"Name": "Foo", "Phone": "441312345678", "Rate": "0.5"},
        {"Name": None, "Phone": None, "Rate": "true"},
    ]


def test_nested_values_and_geometry_of_parquet_are_json(tmp_path):
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 1 as id, {'primary': 'Foo'} as names, ['a', 'b'] as tags, null::varchar as note, "
            f"st_aswkb('POINT(1 2)'::geometry) as geometry) to '{tmp_path}/list.parquet'"
        )

    (row,) = rows_of(tmp_path, "list.parquet")

    assert {name: json.loads(value) for name, value in row.items()} == {
        "id": 1,
        "names": {"primary": "Foo"},
        "tags": ["a", "b"],
        "geometry": POINT,
    }


def test_places_of_an_extract_have_the_form_of_overpass(tmp_path):
    EXTRACT.write(tmp_path / "list.osm.pbf")

    node, way = rows_of(tmp_path, "list.osm.pbf")

    assert (node["type"], node["id"], node["lat"], node["lon"]) == ("node", "10", "53.551", "9.993")
    assert (node["version"], way.get("version")) == ("4", None)
    assert json.loads(node["tags"])["name"] == "Kaffeeklappe"
    assert (way["type"], way["id"], way["lat"], way["lon"]) == ("way", "20", "53.5505", "9.9905")


def test_a_table_of_a_database_is_named_after_a_hash(tmp_path):
    with sqlite3.connect(tmp_path / "list.sqlite") as connection:
        connection.execute("create table clubs (id, name)")
        connection.execute("create table other (id)")
        connection.execute("insert into clubs values (1, 'Foo')")
    connection.close()
    with duckdb.connect(str(tmp_path / "list.duckdb")) as database:
        database.execute("create table clubs as select 1 as id, 'Foo' as name")

    assert rows_of(tmp_path, "list.sqlite#clubs") == [{"id": "1", "name": "Foo"}]
    assert rows_of(tmp_path, "list.duckdb") == [{"id": "1", "name": "Foo"}]
    with pytest.raises(SourceError, match="Name one table, as in file"):
        rows_of(tmp_path, "list.sqlite")


def test_a_view_of_a_database_reads_no_other_file(tmp_path):
    write(tmp_path, "secret.csv", "a\n1\n")
    with duckdb.connect(str(tmp_path / "list.duckdb")) as database:
        database.execute(f"create view evil as select * from read_csv('{tmp_path}/secret.csv')")

    with pytest.raises(SourceError, match="file system operations are disabled"):
        rows_of(tmp_path, "list.duckdb#evil")


def test_batches_are_bounded_and_in_the_order_of_the_file(tmp_path):
    location = write(tmp_path, "list.csv", "n,text\n" + "".join(f"{n},some text\n" for n in range(20_000)))

    with open_list(location, tmp_path, "csv", limits=Limits(line_bytes=1 << 14)) as opened:
        batches = list(opened.batches())

    assert len(batches) > 5
    assert [int(n) for batch in batches for n in batch.rows.column(0).to_pylist()] == list(range(20_000))
    assert [n for batch in batches for n in batch.numbers.to_pylist()] == list(range(2, 20_002))


# --- addresses of the web -------------------------------------------------------------------------------------


REDIRECTS = {"/here": "/clubs.csv", "/local": "http://127.0.0.2:1/clubs.csv", "/file": "file:///etc/hostname"}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        place = self.path.partition("?")[0]
        rows = 1000 if place == "/large.csv" else 0 if place in REDIRECTS else 1
        body = b"name,town\nFoo,Leeds\n" * rows
        self.send_response(302 if place in REDIRECTS else 404 if place == "/no.csv" else 200)
        if place in REDIRECTS:
            self.send_header("Location", REDIRECTS[place])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


# This machine is the open internet; 127.0.0.2 for a private network.
OPEN = Web(allowed=lambda address: address == "127.0.0.1", schemes=("http", "https"))


@pytest.mark.parametrize("path", ["/clubs.csv", "/here"])
def test_a_list_is_downloaded_and_gone_afterwards(tmp_path, server, path):
    with open_list(f"{server}{path}?token=secret", tmp_path, "csv", web=OPEN) as opened:
        (file,) = opened.files
        rows = [row for batch in opened.batches() for row in batch.rows.to_pylist()]

    assert rows == [{"name": "Foo", "town": "Leeds"}]
    assert not file.path.exists()
    assert "secret" not in file.name


@pytest.mark.parametrize(
    ("path", "words"),
    [
        pytest.param("/local", "is an address of a local or private network", id="redirect to a private network"),
        pytest.param("/file", "redirects to a place that must not be asked", id="redirect to a file"),
        pytest.param("/no.csv", "it answers 404", id="no such page"),
        pytest.param("/large.csv", "it is larger than", id="too large"),
    ],
)
def test_an_address_that_must_not_be_read_is_refused(tmp_path, server, path, words):
    with pytest.raises(SourceError, match=words):
        rows_of(tmp_path, f"{server}{path}", "csv", web=OPEN, limits=Limits(download_bytes=1000))


@pytest.mark.parametrize(
    "address",
    ["https://localhost/x.csv", "https://127.0.0.1/x.csv", "https://[::1]/x.csv", "https://169.254.169.254/x.csv",
     "https://[::ffff:10.0.0.1]/x.csv", "http://example.org/x.csv", "file:///etc/hostname"],
)  # fmt: skip
def test_only_https_addresses_of_the_open_internet_are_read(tmp_path, address):
    with pytest.raises(SourceError, match=r"local or private network|only https addresses"):
        rows_of(tmp_path, address, "csv")


@pytest.mark.parametrize(
    ("address", "public"),
    [("8.8.8.8", True), ("10.1.2.3", False), ("100.64.0.1", False), ("::ffff:127.0.0.1", False), ("224.0.0.1", False)],
)
def test_private_addresses_are_known(address, public):
    assert is_public(address) is public
