"""Adds rows to a seed or removes them, and keeps its other bytes.

A caller that reads the rows to decide what to write holds `seeds_locked` from the reading to the end of the writing.
"""

from __future__ import annotations

import csv
import fcntl
import io
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestrate.errors import UsageError
from orchestrate.seeds.files import read_seed_file

Row = Mapping[str, str]


@contextmanager
def seeds_locked(seeds_dir: Path) -> Iterator[None]:
    """Hold the lock of the seeds for the block, against other processes and threads. It leaves no file."""
    handle = os.open(seeds_dir, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)  # which also releases the lock


@dataclass(frozen=True)
class Written:
    """A change of a seed, and what it takes to undo it."""

    seed: Path
    lines: tuple[int, ...]  # the first lines of the new rows
    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    before: bytes
    after: bytes


def change_seed(seed: Path, rows: Sequence[Row], without_lines: Collection[int] = ()) -> Written:
    """`write_rows`, in a form that `take_back` undoes."""
    file, before = read_seed_file(seed), seed.read_bytes()
    added = tuple({column: row.get(column, "") for column in file.columns} for row in rows)
    removed = tuple(row.cells for row in file.rows if row.line in without_lines)
    lines = write_rows(seed, rows, without_lines)
    return Written(seed, tuple(lines), added, removed, before, seed.read_bytes())


def take_back(written: Written) -> None:
    """Undo the change. What others wrote since stays. The caller holds the lock."""
    if written.seed.read_bytes() == written.after:
        _replace(written.seed, written.before)
    else:
        write_rows(written.seed, written.removed, lines_of(written.seed, written.added))


def lines_of(seed: Path, rows: Sequence[Row]) -> list[int]:
    """The lines of the seed's rows that are among `rows`."""
    return [row.line for row in read_seed_file(seed).rows if row.cells in rows]


def write_rows(seed: Path, rows: Sequence[Row], without_lines: Collection[int] = ()) -> list[int]:
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


def csv_lines(rows: Sequence[Row], columns: Sequence[str]) -> list[str]:
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
