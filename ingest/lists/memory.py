"""How much memory the warehouse takes while a list lands: as much for a million rows as for a thousand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

MEMORY = "256.0 MiB"


@contextmanager
def bounded_memory(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """What does not fit into the limit goes to disk. After the outermost block DuckDB's own limit holds again."""
    if memory_limit(connection) == MEMORY:
        yield
        return
    connection.execute(f"set memory_limit = '{MEMORY}'")
    try:
        yield
    finally:
        connection.execute("reset memory_limit")


def memory_limit(connection: duckdb.DuckDBPyConnection) -> str:
    ((limit,),) = connection.execute("select current_setting('memory_limit')").fetchall()
    return str(limit)
