"""Reads a filled-in sheet of review. Every fault is named by its row and column, and then nothing is written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from orchestrate.errors import UsageError
from orchestrate.review.decisions import ANSWERS
from orchestrate.review.sheets import ANSWERED, CELL_KEYS, PAIR_KEYS, check_form
from orchestrate.seeds.files import shown

MOST_BYTES = 50_000_000
SHOWN_FAULTS = 20
NEEDED = {"pairs": (*PAIR_KEYS, "decision", *ANSWERED), "cells": (*CELL_KEYS, "right_value", *ANSWERED)}
WORDS = {**{words: answer for answer, words in ANSWERS.items()}, **{answer: answer for answer in ANSWERS}}


@dataclass(frozen=True)
class Filled:
    """A row with an answer."""

    where: str  # for people: the sheet and the row
    kind: str  # pairs or cells
    cells: Mapping[str, str]

    def fault(self, column: str, sentence: str) -> str:
        return f"{self.where}, column {column}: {sentence}"


class SheetError(UsageError):
    """A sheet that cannot be applied."""

    def __init__(self, path: Path, faults: Sequence[str]) -> None:
        more = [f"... and {len(faults) - SHOWN_FAULTS} more"] if len(faults) > SHOWN_FAULTS else []
        lines = [*faults[:SHOWN_FAULTS], *more, "Nothing was written."]
        super().__init__("\n".join([f"{path} cannot be applied.", *lines]))


def read_filled(path: Path) -> list[Filled]:
    """The rows with an answer. Raises SheetError for a file, a header or an answer that cannot be read."""
    tables = list(_tables(path))
    if not tables:
        raise SheetError(path, ["It has no sheet with the columns of `trigpoint review export`."])
    filled = [row for kind, name, rows in tables for row in _filled(kind, name, rows)]
    faults = [fault for row in filled for fault in _faults(row)]
    if faults:
        raise SheetError(path, faults)
    return filled


def _tables(path: Path) -> Iterator[tuple[str, str, list[list[str]]]]:
    """The kind, the name and the rows of each table, with its header."""
    form, data = check_form(path), _bytes(path)
    sheets = [("", _csv_rows(path, data))] if form == ".csv" else _xlsx_rows(path, data)
    for name, rows in sheets:
        header = [cell.strip() for cell in rows[0]] if rows else []
        kind = next((kind for kind, columns in NEEDED.items() if columns[0] in header), None)
        if kind is None:
            continue
        if missing := [column for column in NEEDED[kind] if column not in header]:
            raise SheetError(path, [f"{_where(name, 1)}: the column {', '.join(missing)} is missing."])
        yield kind, name, rows


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SheetError(path, [f"It is larger than {MOST_BYTES // 1_000_000} MB."])
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).") from None


def _csv_rows(path: Path, data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SheetError(path, ["The text is not UTF-8. Save it as CSV UTF-8."]) from None
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","  # spreadsheets of many countries write semicolons
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise SheetError(path, [f"It is no CSV: {error}."]) from None


def _xlsx_rows(path: Path, data: bytes) -> list[tuple[str, list[list[str]]]]:
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return [
            (sheet.title, [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)])
            for sheet in book.worksheets
        ]
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError, SyntaxError):
        raise SheetError(path, ["It is no workbook that can be read. Save it as .xlsx."]) from None


def _text(value: Any) -> str:
    """The value of a cell as text: a spreadsheet may have made a number or a date of it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return "true" if value is True else "false" if value is False else str(value)


def _where(name: str, line: int) -> str:
    return f"sheet {name}, row {line}" if name else f"row {line}"


def _filled(kind: str, name: str, rows: Sequence[Sequence[str]]) -> Iterator[Filled]:
    """The rows with an answer or a reason. A row is counted as a spreadsheet counts it."""
    header = [cell.strip() for cell in rows[0]]
    answer = NEEDED[kind][2]
    for line, row in enumerate(rows[1:], start=2):
        padded = [*row, *[""] * (len(header) - len(row))]
        cells = {column: _plain(cell) for column, cell in zip(header, padded, strict=False)}
        if cells[answer] or cells["reason"]:
            yield Filled(_where(name, line), kind, cells)


def _plain(cell: str) -> str:
    """Without the apostrophe with which the export keeps a spreadsheet from calculating."""
    text = cell.strip()
    return text[1:].strip() if text[:1] == "'" and text[1:2] in "=+-@" and len(text) > 1 else text


def _faults(row: Filled) -> Iterator[str]:
    for column in NEEDED[row.kind][:2]:
        if not row.cells[column]:
            yield row.fault(column, "the cell is blank; it says what is decided.")
    answer = NEEDED[row.kind][2]
    given = row.cells[answer]
    if not given:
        yield row.fault(answer, "there is a reason but no answer.")
    elif row.kind == "pairs" and given.casefold() not in WORDS:
        yield row.fault(answer, f"{shown(given)} is no answer; write {' or '.join(ANSWERS.values())}, or nothing.")
    elif not row.cells["reason"]:
        yield row.fault("reason", "the cell is blank; a decision needs a reason.")
