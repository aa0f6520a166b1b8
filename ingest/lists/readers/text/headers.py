"""The header of a table: which row it is, and what its columns are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.errors import SourceError
from ingest.lists.readers import Limits

Cells = Sequence[str | None]
LOOKED_AT = 30  # rows from the top in which a header can be
LONGEST_NAME = 200  # characters
DATA_LIKE = re.compile(
    r"[-+]?\d[\d.,\s]*|https?://.*|www\..*|\S+@\S+\.\S+|\(?\+?\d[\d\s()/.-]{6,}|\d{4}-\d\d-\d\d.*|(POINT|POLYGON).*|[{\[].*",
    re.IGNORECASE,
)
FILLED_SHARE = 0.6  # a header names most of the columns that the rows below it fill


def find_header_row(rows: Sequence[Cells]) -> int:
    """The number, from 1, of the row that names the columns; 0 if the rows begin with data.

    Rows above it are titles: they fill fewer cells than the table has columns.
    """
    width = _usual_width(rows)
    for number, row in enumerate(rows[:LOOKED_AT], start=1):
        filled = [cell for cell in row if cell and cell.strip()]
        if len(filled) < max(1.0, FILLED_SHARE * width) or (width > 1 and len(filled) < 2):
            continue
        return number if _names_columns(filled) else 0
    return 1


def _usual_width(rows: Sequence[Cells]) -> int:
    """The filled cells of most rows. Among equals, the wider."""
    counts = Counter(sum(bool(cell and cell.strip()) for cell in row) for row in rows)
    counts.pop(0, None)
    return max(counts, key=lambda width: (counts[width] * width, width)) if counts else 0


def _names_columns(filled: Sequence[str]) -> bool:
    data = sum(bool(DATA_LIKE.fullmatch(cell.strip())) for cell in filled)
    return data == 0 or (data <= len(filled) * 0.2 and len(filled) >= 5 and len(set(filled)) == len(filled))


def column_names(header: Cells, limits: Limits) -> tuple[str, ...]:
    """The names of the columns. One without a name is called by its position. Raises SourceError for a bad header."""
    names = [" ".join((name or "").split()) for name in header]
    check_width(len(names), limits)
    made = tuple(name or f"column_{number}" for number, name in enumerate(names, start=1))
    if twice := [name for name, count in Counter(made).items() if count > 1]:
        places = [str(number) for number, name in enumerate(made, start=1) if name == twice[0]]
        raise SourceError(
            "malformed",
            f'The header has the column "{shown(twice[0])}" {len(places)} times (columns {", ".join(places[:5])}); '
            "give each column a name of its own.",
        )
    if long := next((name for name in made if len(name) > LONGEST_NAME), None):
        raise SourceError(
            "malformed",
            f'The name of a column has {len(long)} characters ("{shown(long)}"), so this is no header; '
            "check that the file is a table, or set header_row.",
        )
    return made


def check_width(width: int, limits: Limits) -> None:
    if width > limits.columns:
        raise SourceError(
            "malformed",
            f"The table has {width:,} columns, and at most {limits.columns:,} are read; export only those you need.",
        )


def shown(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:37]}..."
