"""The rows of a local file: CSV, JSON, or JSON with one value a line.

A row that cannot be read becomes an `Unreadable` value, which landing rejects; the rows around it stay.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from requests import JSONDecodeError

from ingest.errors import SourceError
from ingest.wire import Doubled, Unreadable, parse

RowReader = Callable[[BinaryIO, str | None], Iterator[Any]]


def rows_of(file: BinaryIO, suffix: str, list_key: str | None) -> Iterator[Any]:
    """Yield each row. `list_key` names the list in a JSON object: `features`, say.

    Raises SourceError for a file that has no rows to read, UnicodeDecodeError for one that is not UTF-8.
    """
    reader = READERS.get(suffix.lower())
    if reader is None:
        raise SourceError("malformed", f"No reader for files that end in {suffix or 'nothing'}: {', '.join(READERS)}.")
    return reader(file, list_key)


def _csv_rows(file: BinaryIO, _list_key: str | None) -> Iterator[Any]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    lines = csv.reader(text, strict=True)
    try:
        header = next(lines, [])
        _check_header(header)
        for cells in lines:
            if len(cells) == len(header):
                yield dict(zip(header, cells, strict=True))
            elif cells:
                reason = f"{len(cells)} cells under {len(header)} headings: line {lines.line_num}"
                yield Unreadable(_csv_line(cells), reason)
    except csv.Error as error:
        raise SourceError("malformed", f"Line {lines.line_num} is not CSV: {error}.") from None
    finally:
        text.detach()  # the caller opened the file and closes it


def _check_header(header: list[str]) -> None:
    if not header:
        raise SourceError("malformed", "The file is empty; its first line must name the columns.")
    for name in header:
        if not name.strip():
            raise SourceError("malformed", "A column has no name; the first line must name every column.")
        if header.count(name) > 1:
            raise SourceError("malformed", f"The first line names the column {name} twice.")


def _csv_line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(cells)
    return written.getvalue()


def _json_rows(file: BinaryIO, list_key: str | None) -> Iterator[Any]:
    try:
        content = parse(file.read().decode("utf-8-sig"))
    except JSONDecodeError as error:
        raise SourceError("malformed", f"The file is not JSON: {error.msg} (line {error.lineno}).") from None
    rows = content.get(list_key) if list_key and isinstance(content, dict) else content
    if not isinstance(rows, list) or isinstance(content, Doubled):
        where = f"under {list_key}" if list_key else "at the top"
        raise SourceError("malformed", f"The file holds no list {where}.")
    yield from rows


def _json_lines(file: BinaryIO, _list_key: str | None) -> Iterator[Any]:
    for number, line in enumerate(file, start=1):
        text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        if not text:
            continue
        try:
            yield parse(text)
        except JSONDecodeError as error:
            yield Unreadable(text, f"not JSON: {error.msg}: line {number}")


READERS: dict[str, RowReader] = {
    ".csv": _csv_rows,
    ".json": _json_rows,
    ".geojson": _json_rows,
    ".ndjson": _json_lines,
    ".jsonl": _json_lines,
}
