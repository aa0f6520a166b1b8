"""Looks rows up in a sorted CSV file. Nothing is parsed but the rows that are found, so a large file costs no start."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path


class SortedFile:
    """A CSV file whose lines are sorted by the bytes of their first cell. A key has letters and digits only."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._path = path
        self._columns = tuple(columns)
        self._found: dict[str, list[dict[str, str]]] = {}  # a phrase is looked up under several rules

    @cached_property
    def _lines(self) -> bytes:
        header, _, lines = self._path.read_bytes().partition(b"\n")
        if header.decode() != ",".join(self._columns):
            raise ValueError(f"{self._path.name} has not the columns {', '.join(self._columns)}")
        return lines

    def rows(self, key: str) -> list[dict[str, str]]:
        """The rows whose first cell is `key`."""
        if key not in self._found:
            self._found[key] = self._look_up(key)
        return self._found[key]

    def _look_up(self, key: str) -> list[dict[str, str]]:
        begins = f"{key},".encode()
        start = self._first_line_from(begins)
        end = start
        while self._lines.startswith(begins, end):
            end = self._lines.index(b"\n", end) + 1
        found = self._lines[start:end].decode().splitlines()
        return [dict(zip(self._columns, cells, strict=True)) for cells in csv.reader(found)]

    def _first_line_from(self, text: bytes) -> int:
        """Where the first line starts that is not before `text`."""
        lines, low, high = self._lines, 0, len(self._lines)
        while low < high:
            middle = (low + high) // 2
            start = lines.rfind(b"\n", low, middle) + 1 or low
            end = lines.index(b"\n", middle) + 1
            if lines[start : start + len(text)] < text:
                low = end
            else:
                high = start
        return low
