"""Reads the rows of the project's seeds for the readers of texts and payloads.

Seeds are checked before a run sends its first request. So this code can rely on valid seeds.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path


def read_rows(seed: Path) -> list[dict[str, str]]:
    return rows_of(seed.read_text(encoding="utf-8-sig"))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))
