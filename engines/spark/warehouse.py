"""Tables of the warehouse as Parquet files, which Spark reads. The warehouse itself is only read."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

FOLDER = Path("spark", "dbt")  # beside the warehouse: what Spark reads and makes
SCRATCH = Path("spark", "scratch")  # of Spark itself: with the data, so one disk has all of a build
COPIES, STATE = "copies", "warehouse.txt"


class Warehouse:
    """The DuckDB file `path`. Its copies are in `folder/copies`, a folder for each table."""

    def __init__(self, path: Path, folder: Path) -> None:
        self._path = path
        self._copies = folder / COPIES

    def relations(self, schema: str) -> dict[str, str]:
        """The names of a schema, each with `table` or `view`."""
        with duckdb.connect(str(self._path), read_only=True) as connection:
            found = connection.execute(
                "select table_name, if(table_type = 'VIEW', 'view', 'table') from information_schema.tables "
                "where table_catalog = current_database() and table_schema = $1",
                [schema],
            ).fetchall()
        return dict(found)

    def copied(self, relation: str) -> Path | None:
        """The folder of the copy of a table such as `raw.serper`; None if there is no such table."""
        folder = self._copies / relation
        if folder.is_dir():
            return folder
        with duckdb.connect(str(self._path), read_only=True) as connection:
            try:
                write_parquet(connection, f"from {_quoted(relation)}", folder)
            except duckdb.CatalogException:
                return None
        return folder

    def types_of(self, relation: str) -> dict[str, str]:
        with duckdb.connect(str(self._path), read_only=True) as connection:
            try:
                return {row[0]: row[1] for row in connection.execute(f"describe {_quoted(relation)}").fetchall()}
            except duckdb.CatalogException:
                return {}


def begin_anew_if_changed(folder: Path, warehouse: Path) -> None:
    """Empty the folder of Spark's tables if the warehouse has changed since its first copy: they are of one state."""
    found = warehouse.stat()
    state, known = f"{found.st_mtime_ns} {found.st_size}", folder / STATE
    if not known.is_file() or known.read_text(encoding="utf-8") != state:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        known.write_text(state, encoding="utf-8")


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, folder: Path) -> None:
    """Write the rows of a query to the folder, with types that Spark has. The folder is there once it is whole."""
    rows, new = for_spark(connection, query), folder.with_name(f".{folder.name}")
    new.mkdir(parents=True, exist_ok=True)
    path = str(new / "part.parquet").replace("'", "''")
    connection.execute(f"copy ({rows}) to '{path}' (format parquet)")
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def for_spark(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """The query with types that Spark has."""
    columns = connection.execute(f"describe ({query})").fetchall()
    chosen = ", ".join(_with_type_of_spark(name, kind) for name, kind, *_ in columns)
    return f"select {chosen} from ({query})"  # noqa: S608 (names of a query)


def _with_type_of_spark(name: str, kind: str) -> str:
    """JSON and enums are texts on Spark, and its whole numbers have a sign."""
    if kind == "JSON" or kind.startswith("ENUM"):
        return f'"{name}"::varchar as "{name}"'
    if kind == "JSON[]":
        return f'"{name}"::varchar[] as "{name}"'
    if kind in ("HUGEINT", "UBIGINT", "UINTEGER"):
        return f'"{name}"::bigint as "{name}"'
    return f'"{name}"'


def _quoted(relation: str) -> str:
    return ".".join(f'"{part}"' for part in relation.split("."))
