"""Rows of Python values as Arrow batches of text columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ingest.lists.readers import Batch, Limits, RowFault
from ingest.wire import readable, verbatim

Numbered = tuple[int, Sequence[str | None]]  # the row of the file, and the text of each cell


def in_batches(
    file: str, columns: Sequence[str], rows: Iterable[Numbered | RowFault], limits: Limits
) -> Iterator[Batch]:
    """Batches of at most so many rows and cells as the limits say."""
    most = max(1, min(limits.batch_rows, limits.batch_cells // max(1, len(columns))))
    waiting: list[Numbered] = []
    faults: list[RowFault] = []
    for row in rows:
        if isinstance(row, RowFault):
            faults.append(row)
        else:
            waiting.append(row)
        if len(waiting) >= most or len(faults) >= most:
            yield _batch(file, columns, waiting, faults)
            waiting, faults = [], []
    if waiting or faults:
        yield _batch(file, columns, waiting, faults)


def _batch(file: str, columns: Sequence[str], rows: list[Numbered], faults: list[RowFault]) -> Batch:
    cells = zip(*(values for _, values in rows), strict=True) if rows else [()] * len(columns)
    arrays = [_text_array(values) for values in cells]
    numbers = pa.array([number for number, _ in rows], pa.int64())
    return Batch(file, pa.RecordBatch.from_arrays(arrays, names=list(columns)), numbers, tuple(faults))


def _text_array(values: Sequence[str | None]) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:  # half an emoji, where a program cut its text
        return pa.array([readable(value) for value in values], pa.string())


def without_blank_rows(batch: Batch) -> Batch:
    """The batch without the rows whose cells are all missing."""
    if not batch.rows.num_columns or not batch.rows.column(0).null_count:
        return batch
    is_filled = pc.is_valid(batch.rows.column(0))
    for column in batch.rows.columns[1:]:
        is_filled = pc.or_(is_filled, pc.is_valid(column))
    return Batch(batch.file, batch.rows.filter(is_filled), batch.numbers.filter(is_filled), batch.faults)


def as_text(value: Any) -> str | None:
    """A JSON value as text: a text as it is, a number in its digits, an object or a list as JSON."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, int | float) else as_json(value)


def as_json(value: Any) -> str | None:
    """A value as JSON text, also a text."""
    if value is None:
        return None
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return verbatim(value)
