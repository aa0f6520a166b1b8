"""Tells which seeds changed since the warehouse loaded them. A build need not load the others again.

The materialization of seeds writes the fingerprint of what it loads to `ops.loaded_seeds`, in the transaction that
makes the table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

# A seed that was read another way is another table.
MATERIALIZATION = Path("dbt_project/macros/materializations/seeds.sql")


@dataclass(frozen=True)
class Seed:
    """A seed of the parsed project. `column_types` is in the order of `_seeds.yml`."""

    relation: str
    path: str  # below the folder of the project
    column_types: Mapping[str, str]

    def fingerprint(self, project_dir: Path) -> str:
        """As the materialization computes it in SQL."""
        types = json.dumps(dict(self.column_types))
        return _sha256(project_dir / MATERIALIZATION) + _sha256(project_dir / self.path) + types


def changed_seeds(connection: duckdb.DuckDBPyConnection, seeds: Iterable[Seed], project_dir: Path) -> tuple[Seed, ...]:
    """The seeds that are no table of the warehouse, or one that was made from another file."""
    try:
        held = connection.execute(
            "select relation, fingerprint from ops.loaded_seeds where relation in ("
            "select schema_name || '.' || table_name from duckdb_tables() where database_name = current_database())"
        ).fetchall()
    except duckdb.CatalogException:  # a warehouse without the record
        held = []
    return tuple(seed for seed in seeds if (seed.relation, seed.fingerprint(project_dir)) not in held)


def forget_loaded(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the next build load every seed, also one whose table a person changed."""
    connection.execute("delete from ops.loaded_seeds")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
