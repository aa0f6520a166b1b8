"""Builds one world repeatedly, with other row orders and numbers of threads, and compares hashes."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from pathlib import Path

import duckdb
import yaml

import orchestrate.learn.eval_matching as evaluate
from orchestrate.clock import utc_now
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.store.dbt_project import DbtProject, memory_limit
from orchestrate.store.warehouse import Warehouse


def land_world(path: Path) -> Path:
    """Land everything in the sandbox's world in a warehouse."""

    async def land() -> None:
        warehouse, now = Warehouse(path), utc_now()
        sources = evaluate.load_world(warehouse.connection, evaluate.SANDBOX / "world", now)
        await evaluate.read_texts(warehouse.connection, sources, now)
        warehouse.close()

    asyncio.run(land())
    return path


def build(project: Path, warehouse: Path, *selection: str) -> None:
    report = asyncio.run(DbtProcess(DbtProject(project, warehouse, warehouse.parent / "dbt")).build(*selection))
    assert report.failures == (), report.failures


def set_threads(project: Path, threads: int) -> None:
    """Set the threads of DuckDB, and the memory that a run gives them. dbt builds as many models side by side."""
    profiles = project / "profiles.yml"
    profile = yaml.safe_load(profiles.read_text())
    profile["trigpoint"]["outputs"]["duckdb"]["settings"] |= {
        "threads": threads,
        "memory_limit": memory_limit(threads),
    }
    profiles.write_text(yaml.safe_dump(profile))


def shuffled_copy(landed: Path, directory: Path, seed: int) -> Path:
    """A copy of the warehouse in `directory`, with the rows of each landed or read table in another order."""
    warehouse = Path(shutil.copyfile(landed, directory / landed.name))
    with duckdb.connect(str(warehouse)) as connection:
        for (table,) in connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name in ('raw', 'extract')"
        ).fetchall():
            place = f"md5(rowid || '-{seed}') as place"
            connection.execute(f"create or replace temp table held as select {place}, * from {table}")
            connection.execute(f"delete from {table}")
            connection.execute(f"insert into {table} select * exclude (place) from held order by place")
    return warehouse


def fingerprint(warehouse: Path) -> str:
    """sha256 over every row of every mart, in order of all their columns."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        marts = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by table_name"
        ).fetchall()
        rows = [(mart, connection.execute(f"from marts.{mart} order by all").fetchall()) for (mart,) in marts]
    return hashlib.sha256(repr(rows).encode()).hexdigest()
