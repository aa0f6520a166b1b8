"""CSV, TSV and their relatives, parsed by pyarrow in blocks."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from pyarrow import csv

from ingest.errors import SourceError
from ingest.lists.readers import Batch, Header, Limits, ListFile, ReadOptions, RowFault
from ingest.lists.readers.files import open_bytes
from ingest.lists.readers.text.dialects import completed, find_dialect, line_too_long, refuse_other_kinds
from ingest.lists.readers.text.encodings import SEPARATOR, UTF_8, Utf8Stream, find_encoding, sample_text

FAULT_CHARACTERS = 2_000


def read_header(file: ListFile, options: ReadOptions, limits: Limits) -> Header:
    """Read the whole file once for its encoding, and a sample of it for its form."""
    with open_bytes(file, limits) as content:
        start = content.read(1000)
        refuse_other_kinds(start)
        content.seek(0)
        encoding = options.encoding or find_encoding(content, limits)
        content.seek(0)
        text = sample_text(content, encoding, limits)
        dialect = find_dialect(text, options, limits, is_whole=not content.read(1))
    return Header(dialect.columns, completed(options, dialect, encoding), lines_before_rows=dialect.lines_before_rows)


def read_rows(file: ListFile, header: Header, limits: Limits) -> Iterator[Batch]:
    """The rows after the header. A row with more or fewer cells than the header becomes a fault."""
    with open_bytes(file, limits) as content:
        options = header.options
        delimiter = options.delimiter or ","
        stream = Utf8Stream(content, options.encoding or UTF_8, header.lines_before_rows, delimiter)
        faults = _Faults(header)
        try:
            for rows in _opened(stream, header, faults, limits):
                yield faults.numbered(file.name, rows)
        except pa.ArrowInvalid as error:
            raise _plain(error, limits) from None
        if rest := faults.rest():
            yield Batch(file.name, _no_rows(header.columns), pa.array([], pa.int64()), rest)


def _opened(stream: Utf8Stream, header: Header, faults: _Faults, limits: Limits) -> Iterator[pa.RecordBatch]:
    first = stream.read(1)
    if not first:
        return
    stream.unread(first)
    names = list(header.columns)
    yield from csv.open_csv(
        pa.PythonFile(stream, mode="r"),
        csv.ReadOptions(use_threads=False, block_size=limits.line_bytes, column_names=names),
        csv.ParseOptions(
            delimiter=delimiter if (delimiter := header.options.delimiter or ",").isascii() else SEPARATOR,
            quote_char=header.options.quote or '"',
            newlines_in_values=True,
            ignore_empty_lines=False,  # they count as rows
            invalid_row_handler=faults,
        ),
        csv.ConvertOptions(
            check_utf8=False,  # the stream has made it
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


class _Faults:
    """Collects the rows that pyarrow cannot read. It counts them from 1, after the header."""

    def __init__(self, header: Header) -> None:
        self._above = header.options.header_row or 0
        self._width = len(header.columns)
        self._waiting: list[RowFault] = []
        self._skipped: list[int] = []
        self._next = 1

    def __call__(self, row: csv.InvalidRow) -> str:
        self._skipped.append(row.number)
        if row.text:
            reason = f"{row.actual_columns} cells under {self._width} headings"
            self._waiting.append(RowFault(row.number + self._above, reason, row.text[:FAULT_CHARACTERS]))
        return "skip"

    def numbered(self, file: str, rows: pa.RecordBatch) -> Batch:
        """The batch with the number of each row, and the faults among these rows."""
        numbers: list[int] = []
        while len(numbers) < rows.num_rows:
            stop = self._skipped[0] if self._skipped else self._next + rows.num_rows
            stop = min(stop, self._next + rows.num_rows - len(numbers))
            numbers += range(self._next + self._above, stop + self._above)
            self._next = stop
            if self._skipped and self._skipped[0] == stop:
                self._next += 1
                del self._skipped[0]
        last = numbers[-1] if numbers else 0
        due = tuple(fault for fault in self._waiting if fault.number < last)
        self._waiting = self._waiting[len(due) :]
        return Batch(file, rows, pa.array(numbers, pa.int64()), due)

    def rest(self) -> tuple[RowFault, ...]:
        return tuple(self._waiting)


def _no_rows(columns: tuple[str, ...]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], pa.string())] * len(columns), names=list(columns))


def _plain(error: pa.ArrowInvalid, limits: Limits) -> SourceError:
    if "straddling" in str(error):
        return line_too_long(limits)
    return SourceError("malformed", f"The file is no table that can be read: {str(error).splitlines()[0][:200]}.")
