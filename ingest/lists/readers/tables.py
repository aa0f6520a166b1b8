"""Parquet files and tables of DuckDB and SQLite databases, each opened for reading only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import duckdb
import pyarrow as pa

from ingest.errors import SourceError
from ingest.lists.readers import Batch, Header, Limits, ListFile, ReadOptions
from ingest.lists.readers.batches import in_batches
from ingest.lists.readers.files import check_unchanged, fingerprint, unreadable
from ingest.lists.readers.text.headers import check_width, column_names

MEMORY = "512MB"
NESTED = ("STRUCT", "MAP", "UNION", "JSON", "VARIANT")
WKB_NAMES = ("geometry", "geom", "wkb_geometry", "the_geom", "shape")


def parquet_header(file: ListFile, options: ReadOptions, limits: Limits) -> Header:
    with _parquet(file) as connection:
        return _duckdb_header(_described(connection, file), options, limits)


def parquet_rows(file: ListFile, header: Header, limits: Limits) -> Iterator[Batch]:
    with _parquet(file) as connection:
        yield from _duckdb_rows(connection, file, header, limits)


def duckdb_header(file: ListFile, options: ReadOptions, limits: Limits) -> Header:
    with _database(file) as connection:
        return _duckdb_header(_described(connection, file), options, limits)


def duckdb_rows(file: ListFile, header: Header, limits: Limits) -> Iterator[Batch]:
    with _database(file) as connection:
        yield from _duckdb_rows(connection, file, header, limits)


@contextmanager
def _duckdb(file: ListFile, fix: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that says what is wrong with the file."""
    try:
        before = fingerprint(file.path)
        with duckdb.connect(":memory:", config={"memory_limit": MEMORY, "threads": 2}) as connection:
            yield connection
        check_unchanged(file, before)
    except OSError as error:
        raise unreadable(error) from None
    except duckdb.Error as error:
        raise SourceError("malformed", f"{fix} ({str(error).splitlines()[0][:200]})") from None


@contextmanager
def _parquet(file: ListFile) -> Iterator[duckdb.DuckDBPyConnection]:
    with _duckdb(file, "The file is no Parquet file, or it is damaged; export or download it again.") as connection:
        connection.read_parquet(str(file.path)).create_view("list")
        yield connection


@contextmanager
def _database(file: ListFile) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database, attached for reading. A view in it must not read other files."""
    with _duckdb(file, "The file is no DuckDB database that can be read.") as connection:
        connection.execute(f"attach {_literal(str(file.path))} as list_file (read_only)")
        connection.execute("set enable_external_access = false")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'list_file' "
            "union all select schema_name, view_name from duckdb_views() "
            "where database_name = 'list_file' and not internal order by all"
        ).fetchall()
        names = {(name if schema == "main" else f"{schema}.{name}"): (schema, name) for schema, name in tables}
        schema, name = names[_chosen(file.table, list(names))]
        connection.execute(f"create view list as from list_file.{_quoted(schema)}.{_quoted(name)}")
        yield connection


def _chosen(wanted: str | None, names: list[str]) -> str:
    if wanted is not None and wanted in names:
        return wanted
    if wanted is None and len(names) == 1:
        return names[0]
    found = f"there is {', '.join(sorted(names)[:20])}" if names else "the database is empty"
    which = f'There is no table "{wanted}"' if wanted else "Name one table, as in file.duckdb#places"
    raise SourceError("malformed", f"{which}; {found}.")


def _described(connection: duckdb.DuckDBPyConnection, file: ListFile) -> list[tuple[str, str]]:
    rows = connection.execute("describe list").fetchall()
    if not connection.execute("select 1 from list limit 1").fetchall():
        raise SourceError("malformed", f"{file.table or 'The file'} has columns and no rows; there is nothing to add.")
    return [(row[0], row[1]) for row in rows]


def _duckdb_header(described: list[tuple[str, str]], options: ReadOptions, limits: Limits) -> Header:
    check_width(len(described), limits)
    columns = column_names([name for name, _ in described], limits)
    is_json = {name for (name, kind), _ in zip(described, columns, strict=True) if _is_json(name, kind)}
    return Header(columns, options, frozenset(is_json))


def _is_json(name: str, kind: str) -> bool:
    return kind.startswith(NESTED) or kind.endswith("]") or _is_geometry(name, kind)


def _is_geometry(name: str, kind: str) -> bool:
    return kind.startswith("GEOMETRY") or (kind == "BLOB" and name.casefold() in WKB_NAMES)


def _duckdb_rows(
    connection: duckdb.DuckDBPyConnection, file: ListFile, header: Header, limits: Limits
) -> Iterator[Batch]:
    described = connection.execute("describe list").fetchall()
    texts = ", ".join(f"{_as_text(name, kind)} as {_quoted(name)}" for name, kind, *_ in described)
    size = max(1, min(limits.batch_rows, limits.batch_cells // max(1, len(header.columns))))
    number = 1
    for rows in connection.sql(f"select {texts} from list").to_arrow_reader(size):  # noqa: S608 (quoted names)
        numbers = pa.array(range(number, number + rows.num_rows), pa.int64())
        yield Batch(file.name, rows.rename_columns(list(header.columns)), numbers)
        number += rows.num_rows


def _as_text(name: str, kind: str) -> str:
    """SQL for the text of a column. Geometry as WKB becomes GeoJSON, as in every other format."""
    column = f"list.{_quoted(name)}"
    if _is_geometry(name, kind):
        return f"try(st_asgeojson({column if kind.startswith('GEOMETRY') else f'st_geomfromwkb({column})'}))::varchar"
    if _is_json(name, kind):
        return f"case when {column} is not null then to_json({column})::varchar end"
    if kind == "BLOB":
        return f"hex({column})"
    return f"nullif({column}::varchar, '')"


def sqlite_header(file: ListFile, options: ReadOptions, limits: Limits) -> Header:
    with _sqlite(file) as (connection, table):
        cursor = connection.execute(f"select * from {_quoted(table)}")  # noqa: S608 (a quoted name)
        columns = column_names([str(column[0]) for column in cursor.description], limits)
        if cursor.fetchone() is None:
            raise SourceError("malformed", f"The table {table} has columns and no rows; there is nothing to add.")
    return Header(columns, options)


def sqlite_rows(file: ListFile, header: Header, limits: Limits) -> Iterator[Batch]:
    with _sqlite(file) as (connection, table):
        cursor = connection.execute(f"select * from {_quoted(table)}")  # noqa: S608 (a quoted name)
        rows = ((number, [_sqlite_text(value) for value in row]) for number, row in enumerate(cursor, start=1))
        yield from in_batches(file.name, header.columns, rows, limits)


@contextmanager
def _sqlite(file: ListFile) -> Iterator[tuple[sqlite3.Connection, str]]:
    try:
        before = fingerprint(file.path)
        uri = f"{file.path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.text_factory = lambda text: text.decode("utf-8", "replace")
            found = connection.execute(
                "select name from sqlite_master "
                "where type in ('table', 'view') and name not like 'sqlite~_%' escape '~'"
            )
            yield connection, _chosen(file.table, [name for (name,) in found])
        check_unchanged(file, before)
    except OSError as error:
        raise unreadable(error) from None
    except sqlite3.Error as error:
        raise SourceError("malformed", f"The file is no SQLite database that can be read ({error}).") from None


def _sqlite_text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.hex()
    return None if value in (None, "") else str(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
