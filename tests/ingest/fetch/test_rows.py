"""The rows of a file, by its format; a row that cannot be read is one bad row."""

import io

import pytest

from ingest.errors import SourceError
from ingest.fetch.rows import rows_of
from ingest.wire import Unreadable, write


def rows(text: str | bytes, suffix: str, list_key: str | None = None) -> list:
    """Each row; of an unreadable one, its text and the reason."""
    data = text if isinstance(text, bytes) else text.encode()
    found = list(rows_of(io.BytesIO(data), suffix, list_key))
    return [(row.text, row.reason) if isinstance(row, Unreadable) else row for row in found]


@pytest.mark.parametrize(
    ("text", "suffix", "list_key", "expected"),
    [
        pytest.param('id,name\n1,"A, ""b"""\n\n2,\n', ".csv", None, [("1", 'A, "b"'), ("2", "")], id="csv"),
        pytest.param("\ufeffid,name\r\n1,Café\r\n", ".CSV", None, [("1", "Café")], id="csv-of-a-spreadsheet"),
        pytest.param('id,name\n1,"two\nlines"\n', ".csv", None, [("1", "two\nlines")], id="csv-line-break"),
    ],
)
def test_csv_rows_are_objects_of_texts(text, suffix, list_key, expected):
    assert rows(text, suffix, list_key) == [{"id": key, "name": name} for key, name in expected]


@pytest.mark.parametrize(
    ("text", "suffix", "list_key"),
    [
        pytest.param('[{"id": 1}, {"id": 2}]', ".json", None, id="json"),
        pytest.param('{"features": [{"id": 1}, {"id": 2}]}', ".geojson", "features", id="geojson"),
        pytest.param('\ufeff{"id": 1}\n\n{"id": 2}', ".ndjson", None, id="lines"),
        pytest.param('{"id": 1}\r\n{"id": 2}\r\n', ".jsonl", None, id="lines-of-windows"),
    ],
)
def test_json_rows_are_its_values(text, suffix, list_key):
    assert rows(text, suffix, list_key) == [{"id": 1}, {"id": 2}]


def test_csv_row_of_another_length_is_one_bad_row():
    assert rows('a,b\n1,2\n1,2,"3,"\n1\n3,4\n', ".csv") == [
        {"a": "1", "b": "2"},
        ('1,2,"3,"', "3 cells under 2 headings: line 3"),
        ("1", "1 cells under 2 headings: line 4"),
        {"a": "3", "b": "4"},
    ]


def test_line_that_is_not_json_is_one_bad_row():
    assert rows('{"id": 1}\n{"id": \n{"id": 2}', ".ndjson") == [
        {"id": 1},
        ('{"id":', "not JSON: Expecting value: line 2"),
        {"id": 2},
    ]


def test_json_follows_the_rules_of_the_wire():
    (row,) = rows_of(io.BytesIO(b'{"id": 1, "x": NaN}'), ".ndjson", None)

    assert write(row).fault == "number out of range: x: NaN"


@pytest.mark.parametrize(
    ("text", "suffix", "list_key", "says"),
    [
        pytest.param("", ".csv", None, "is empty", id="empty"),
        pytest.param("a,,b\n", ".csv", None, "has no name", id="nameless-column"),
        pytest.param("a,b,a\n", ".csv", None, "names the column a twice", id="column-twice"),
        pytest.param('a\n"b" c\n', ".csv", None, "Line 2 is not CSV", id="stray-quote"),
        pytest.param("[1,", ".json", None, "is not JSON: Expecting value (line 1)", id="broken-json"),
        pytest.param('{"a": []}', ".json", None, "holds no list at the top", id="object"),
        pytest.param('{"a": 1}', ".json", "features", "holds no list under features", id="no-such-list"),
        pytest.param('{"a": [], "a": [1]}', ".json", "a", "holds no list under a", id="list-twice"),
        pytest.param("x", ".xlsx", None, "No reader for files that end in .xlsx: .csv, .json", id="spreadsheet"),
        pytest.param("x", "", None, "No reader for files that end in nothing", id="no-ending"),
    ],
)
def test_file_without_rows_says_why(text, suffix, list_key, says):
    with pytest.raises(SourceError) as raised:
        rows(text, suffix, list_key)

    assert raised.value.kind == "malformed"
    assert says in raised.value.sentence


@pytest.mark.parametrize("suffix", [".csv", ".json", ".ndjson"])
def test_file_must_be_utf_8(suffix):
    with pytest.raises(UnicodeDecodeError):
        rows('a\n"é"\n'.encode("latin-1"), suffix)
