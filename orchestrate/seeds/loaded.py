"""Tells which seeds a warehouse holds as their files are now, so that a build need not load them again.

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

    schema: str
    name: str
    path: str  # below the folder of the project
    column_types: Mapping[str, str]

    @property
    def relation(self) -> str:
        return f"{self.schema}.{self.name}"

    def fingerprint(self, project_dir: Path) -> str:
        """As the materialization computes it in SQL."""
        types = json.dumps(dict(self.column_types))
        return _sha256(project_dir / MATERIALIZATION) + _sha256(project_dir / self.path) + types


def are_loaded(connection: duckdb.DuckDBPyConnection, seeds: Iterable[Seed], project_dir: Path) -> bool:
    """Whether every seed is a table of the warehouse that was made from its file as it is now."""
    try:
        loaded = dict(
            connection.execute(
                "select relation, fingerprint from ops.loaded_seeds where relation in ("
                "select schema_name || '.' || table_name from duckdb_tables() where database_name = current_database())"
            ).fetchall()
        )
        return all(loaded.get(seed.relation) == seed.fingerprint(project_dir) for seed in seeds)
    except (duckdb.CatalogException, OSError):  # a warehouse without the record; a file that went since it was parsed
        return False


def forget_loaded(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the next build load every seed, also one whose table a person changed."""
    connection.execute("delete from ops.loaded_seeds")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
