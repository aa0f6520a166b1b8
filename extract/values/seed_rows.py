"""The rows of the project's seeds, as the readers of texts and payloads need them.

Their faults are found before a run asks anyone: here a seed is known to be sound.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path


def read_rows(seed: Path) -> list[dict[str, str]]:
    return rows_of(seed.read_text(encoding="utf-8-sig"))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))
