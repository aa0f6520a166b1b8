"""The form of a delimited file: its delimiter, its quote and its header, from a sample."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice

from ingest.errors import SourceError
from ingest.lists.readers import Limits, ReadOptions
from ingest.lists.readers.text.headers import check_width, column_names, find_header_row

DELIMITERS = (",", ";", "\t", "|", "¬", "^")
QUOTES = ('"', "'")
SAMPLE_ROWS = 500
LONGEST_LINE_OF_A_COLUMN = 200  # characters: longer lines without a delimiter are prose
NO_TEXT = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"PK\x03\x04", "a zip file"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"Obj\x01", "an Avro file"),
    (b"\x7fELF", "a program"),
)


@dataclass(frozen=True)
class Dialect:
    """How a delimited file is written, its columns, and the lines before its first row."""

    delimiter: str
    quote: str
    header_row: int
    columns: tuple[str, ...]
    lines_before_rows: int


def refuse_other_kinds(start: bytes) -> None:
    """Raise SourceError for the beginning of a file that is plainly no delimited text."""
    for mark, kind in NO_TEXT:
        if start.startswith(mark):
            raise SourceError("malformed", f"The file is {kind}, not a table in text; export the table as CSV or XLSX.")
    text = start[:1000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if text.startswith((b"<!doctype html", b"<html")):
        raise SourceError(
            "malformed",
            "The file is a web page, not a table; download the data itself (a login page may have come instead).",
        )
    if text.startswith((b"<?xml", b"{\\rtf")):
        raise SourceError("malformed", "The file is XML or RTF, not a table; export the table as CSV or XLSX.")


def find_dialect(text: str, options: ReadOptions, limits: Limits, *, is_whole: bool) -> Dialect:
    """Find from a sample what the options leave open. Raises SourceError for a text that is no table."""
    if not text.strip():
        raise SourceError("malformed", "The file is empty; give a file with a header and rows.")
    if not is_whole:
        text = _whole_lines(text, limits)
    quote = options.quote or _find_quote(text)
    delimiter = options.delimiter or _find_delimiter(text, quote)
    rows, line_ends = _rows(text, delimiter, quote)
    header_row = options.header_row if options.header_row is not None else find_header_row(rows)
    if header_row > len(rows):
        raise SourceError("malformed", f"The file has no row {header_row}; set header_row to the row of the header.")
    header = rows[header_row - 1] if header_row else [f"column_{n + 1}" for n in range(max(map(len, rows)))]
    below = rows[header_row:]
    check_width(len(header), limits)
    _refuse_prose(header, below)
    if is_whole and not any(any(cell.strip() for cell in row) for row in below):
        raise SourceError("malformed", "The file has a header and no rows; there is nothing to add.")
    columns = column_names(_widened(header, below), limits)
    return Dialect(delimiter, quote, header_row, columns, line_ends[header_row - 1] if header_row else 0)


def completed(options: ReadOptions, dialect: Dialect, encoding: str) -> ReadOptions:
    return replace(
        options,
        encoding=encoding,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        header_row=dialect.header_row,
    )


def _whole_lines(text: str, limits: Limits) -> str:
    end = max(text.rfind("\n"), text.rfind("\r"))
    if end < 0:
        raise line_too_long(limits)
    return text[: end + 1]


def line_too_long(limits: Limits) -> SourceError:
    return SourceError(
        "malformed",
        f"A line is longer than {limits.line_bytes / (1 << 20):g} MiB, or a quote is never closed; "
        "check that the file is a table with one row a line.",
    )


def _find_quote(text: str) -> str:
    """An apostrophe only if cells stand in apostrophes and none in quotation marks."""
    counts = {quote: sum(text.count(f"{quote}{d}{quote}") for d in DELIMITERS) for quote in QUOTES}
    return "'" if counts["'"] > 2 and not counts['"'] else '"'


def _find_delimiter(text: str, quote: str) -> str:
    """The delimiter that cuts most rows into the same number of cells. Among equals, the one with more cells."""
    scored = []
    for delimiter in DELIMITERS:
        rows, _ = _rows(text, delimiter, quote)
        counts = Counter(len(row) for row in rows if any(row))
        width, same = max(counts.items(), key=lambda item: (item[1] * min(item[0], 3), item[0]))
        scored.append((same / counts.total() if width > 1 else 0.0, width, delimiter))
    share, _, delimiter = max(scored, key=lambda score: (round(score[0], 1), score[1]))
    return delimiter if share > 0 else ","


def _rows(text: str, delimiter: str, quote: str) -> tuple[list[list[str]], list[int]]:
    """The rows of the sample, and the line on which each ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote)
    rows, line_ends = [], []
    try:
        for row in islice(reader, SAMPLE_ROWS):
            rows.append(row)
            line_ends.append(reader.line_num)
    except csv.Error:  # a cell longer than csv allows: the rows before it tell enough
        if not rows:
            raise SourceError("malformed", "The first row is no row of a table; check its quotes.") from None
    return rows, line_ends


def _widened(header: list[str], below: list[list[str]]) -> list[str]:
    """The header with one more column, if most rows end in a delimiter that the header does not have."""
    ending = [row for row in below if len(row) == len(header) + 1 and not row[-1]]
    return [*header, ""] if below and len(ending) > len(below) / 2 else header


def _refuse_prose(header: list[str], below: list[list[str]]) -> None:
    """A list of one column is a table; a text is none, and its lines have commas here and there."""
    filled = [row for row in below if any(row)]
    uneven = sum(abs(len(row) - len(header)) > 1 for row in filled)
    lines = [row[0] for row in [header, *filled]] if len(header) == 1 else []
    sentences = sum(line.rstrip().endswith((".", "!", "?", ":")) for line in lines)
    is_prose = any(len(line) > LONGEST_LINE_OF_A_COLUMN for line in lines) or sentences > 0.3 * len(lines)
    ends_as_sentence = len(header) < 4 and header[-1].rstrip().endswith(".")
    if is_prose or ends_as_sentence or uneven > 0.5 * len(filled):
        raise SourceError(
            "malformed",
            "The file is no table: its lines are not cut into the same columns; export it as CSV with a header.",
        )
