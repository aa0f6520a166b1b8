"""Tables of a DuckDB file as Parquet, which Spark reads."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

SCHEMAS = ("raw", "ops", "extract", "seeds")


def write_sources(connection: duckdb.DuckDBPyConnection, directory: Path, kept: Collection[str] = ()) -> None:
    """What the models read and do not make: `directory` gets a folder for each table.

    `kept` are tables of models that read their rows of the build before, such as `intermediate.int_entity_id_log`.
    """
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = current_database() "
        "and (schema_name in (from unnest($1)) or schema_name || '.' || table_name in (from unnest($2)))",
        [list(SCHEMAS), list(kept)],
    ).fetchall()
    for schema, table in tables:
        folder = directory / f"{schema}.{table}"
        folder.mkdir(parents=True, exist_ok=True)
        columns = connection.execute(f'describe "{schema}"."{table}"').fetchall()
        chosen = ", ".join(_for_parquet(name, kind) for name, kind, *_ in columns)
        query = f'select {chosen} from "{schema}"."{table}"'  # noqa: S608 (names of the catalogue)
        path = str(folder / "part.parquet").replace("'", "''")
        connection.execute(f"copy ({query}) to '{path}' (format parquet)")


def _for_parquet(name: str, kind: str) -> str:
    """JSON and enums are texts on Spark, and its whole numbers have a sign."""
    if kind == "JSON" or kind.startswith("ENUM"):
        return f'"{name}"::varchar as "{name}"'
    if kind == "JSON[]":
        return f'"{name}"::varchar[] as "{name}"'
    if kind in ("HUGEINT", "UBIGINT", "UINTEGER"):
        return f'"{name}"::bigint as "{name}"'
    return f'"{name}"'
