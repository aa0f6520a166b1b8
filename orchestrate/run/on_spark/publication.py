"""Publishes what Spark built: the Parquet files of the marts, and the DuckDB file made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrate.run.on_spark import marts as files
from orchestrate.run.on_spark.tables import show_in_warehouse
from orchestrate.run.publication.publish import publish
from orchestrate.run.publication.record import Build, record_publication
from orchestrate.run.publication.scope import end_scope
from orchestrate.settings import PROJECT_ROOT, Settings

if TYPE_CHECKING:
    from engines.spark.nodes import Node
    from orchestrate.store.warehouse import Warehouse


@dataclass(frozen=True)
class BuiltOnSpark:
    """A build that is published. `left_in_files` are the marts that the DuckDB file reads from their Parquet files."""

    entities: int
    marts: Path
    left_in_files: tuple[str, ...]


def publish_from_spark(
    warehouse: Warehouse, settings: Settings, build: Build, nodes: Mapping[str, Node]
) -> BuiltOnSpark:
    """Record the publication and put it in place: first the DuckDB file, then the link to the Parquet files."""
    work, marts = settings.spark_dir / build.build_id, settings.marts_dir / build.build_id
    before = files.latest(settings.marts_dir)
    show_in_warehouse(warehouse.connection, nodes, files.gathered(work, marts, nodes))
    entities: int = warehouse.connection.execute("select count(*) from marts.entities").fetchall()[0][0]
    record_publication(warehouse.connection, build, PROJECT_ROOT, settings.published_path)
    files.write_record(warehouse.connection, nodes, marts, build)
    large = files.left_in_files(warehouse.connection, nodes, marts, settings.file_rows)
    warehouse.close()
    publish(settings.warehouse_path, settings.published_path, build.build_id, {}, lambda: False, large)
    files.show_latest(marts)
    end_scope(warehouse.connection)
    files.remove_unused(warehouse.connection, settings.spark_dir, settings.marts_dir, before)
    return BuiltOnSpark(entities, settings.marts_dir / files.LATEST, tuple(large))
