"""XLSX, read row by row. A cell becomes the text that a person sees, not the number behind a date."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ingest.errors import SourceError
from ingest.lists.readers import Batch, Header, Limits, ListFile, ReadOptions
from ingest.lists.readers.batches import Numbered, in_batches
from ingest.lists.readers.files import check_unchanged, fingerprint, unpacks_to_too_much, unreadable
from ingest.lists.readers.text.headers import check_width, column_names, find_header_row

SAMPLE_ROWS = 200
SMALL_BYTES = 10 << 20  # a small part may be packed to any ratio: empty cells repeat
SHARED_TEXT_BYTES = 256 << 20  # openpyxl keeps these in memory
BROKEN = (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, ParseError, EOFError)


def read_header(file: ListFile, options: ReadOptions, limits: Limits) -> Header:
    with _workbook(file, limits) as workbook:
        samples = {
            sheet.title: _sample(sheet, limits)
            for sheet in workbook.worksheets
            if sheet.sheet_state == "visible" or sheet.title == options.sheet
        }
    sheet, rows = _chosen(samples, options.sheet)
    header_row = options.header_row if options.header_row is not None else find_header_row(rows)
    if header_row > len(rows) or not rows:
        raise SourceError("malformed", f'The sheet "{sheet}" has no row {header_row}; set header_row to its header.')
    cells = rows[header_row - 1] if header_row else [None] * max(map(len, rows))
    if header_row and not any(any(row) for row in rows[header_row:]):
        raise SourceError("malformed", f'The sheet "{sheet}" has a header and no rows; there is nothing to add.')
    width = max(len(_trimmed(row)) for row in rows[max(0, header_row - 1) :])
    check_width(width, limits)
    columns = column_names([*cells, *[None] * width][:width], limits)
    return Header(columns, replace(options, sheet=sheet, header_row=header_row), lines_before_rows=header_row)


def read_rows(file: ListFile, header: Header, limits: Limits) -> Iterator[Batch]:
    width = len(header.columns)

    def rows(sheet: Any) -> Iterator[Numbered]:
        for number, row in enumerate(_texts(sheet), start=1):
            if number > header.lines_before_rows:
                yield number, [*row, *[None] * width][:width]

    with _workbook(file, limits) as workbook:
        yield from in_batches(file.name, header.columns, rows(workbook[header.options.sheet or ""]), limits)


@contextmanager
def _workbook(file: ListFile, limits: Limits) -> Iterator[Any]:
    workbook = None
    try:
        before = fingerprint(file.path)
        _refuse_zip_bomb(file, limits)
        workbook = load_workbook(file.path, read_only=True, data_only=True)
        yield workbook
        check_unchanged(file, before)
    except OSError as error:
        raise unreadable(error) from None
    except BROKEN:
        raise SourceError(
            "malformed", "The file is no XLSX workbook, or it is damaged; open it and save it as .xlsx again."
        ) from None
    finally:
        if workbook:
            workbook.close()


def _refuse_zip_bomb(file: ListFile, limits: Limits) -> None:
    """A part cannot unpack to more than its entry says: zipfile stops there."""
    with zipfile.ZipFile(file.path) as packed:
        for part in packed.infolist():
            most = SHARED_TEXT_BYTES if part.filename.endswith("sharedStrings.xml") else limits.unpacked_bytes
            if part.file_size > SMALL_BYTES:
                most = min(most, limits.unpacked_ratio * part.compress_size)
            if part.file_size > min(most, limits.unpacked_bytes):
                raise unpacks_to_too_much(most)


def _sample(sheet: Any, limits: Limits) -> list[list[str | None]]:
    rows = []
    for row in islice(_texts(sheet), SAMPLE_ROWS):
        check_width(len(_trimmed(row)), limits)
        rows.append(row)
    return rows


def _texts(sheet: Any) -> Iterator[list[str | None]]:
    sheet.reset_dimensions()  # some programs write a wrong size
    for row in sheet.iter_rows(values_only=True):
        yield [_text(cell) for cell in row]


def _trimmed(row: list[str | None]) -> list[str | None]:
    filled = [number for number, cell in enumerate(row, start=1) if cell]
    return row[: filled[-1]] if filled else []


def _chosen(samples: dict[str, list[list[str | None]]], wanted: str | None) -> tuple[str, list[list[str | None]]]:
    """The sheet with the given name, or the one with the most filled cells in its sample."""
    if wanted is not None and wanted not in samples:
        raise SourceError("malformed", f'There is no sheet "{wanted}"; there is {", ".join(samples) or "none"}.')
    cells = {name: sum(bool(cell) for row in rows for cell in row) for name, rows in samples.items()}
    if not any(cells.values()):
        raise SourceError("malformed", "The workbook is empty; give a sheet with a header and rows.")
    name = wanted if wanted is not None else max(cells, key=lambda sheet: cells[sheet])
    return name, samples[name]


def _text(cell: Any) -> str | None:
    if cell is None or isinstance(cell, str):
        text = cell.strip() if cell else None
        return None if not text or text in ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!") else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
