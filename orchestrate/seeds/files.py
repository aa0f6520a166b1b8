"""Reads a seed as a CSV file: its rows with their line numbers, or one sentence for each fault of the file.

Changes that spreadsheets make are no faults: a byte order mark, lines that end in CRLF, blank lines.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from orchestrate.contracts.base import ErrorKind
from orchestrate.errors import UsageError

LINE_ENDS = re.compile("\r\n|\r|\n")
SHOWN_FAULTS = 20
SHOWN_CHOICES = 12
SHOWN_LETTERS = 60


@dataclass(frozen=True, order=True)
class Fault:
    """A fault of a seed, and its place."""

    file: str
    line: int  # as an editor counts; 0 means the whole file
    column: str
    sentence: str

    def __str__(self) -> str:
        where = [self.file, f"line {self.line}" if self.line else "", self.column]
        return f"{', '.join(part for part in where if part)}: {self.sentence}"


class SeedError(UsageError):
    """Seeds that cannot be used."""

    kind: ErrorKind = "seed"

    def __init__(self, faults: Sequence[Fault]) -> None:
        shown = [str(fault) for fault in faults[:SHOWN_FAULTS]]
        more = [f"... and {len(faults) - SHOWN_FAULTS} more"] if len(faults) > SHOWN_FAULTS else []
        super().__init__("\n".join([*shown, *more, "Nothing was asked and nothing was built."]))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class SeedRow:
    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class SeedFile:
    path: Path
    columns: tuple[str, ...]
    rows: tuple[SeedRow, ...]

    def fault(self, line: int, column: str, sentence: str) -> Fault:
        return Fault(self.path.name, line, column, sentence)


def read_seed(path: Path) -> list[dict[str, str]]:
    """The rows of a seed. Raises SeedError for an unreadable file."""
    return [row.cells for row in read_seed_file(path).rows]


def read_seed_file(path: Path, columns: Iterable[str] = ()) -> SeedFile:
    """The seed. Raises SeedError if it is no CSV file or, if `columns` is given, has not exactly these columns."""
    text = _decoded(path)
    if "\0" in text:
        _refuse(path, text[: text.index("\0")].count("\n") + 1, "there is a NUL character; save the file as UTF-8.")
    if len({match[0] for match in LINE_ENDS.finditer(text)}) > 1:
        _refuse(path, 0, "some of its lines end in CRLF and others do not; save the file again with one kind.")
    lines = list(_csv_lines(path, text))
    if not lines:
        named = f": {','.join(columns)}" if columns else ""
        _refuse(path, 0, f"the file is empty; its first line names the columns{named}.")
    (_, header), *rows = lines
    faults = [Fault(path.name, 1, "", sentence) for sentence in _header_faults(header, tuple(columns))]
    faults += [
        Fault(path.name, line, "", f"the row has {len(cells)} cells where the header has {len(header)} columns.")
        for line, cells in rows
        if len(cells) != len(header)
    ]
    if faults:
        raise SeedError(faults)
    named_rows = (SeedRow(line, dict(zip(header, cells, strict=True))) for line, cells in rows)
    return SeedFile(path, tuple(header), tuple(named_rows))


@dataclass(frozen=True)
class ClosedList:
    """The canonical values that a field may hold, and the word for one of them."""

    kind: str
    values: frozenset[str]


def closed_lists(seeds: Mapping[str, SeedFile]) -> dict[str, ClosedList]:
    """The fields with canonical values: `field_strategies` names the kind of each, `taxonomy` the values of a kind."""
    taxonomy = [(row.cells["kind"], row.cells["value"]) for row in seeds["taxonomy"].rows]
    return {
        row.cells["field_name"]: ClosedList(kind, frozenset(value for of, value in taxonomy if of == kind))
        for row in seeds["field_strategies"].rows
        if (kind := row.cells["category_kind"])
    }


def nearest(value: str, choices: Iterable[str]) -> str:
    """A hint about the known names: the most similar one, or all of them if they are few."""
    known = sorted(set(choices) - {""})
    close = get_close_matches(value.casefold(), {name.casefold(): name for name in known}, n=1)
    meant = next((name for name in known if close and name.casefold() == close[0]), None)
    listed = f"it is one of {', '.join(known)}" if len(known) <= SHOWN_CHOICES else f"there are {len(known)} of them"
    return f'did you mean "{meant}"?' if meant else f"{listed}."


def shown(value: str) -> str:
    return f'"{value[:SHOWN_LETTERS]}..."' if len(value) > SHOWN_LETTERS else f'"{value}"'


def _decoded(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        _refuse(path, 0, f"there is no such file in {path.parent}.")
    except OSError as error:
        _refuse(path, 0, f"the file cannot be read ({error.strerror}).")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        is_wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        line = 0 if is_wide else data.count(b"\n", 0, error.start) + 1
        _refuse(path, line, f"the text is {'UTF-16' if is_wide else 'not UTF-8'}; save the file as UTF-8.")


def _csv_lines(path: Path, text: str) -> Iterable[tuple[int, list[str]]]:
    """Each row with the number of its first line. Blank lines are skipped."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            if cells:
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        _refuse(path, begins, f"the row is no CSV ({error}); put a cell with quotes or commas in quotes.")


def _header_faults(header: list[str], columns: tuple[str, ...]) -> Iterable[str]:
    if columns and len(header) == 1 and ";" in header[0]:
        yield "the columns are separated by semicolons; Trigpoint reads commas."
        return
    for name, times in Counter(header).items():
        if times > 1:
            yield f"the column {shown(name)} is there {times} times."
    if not columns:
        return
    for name in dict.fromkeys(header):
        if name not in columns:
            yield f"there is no column {shown(name)}; {nearest(name, columns)}"
    if missing := [column for column in columns if column not in header]:
        yield f"the column {', '.join(missing)} is missing."


def _refuse(path: Path, line: int, sentence: str) -> NoReturn:
    raise SeedError([Fault(path.name, line, "", sentence)])
