"""The types of Spark under the names that DuckDB has for them."""

from __future__ import annotations

from typing import Any

NAMES = {
    "boolean": "BOOLEAN",
    "byte": "TINYINT",
    "short": "SMALLINT",
    "integer": "INTEGER",
    "long": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "string": "VARCHAR",
    "binary": "BLOB",
    "date": "DATE",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "timestamp_ntz": "TIMESTAMP",
    "void": "INTEGER",  # as DuckDB has it for a column of nulls
}


def duckdb_type(kind: Any) -> str:
    """`kind` is a type in the JSON of a schema of Spark, such as `long` or `{"type": "array", "elementType": ...}`."""
    if isinstance(kind, str):
        return kind.upper() if kind.startswith("decimal") else NAMES[kind]
    if kind["type"] == "array":
        return f"{duckdb_type(kind['elementType'])}[]"
    if kind["type"] == "map":
        return f"MAP({duckdb_type(kind['keyType'])}, {duckdb_type(kind['valueType'])})"
    fields = (f'"{field["name"]}" {duckdb_type(field["type"])}' for field in kind["fields"])
    return f"STRUCT({', '.join(fields)})"
