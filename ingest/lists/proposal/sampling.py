"""A sample of a list, and what only the whole list can tell: its rows, its faults and which columns are unique."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingest.lists.proposal import Column
from ingest.lists.readers import Batch, OpenList, RowFault

FIRST_ROWS = 400  # the first, which people look at, and a few of each later batch
LATER_ROWS = 25
MOST_ROWS = 1_500
MOST_UNIQUE_COLUMNS = 12
MOST_ROWS_COMPARED = 3_000_000
INNER_ITEMS = 2  # of a list of objects
INNER_COLUMNS = 300  # of one column
LIST_ITEMS = 3


@dataclass
class Sample:
    """Rows of the list, and the columns in them."""

    names: tuple[str, ...]
    json_columns: frozenset[str]
    rows: list[dict[str, str | None]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    total: int = 0
    faults: list[RowFault] = field(default_factory=list)
    fault_count: int = 0
    unique: set[str] = field(default_factory=set)  # columns in which every row has a value of its own
    repeated: dict[str, int] = field(default_factory=dict)  # nearly unique columns: rows that repeat a value

    def columns(self) -> list[Column]:
        """The filled columns; of a column with objects, the values inside."""
        made: list[Column] = []
        for name in self.names:
            cells = tuple(row[name] for row in self.rows)
            values = [value for value in cells if value and value.strip()]
            if not values:
                continue
            if name in self.json_columns and not _is_geometry(values[0]):
                made += _inner_columns(name, values, len(self.rows))
            else:
                made.append(Column(name, tuple(values), len(values) / len(cells), cells=cells))
        return made

    def empty(self) -> list[str]:
        return [name for name in self.names if not any((row[name] or "").strip() for row in self.rows)]


def take_sample(opened: OpenList) -> Sample:
    """Read the whole list once. Raises SourceError for a list that cannot be read to its end."""
    sample = Sample(opened.columns, opened.json_columns)
    watched: dict[str, list[pa.Array]] = {}
    for number, batch in enumerate(opened.batches()):
        if number == 0:
            watched = {name: [] for name in _unique_in(batch)}
        if sample.total < MOST_ROWS_COMPARED:
            for name, chunks in watched.items():
                chunks.append(batch.rows.column(name))
        _keep(sample, batch)
    for name, chunks in watched.items():
        _compare(sample, name, pa.chunked_array(chunks, pa.string()))
    return sample


def _keep(sample: Sample, batch: Batch) -> None:
    wanted = max(LATER_ROWS if sample.rows else 0, FIRST_ROWS - len(sample.rows))
    wanted = min(wanted, MOST_ROWS - len(sample.rows), batch.rows.num_rows)
    sample.rows += batch.rows.slice(0, wanted).to_pylist()
    sample.numbers += batch.numbers.slice(0, wanted).to_pylist()
    sample.total += batch.rows.num_rows
    sample.fault_count += len(batch.faults)
    sample.faults += batch.faults[: 3 - len(sample.faults)]


def _unique_in(batch: Batch) -> list[str]:
    """The columns that may identify a row: filled, and nearly without repetition."""
    rows = batch.rows.num_rows
    names = [
        name
        for name, column in zip(batch.rows.schema.names, batch.rows.columns, strict=True)
        if rows and column.null_count <= rows * 0.05 and pc.count_distinct(column).as_py() >= rows * 0.9
    ]
    return names[:MOST_UNIQUE_COLUMNS]


def _compare(sample: Sample, name: str, values: pa.ChunkedArray) -> None:
    repeated = len(values) - values.null_count - pc.count_distinct(values).as_py()
    if not repeated and not values.null_count:
        sample.unique.add(name)
    else:
        sample.repeated[name] = repeated


def _is_geometry(text: str) -> bool:
    return text.startswith("{") and ('"coordinates"' in text or '"geometries"' in text)


def _inner_columns(name: str, values: list[str], rows: int) -> list[Column]:
    """The values inside the objects of a column, by their paths."""
    found: dict[str, list[str]] = {}
    lists: set[str] = set()
    for value in values:
        for path, text, is_list in _leaves(name, _parsed(value)):
            found.setdefault(path, []).append(text)
            if is_list:
                lists.add(path)
    kept = sorted(found, key=lambda path: -len(found[path]))[:INNER_COLUMNS]
    return [
        Column(
            path, tuple(found[path]), min(1.0, len(found[path]) / rows), is_inner=path != name, is_list=path in lists
        )
        for path in found
        if path in set(kept)
    ]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _leaves(path: str, content: Any) -> Iterator[tuple[str, str, bool]]:
    """Each path with a text. A list of texts is one path; of a list of objects, the first have paths."""
    if isinstance(content, dict):
        if _is_geometry(json.dumps(content)):
            yield path, json.dumps(content), False
            return
        for key, value in content.items():
            yield from _leaves(f"{path}/{key}", value)
    elif isinstance(content, list):
        if content and not isinstance(content[0], dict | list):
            yield from ((path, str(item), True) for item in content[:LIST_ITEMS] if item not in (None, ""))
        else:
            for number, item in enumerate(content[:INNER_ITEMS]):
                yield from _leaves(f"{path}/{number}", item)
    elif content is not None and content != "":
        yield path, ("true" if content else "false") if isinstance(content, bool) else str(content), False
