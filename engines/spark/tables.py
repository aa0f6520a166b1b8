"""Tables of a DuckDB file as Parquet, which Spark reads."""

from __future__ import annotations

from pathlib import Path

import duckdb

SCHEMAS = ("raw", "ops", "extract", "seeds")


def write_sources(warehouse: Path, directory: Path) -> None:
    """What the models read and do not make: `directory` gets a folder for each table."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where schema_name in (from unnest(?))", [SCHEMAS]
        ).fetchall()
        for schema, table in tables:
            folder = directory / f"{schema}.{table}"
            folder.mkdir(parents=True, exist_ok=True)
            columns = connection.execute(f'describe "{schema}"."{table}"').fetchall()
            chosen = ", ".join(_for_parquet(name, kind) for name, kind, *_ in columns)
            query = f'select {chosen} from "{schema}"."{table}"'  # noqa: S608 (names of the catalogue)
            connection.execute(f"copy ({query}) to '{folder / 'part.parquet'}' (format parquet)")


def _for_parquet(name: str, kind: str) -> str:
    """JSON and enums are texts on Spark, and its whole numbers have a sign."""
    if kind == "JSON" or kind.startswith("ENUM"):
        return f'"{name}"::varchar as "{name}"'
    if kind == "JSON[]":
        return f'"{name}"::varchar[] as "{name}"'
    if kind in ("HUGEINT", "UBIGINT", "UINTEGER"):
        return f'"{name}"::bigint as "{name}"'
    return f'"{name}"'
