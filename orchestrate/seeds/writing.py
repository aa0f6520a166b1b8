"""Adds rows to a seed or removes them, and keeps its other bytes."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from orchestrate.errors import UsageError
from orchestrate.seeds.files import read_seed_file


@contextmanager
def taken_back_on_failure(seed: Path) -> Iterator[None]:
    """Restore the seed if the block ends with any exception."""
    before = seed.read_bytes()
    try:
        yield
    except BaseException:
        _replace(seed, before)
        raise


def write_rows(seed: Path, rows: Sequence[Mapping[str, str]], without_lines: Collection[int] = ()) -> list[int]:
    """Append `rows`, and remove the rows that begin at `without_lines`. Returns the first lines of the new rows.

    The file is replaced in one step. Raises UsageError if it cannot be written.
    """
    file, data = read_seed_file(seed), seed.read_bytes()
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    lines = data.splitlines(keepends=True)
    begins = [row.line for row in file.rows]
    for line in sorted(without_lines, reverse=True):
        end = next((other for other in begins if other > line), len(lines) + 1)
        del lines[line - 1 : end - 1]
    if lines and not lines[-1].endswith((b"\n", b"\r")):
        lines[-1] += newline
    first = len(lines) + 1
    added = [(line + newline.decode()).encode() for line in csv_lines(rows, file.columns)]
    _replace(seed, b"".join([*lines, *added]))
    return list(range(first, first + len(rows)))


def csv_lines(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> list[str]:
    """The rows as lines of the file."""
    lines = []
    for row in rows:
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow([row.get(column, "") for column in columns])
        lines.append(text.getvalue())
    return lines


def check_can_write_seed(seed: Path) -> None:
    """Raises UsageError, before any work, if the seed cannot be replaced."""
    if not (os.access(seed, os.W_OK) and os.access(seed.parent, os.W_OK)):
        raise UsageError(
            f"{seed} cannot be written. Copy the project (trigpoint dbt project) to a writable directory, and set "
            "TRIGPOINT_PROJECT_DIR to the copy."
        )


def _replace(seed: Path, data: bytes) -> None:
    try:
        handle, draft = tempfile.mkstemp(dir=seed.parent, prefix=f".{seed.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            os.fsync(file.fileno())
        Path(draft).chmod(seed.stat().st_mode)
        Path(draft).replace(seed)
    except OSError as error:
        raise UsageError(f"{seed} cannot be written ({error.strerror}).") from None
