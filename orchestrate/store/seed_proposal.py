"""A proposed change of a seed, as a diff and as a whole. The seed itself is not changed."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestrate.errors import UsageError
from orchestrate.store.queries import check_was_built
from orchestrate.store.warehouse import connect

Row = dict[str, str]


@contextmanager
def what_was_built(warehouse: Path, missing: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse to learn from. Raises UsageError with the sentence `missing` if its tables are not built yet."""
    check_was_built(warehouse)
    with connect(warehouse, read_only=True) as connection:
        try:
            yield connection
        except duckdb.CatalogException:
            raise UsageError(missing) from None


def seed_number(seed: Path, row: Row, column: str) -> float:
    """The number in a cell. Raises UsageError if the cell has no number."""
    try:
        return float(row[column])
    except (KeyError, TypeError, ValueError):
        named = ",".join(str(cell) for cell in row.values())
        raise UsageError(f"{seed.name}: {column} is not a number in the row {named}") from None


def seed_text(rows: list[Row]) -> str:
    written = io.StringIO()
    writer = csv.DictWriter(written, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def seed_diff(seed: Path, proposed: str) -> str:
    return "".join(
        difflib.unified_diff(
            seed.read_text(encoding="utf-8").splitlines(keepends=True),
            proposed.splitlines(keepends=True),
            f"dbt_project/seeds/{seed.name}",
            "proposed",
            n=0,
        )
    )
