"""The marts as Parquet files: `marts/<build id>/<mart>/*.parquet`. The link `latest` leads to those of one build.

A build writes a folder of its own. Turning the link is one step, so a reader sees one build whole, whatever is killed.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from engines.spark.warehouse import COPIES, FOLDER, SCRATCH
from orchestrate.contracts.export import MartFiles, MartsManifest
from orchestrate.errors import DiskFullError
from orchestrate.run.on_spark.child import TABLES
from orchestrate.run.on_spark.tables import query_of, views_of_the_record
from orchestrate.run.publication.record import Build
from orchestrate.store.output_file import turn_link
from orchestrate.store.warehouse import sql_text

if TYPE_CHECKING:
    from engines.spark.nodes import Node

LATEST, MANIFEST = "latest", "manifest.json"
MARTS = "marts."


def gathered(work: Path, marts: Path, nodes: Mapping[str, Node]) -> dict[str, Path]:
    """Move the marts out of the work of a build to the folder `marts`. Returns the folder of each model's files."""
    shutil.rmtree(work / COPIES)  # of the tables of the warehouse
    marts.mkdir(parents=True)
    folders = {}
    for node in nodes.values():
        folder = work / TABLES / node.relation
        if node.relation.startswith(MARTS):
            folder = folder.rename(marts / node.relation.removeprefix(MARTS))
        folders[node.relation] = folder
    return folders


def write_record(connection: duckdb.DuckDBPyConnection, nodes: Mapping[str, Node], marts: Path, build: Build) -> None:
    """Write the marts that show the publication, once it is recorded, and the manifest of the folder."""
    for node in views_of_the_record(nodes):
        if node.relation.startswith(MARTS):
            folder = marts / node.relation.removeprefix(MARTS)
            shutil.rmtree(folder)
            folder.mkdir()
            path = sql_text(str(folder / "part.parquet"))
            connection.execute(f"copy (from {node.relation}) to {path} (format parquet)")
    names = sorted(folder.name for folder in marts.iterdir())
    manifest = MartsManifest(
        build_id=build.build_id,
        engine=build.engine,
        as_of=build.as_of,
        published_at=build.published_at,
        marts={name: MartFiles(files=f"{name}/*.parquet", rows=_rows(connection, marts / name)) for name in names},
    )
    (marts / MANIFEST).write_text(json.dumps(manifest.as_json(), indent=2) + "\n", encoding="utf-8")


def left_in_files(
    connection: duckdb.DuckDBPyConnection, nodes: Mapping[str, Node], marts: Path, most_rows: int
) -> dict[str, str]:
    """The marts with more rows than the published file takes, each with the query of its Parquet files."""
    by_name = {node.relation.removeprefix(MARTS): node for node in nodes.values() if node.relation.startswith(MARTS)}
    return {
        name: query_of(connection, node, marts / name)
        for name, node in sorted(by_name.items())
        if _rows(connection, marts / name) > most_rows
    }


def show_latest(marts: Path) -> None:
    turn_link(marts.with_name(LATEST), marts)


def remove_unused(connection: duckdb.DuckDBPyConnection, spark_dir: Path, marts_dir: Path, before: Path | None) -> None:
    """Remove the files of builds that failed, were killed, or are older than the build `before`, which readers may
    have open. Those that the warehouse reads stay."""
    views = connection.execute("select sql from duckdb_views() where database_name = current_database()").fetchall()
    read = "".join(sql for (sql,) in views)
    for folder in (*spark_dir.glob("*"), *marts_dir.glob("*")):
        if str(folder) not in read and folder != before and not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def removed_if_the_disk_is_full(work: Path) -> Iterator[None]:
    """Remove what a build wrote to `work`, or before it was moved there, so that the next command has its room."""
    try:
        yield
    except DiskFullError:
        for folder in (work, work.with_name(FOLDER.name), work.with_name(SCRATCH.name)):
            shutil.rmtree(folder, ignore_errors=True)
        raise


def latest(marts_dir: Path) -> Path | None:
    """The folder that is published; None before the first build on Spark."""
    link = marts_dir / LATEST
    return marts_dir / link.readlink() if link.is_symlink() else None


def remove_all(spark_dir: Path, marts_dir: Path) -> bool:
    """Remove all files that Spark made, for a purge. True if there were some."""
    were_there = spark_dir.exists() or marts_dir.exists()
    (marts_dir / LATEST).unlink(missing_ok=True)
    for folder in (spark_dir, marts_dir):
        shutil.rmtree(folder, ignore_errors=True)
    return were_there


def _rows(connection: duckdb.DuckDBPyConnection, folder: Path) -> int:
    files = sql_text(str(folder / "*.parquet"))
    return int(connection.execute(f"select count(*) from read_parquet({files})").fetchall()[0][0])  # noqa: S608
