"""CSV: UTF-8, a comma between cells, one line of names."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from orchestrate.export.columns import CLAIM_COLUMNS, Column
from orchestrate.export.formats import Changes, Output
from orchestrate.export.formats.values import fit, hours_text, list_text, moment_text, python_rows, starts_formula


class CsvWriter:
    """Writes the golden records, and the claims into a second file."""

    def __init__(self, output: Output) -> None:
        self._records = _Sheet(output.records, output.columns, output)
        self._claims = _Sheet(output.claims, CLAIM_COLUMNS, output) if output.claims else None

    def write(self, rows: pa.Table, claims: pa.Table | None) -> None:
        self._records.write(rows)
        if self._claims and claims is not None:
            self._claims.write(claims)

    def close(self) -> None:
        self._records.close()
        if self._claims:
            self._claims.close()


class _Sheet:
    """One file."""

    def __init__(self, path: Path, columns: Iterable[Column], output: Output) -> None:
        self._kinds = [column.kind for column in columns]
        self._changes = output.changes
        encoding = "utf-8-sig" if output.has_bom else "utf-8"
        self._file: IO[str] = path.open("w", encoding=encoding, newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(column.name for column in columns)

    def write(self, rows: pa.Table) -> None:
        for row in python_rows(rows):
            self._writer.writerow(
                cell_text(value, kind, self._changes) for value, kind in zip(row, self._kinds, strict=True)
            )

    def close(self) -> None:
        self._file.close()


def cell_text(value: Any, kind: str, changes: Changes) -> str:
    """The text of a cell. Null is empty, and so is an empty list."""
    if value is None:
        return ""
    match kind:
        case "boolean":
            return "true" if value else "false"
        case "number" | "integer":
            return str(value)
        case "moment":
            return moment_text(value)
        case "hours":
            return hours_text(value)
        case "list":
            return list_text([neutral(fit(item), changes) for item in value])
        case _:
            return neutral(fit(value), changes)


def neutral(text: str, changes: Changes) -> str:
    """The text with an apostrophe before it if a spreadsheet would take it for a formula."""
    if not starts_formula(text):
        return text
    changes.neutralised += 1
    return "'" + text
