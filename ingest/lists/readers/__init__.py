"""The rows of a list: `open_list` turns any file that we read into Arrow batches of text columns.

Each format has one module. A reader changes no value: a number is its text, a nested value is its JSON text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa


@dataclass(frozen=True)
class ReadOptions:
    """How to read the bytes of a list. None: the reader finds it from a sample."""

    encoding: str | None = None  # a name that Python knows
    delimiter: str | None = None
    quote: str | None = None
    header_row: int | None = None  # the line or spreadsheet row of the header, from 1; 0: there is none
    sheet: str | None = None


@dataclass(frozen=True)
class Limits:
    """Where a reader gives up, so that no file can fill the memory or the disk."""

    line_bytes: int = 16 << 20  # a line, a feature or an object
    columns: int = 5_000
    sample_bytes: int = 1 << 20
    batch_rows: int = 20_000
    batch_cells: int = 2_000_000
    unpacked_bytes: int = 4 << 30  # of a file inside a zip, or of a compressed file
    unpacked_ratio: int = 200
    download_bytes: int = 4 << 30
    download_seconds: float = 3600.0
    files: int = 10_000


@dataclass(frozen=True)
class ListFile:
    """One file of a list. `name` is what people see; `path` is where the bytes are while the list is open."""

    name: str
    path: Path
    table: str | None = None  # of a database file


@dataclass(frozen=True)
class Header:
    """What is known of one file before its rows are read."""

    columns: tuple[str, ...]
    options: ReadOptions  # complete
    json_columns: frozenset[str] = frozenset()
    lines_before_rows: int = 0


@dataclass(frozen=True)
class RowFault:
    """A row that cannot be read, as it was written. It must become a reject; the rows around it stay."""

    number: int
    reason: str
    text: str


@dataclass(frozen=True)
class Batch:
    """Rows of one file, in its order.

    `rows` has every column of the header, in its order, each of type `string`; null is a missing value. `numbers`
    holds the row of each in the file, as a spreadsheet counts: the header of a plain CSV file is row 1.
    """

    file: str
    rows: pa.RecordBatch
    numbers: pa.Array
    faults: tuple[RowFault, ...] = ()


@dataclass(frozen=True)
class OpenList:
    """A list whose header is read. `batches` reads its rows, in bounded memory, each time from the start.

    `batches` raises SourceError at any batch, also after the last one (the file changed while it was read). Land all
    batches in one transaction.
    """

    columns: tuple[str, ...]
    json_columns: frozenset[str]  # columns whose texts are JSON: objects and lists of a nested format
    files: tuple[ListFile, ...]
    options: ReadOptions  # complete: what was asked for, and what was found
    batches: Callable[[], Iterator[Batch]]
