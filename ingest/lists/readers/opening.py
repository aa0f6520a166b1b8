"""Opens a list: its files, the format of each, and one header over all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from ingest.errors import SourceError
from ingest.fetch.web.public import Web
from ingest.lists.readers import (
    Batch,
    Header,
    Limits,
    ListFile,
    OpenList,
    ReadOptions,
    json_lists,
    osm,
    spreadsheets,
    tables,
)
from ingest.lists.readers.batches import without_blank_rows
from ingest.lists.readers.files import check_unchanged, fingerprint
from ingest.lists.readers.locations import files_at
from ingest.lists.readers.text import delimited
from ingest.lists.readers.text.headers import check_width

NO_OPTIONS, USUAL = ReadOptions(), Limits()
ReadHeader = Callable[[ListFile, ReadOptions, Limits], Header]
ReadRows = Callable[[ListFile, Header, Limits], Iterator[Batch]]


class Reader(NamedTuple):
    """The two functions of a format."""

    header: ReadHeader
    rows: ReadRows


READERS = {
    "csv": Reader(delimited.read_header, delimited.read_rows),
    "geojson": Reader(json_lists.read_header, json_lists.read_rows),
    "ndjson": Reader(json_lists.read_header, json_lists.read_rows),
    "xlsx": Reader(spreadsheets.read_header, spreadsheets.read_rows),
    "parquet": Reader(tables.parquet_header, tables.parquet_rows),
    "duckdb": Reader(tables.duckdb_header, tables.duckdb_rows),
    "sqlite": Reader(tables.sqlite_header, tables.sqlite_rows),
    "osm_pbf": Reader(osm.read_header, osm.read_rows),
}


@contextmanager
def open_list(
    location: str,
    base: Path,
    form: str,
    options: ReadOptions = NO_OPTIONS,
    limits: Limits = USUAL,
    web: Web | None = None,
) -> Iterator[OpenList]:
    """The list at `location`, a path from `base` or an https address. Raises SourceError, with the file's name."""
    with files_at(location, base, limits, web) as files:
        states = [fingerprint(file.path) for file in files]
        headers = [_header(file, form, options, limits) for file in files]
        columns = tuple(dict.fromkeys(name for header in headers for name in header.columns))
        check_width(len(columns), limits)
        json_columns = frozenset[str]().union(*(header.json_columns for header in headers))
        made = [Header(h.columns, h.options, json_columns & {*h.columns}, h.lines_before_rows) for h in headers]

        def batches() -> Iterator[Batch]:
            for file, header, state in zip(files, made, states, strict=True):
                try:
                    check_unchanged(file, state)
                    for batch in READERS[form].rows(file, header, limits):
                        yield _complete(without_blank_rows(batch), columns)
                except SourceError as error:
                    raise _with_name(error, file) from None

        yield OpenList(columns, json_columns, files, _common(headers), batches)


def _header(file: ListFile, form: str, options: ReadOptions, limits: Limits) -> Header:
    try:
        return READERS[form].header(file, options, limits)
    except SourceError as error:
        raise _with_name(error, file) from None


def _with_name(error: SourceError, file: ListFile) -> SourceError:
    return SourceError(error.kind, f"{file.name}: {error.sentence}", error.detail, error.status)


def _common(headers: list[Header]) -> ReadOptions:
    """The options that are the same for all files."""
    first, *others = [asdict(header.options) for header in headers]
    return ReadOptions(**{key: value for key, value in first.items() if all(o[key] == value for o in others)})


def _complete(batch: Batch, columns: tuple[str, ...]) -> Batch:
    """The batch with the columns of all files."""
    if tuple(batch.rows.schema.names) == columns:
        return batch
    missing = pa.nulls(batch.rows.num_rows, pa.string())
    own = dict(zip(batch.rows.schema.names, batch.rows.columns, strict=True))
    arrays = [own.get(name, missing) for name in columns]
    return Batch(batch.file, pa.RecordBatch.from_arrays(arrays, names=list(columns)), batch.numbers, batch.faults)
