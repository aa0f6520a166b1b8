"""XLSX: a sheet of golden records and, if wanted, a sheet of claims. Numbers, truths and moments have their types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pyarrow as pa
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from orchestrate.errors import UsageError
from orchestrate.export.columns import CLAIM_COLUMNS, Column
from orchestrate.export.formats import Changes, Output
from orchestrate.export.formats.values import fit, hours_text, list_text, python_rows, starts_formula

MOST_ROWS = 1_048_576  # of a sheet, with its header
LONGEST = 32_767  # characters of a cell
WIDTHS = {"boolean": 10, "number": 12, "integer": 10, "moment": 19, "list": 30, "object": 30, "hours": 30}
WIDE = {"entity_name": 36, "street_address": 30, "website_url": 36, "summary": 50, "description": 50, "quote": 50}


class XlsxWriter:
    """Writes row by row. openpyxl holds the sheets in temporary files until the end."""

    def __init__(self, output: Output) -> None:
        self._path = output.records
        self._book = Workbook(write_only=True)
        self._records = _Sheet(self._book, "entities", output.columns, output.changes)
        self._claims = _Sheet(self._book, "claims", CLAIM_COLUMNS, output.changes) if output.claims else None

    def write(self, rows: pa.Table, claims: pa.Table | None) -> None:
        with self._ended_on_failure():
            self._records.write(rows)
            if self._claims and claims is not None:
                self._claims.write(claims)

    def close(self) -> None:
        with self._ended_on_failure():
            self._book.save(self._path)

    @contextmanager
    def _ended_on_failure(self) -> Iterator[None]:
        """A sheet that is left open complains on stderr when Python ends."""
        try:
            yield
        except BaseException:
            for sheet in self._book.worksheets:
                with suppress(Exception):
                    sheet.close()
            raise


class _Sheet:
    """One sheet with a frozen header."""

    def __init__(self, book: Workbook, title: str, columns: Iterable[Column], changes: Changes) -> None:
        self._columns = tuple(columns)
        self._changes = changes
        self._rows = 1
        self._sheet: Any = book.create_sheet(title)
        self._sheet.freeze_panes = "A2"
        for number, column in enumerate(self._columns, start=1):
            width = WIDE.get(column.name, WIDTHS.get(column.kind, 20))
            self._sheet.column_dimensions[get_column_letter(number)].width = width
        self._sheet.append([self._header(column.name) for column in self._columns])

    def write(self, rows: pa.Table) -> None:
        self._rows += rows.num_rows
        if self._rows > MOST_ROWS:
            raise UsageError(f"A sheet of XLSX holds {MOST_ROWS - 1:,} rows. Export as CSV or Parquet.")
        kinds = [column.kind for column in self._columns]
        for row in python_rows(rows):
            self._sheet.append([self._cell(value, kind) for value, kind in zip(row, kinds, strict=True)])

    def _header(self, name: str) -> Any:
        cell = WriteOnlyCell(self._sheet, name)
        cell.font = Font(bold=True)
        return cell

    def _cell(self, value: Any, kind: str) -> Any:
        """A value with its type. A text is never a formula."""
        if value is None or kind in ("boolean", "number", "integer", "moment"):
            return value
        text = hours_text(value) if kind == "hours" else list_text(value) if kind == "list" else value
        return self._text(fit(text)) if text else None

    def _text(self, text: str) -> Any:
        if len(text) > LONGEST:
            self._changes.shortened += 1
            text = text[: LONGEST - 1] + "…"
        if not starts_formula(text) and not text.startswith("#"):
            return text
        cell = WriteOnlyCell(self._sheet, text)
        cell.data_type = "s"  # openpyxl takes "=" for a formula and "#N/A" for an error
        cell.quotePrefix = True  # stays a text when a person edits the cell
        return cell
