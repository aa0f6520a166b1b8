"""Review in a spreadsheet: the open pairs and cells as XLSX or CSV, blind as the pages are."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from orchestrate.errors import UsageError
from orchestrate.export.formats.values import fit, starts_formula
from orchestrate.review.cells import ReviewCell
from orchestrate.review.decisions import ANSWERS
from orchestrate.review.pairs import SHOWN, SIDES, ReviewPair

MOST_VALUES = 6
LONGEST = 2_000  # characters of a cell
ANSWERED = ("reason", "author")  # columns of both sheets
PAIR_KEYS = ("left_record_key", "right_record_key")
CELL_KEYS = ("entity_id", "field_name")
FORMS = (".xlsx", ".csv")


@dataclass(frozen=True)
class Sheet:
    """A table to fill in. `decision` is the column for the answer."""

    name: str
    columns: tuple[str, ...]
    decision: str
    rows: tuple[tuple[str, ...], ...]


PAIR_COLUMNS = (*PAIR_KEYS, *(f"{side}_{field}" for field in SHOWN for side in SIDES), "metres", "decision", *ANSWERED)
VALUE_COLUMNS = tuple(f"{what}_{number}" for number in range(1, MOST_VALUES + 1) for what in ("value", "sources"))
CELL_COLUMNS = (*CELL_KEYS, "entity_name", "address", *VALUE_COLUMNS, "right_value", *ANSWERED)


def pair_sheet(pairs: Sequence[ReviewPair]) -> Sheet:
    rows = [
        (
            *pair.keys,
            *(getattr(pair, side)[field] for field in SHOWN for side in SIDES),
            None if pair.metres is None else round(pair.metres),
        )
        for pair in pairs
    ]
    return Sheet("pairs", PAIR_COLUMNS, "decision", _filled(rows, len(PAIR_COLUMNS)))


def cell_sheet(cells: Sequence[ReviewCell]) -> Sheet:
    rows = []
    for cell in cells:
        values: list[str] = []
        for candidate in cell.candidates[:MOST_VALUES]:
            sources = dict.fromkeys(claim["source_name"] for claim in candidate.claims)
            values += [candidate.value, ", ".join(sources)]
        rows.append((*cell.key, cell.entity_name, cell.address, *values))
    return Sheet("cells", CELL_COLUMNS, "right_value", _filled(rows, len(CELL_COLUMNS)))


def _filled(rows: Sequence[Sequence[Any]], width: int) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (*("" if value is None else fit(str(value))[:LONGEST] for value in row), *[""] * (width - len(row)))
        for row in rows
    )


def check_form(path: Path) -> str:
    """The form of the file. Raises UsageError for another one."""
    form = path.suffix.lower()
    if form not in FORMS:
        raise UsageError(f"{path} is neither .xlsx nor .csv.")
    return form


def csv_bytes(sheet: Sheet) -> bytes:
    """The sheet as CSV with a byte order mark, without which Excel misreads letters beyond ASCII."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(sheet.columns)
    writer.writerows([f"'{cell}" if starts_formula(cell) else cell for cell in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def xlsx_bytes(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as a workbook. The columns to fill in are coloured, and offer their answers."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _add(book, sheet)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _add(book: Workbook, sheet: Sheet) -> None:
    shown: Any = book.create_sheet(sheet.name)
    shown.freeze_panes = "A2"
    letters = {name: get_column_letter(number) for number, name in enumerate(sheet.columns, start=1)}
    for number, name in enumerate(sheet.columns, start=1):
        header = shown.cell(1, number, name)
        header.font = Font(bold=True)
        is_answer = name in (sheet.decision, *ANSWERED)
        shown.column_dimensions[letters[name]].width = 24 if is_answer else 10 if name == "metres" else 30
        if is_answer:
            header.fill = PatternFill("solid", fgColor="FFE58A")
    for place, row in enumerate(sheet.rows, start=2):
        for number, text in enumerate(row, start=1):
            cell = shown.cell(place, number)
            cell.value, cell.data_type = (text, "s") if text else (None, "n")  # never a formula
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.quotePrefix = starts_formula(text)
    if sheet.rows:
        _offer(shown, sheet, letters)


def _offer(shown: Any, sheet: Sheet, letters: Mapping[str, str]) -> None:
    """The answers to choose from. Another right value may still be written."""
    last = len(sheet.rows) + 1
    if sheet.name == "pairs":
        offered = DataValidation("list", formula1=f'"{",".join(ANSWERS.values())}"', allow_blank=True)
    else:
        offered = DataValidation(
            "list", formula1=f"=$E2:${letters[f'sources_{MOST_VALUES}']}2", allow_blank=True, showErrorMessage=False
        )
    shown.add_data_validation(offered)
    offered.add(f"{letters[sheet.decision]}2:{letters[sheet.decision]}{last}")
