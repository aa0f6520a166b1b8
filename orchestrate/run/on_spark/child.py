"""What the child process does for a build on Spark: dbt loads the seeds on DuckDB, and builds the models on Spark."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from orchestrate.errors import TrigpointError
from orchestrate.run import dbt_child
from orchestrate.run.dbt_child import QUIET, BuildReport, StepCounter, report_of
from orchestrate.seeds.loaded import Seed, changed_seeds
from orchestrate.store.disk import no_room

if TYPE_CHECKING:
    from engines.spark.nodes import Node
    from orchestrate.store.dbt_project import DbtProject

TABLES, SECONDS = "tables", "seconds.json"


@dataclass(frozen=True)
class SparkReport:
    """The outcome of a build on Spark, with the models that it made."""

    report: BuildReport
    nodes: dict[str, Node]


def build_on_spark(project: DbtProject, work: Path, remote: str | None, memory: str) -> SparkReport:
    """Make all models in the folder `tables` below `work`, and run their data tests.

    The warehouse keeps its tables. `seconds.json` beside them has the seconds of each. `memory` is in Spark's form,
    such as `3g`. Raises TrigpointError if dbt cannot build or Spark does not start.
    """
    from engines.spark.nodes import nodes_of
    from engines.spark.session import start
    from engines.spark.warehouse import FOLDER, SCRATCH

    started = time.perf_counter()
    on_spark = project.on_spark(remote, memory)
    os.environ |= on_spark.environment()
    dbt_child.read_payloads_of(project)
    manifest = dbt_child.parsed(on_spark)
    _load_seeds(project, manifest)
    try:
        session = start(remote=remote, memory=memory, scratch=project.warehouse.parent / SCRATCH)
    except Exception as error:
        raise TrigpointError(f"Spark did not start: {str(error).splitlines()[0][:300]}") from error
    try:
        # The seeds are read from the warehouse. To exclude them by a selector would leave out tests of models, too.
        kinds = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "seed")
        outcomes = _invoke(on_spark, manifest, "build", "--selector=run", *kinds)
    finally:
        session.stop()
    (project.warehouse.parent / FOLDER).rename(work)
    seconds = {str(outcome.node.name): float(outcome.execution_time) for outcome in outcomes}
    slowest_first = dict(sorted(seconds.items(), key=lambda one: -one[1]))
    (work / SECONDS).write_text(json.dumps(slowest_first, indent=2) + "\n", encoding="utf-8")
    report = replace(report_of(outcomes, project), stage_seconds={}, seconds=time.perf_counter() - started)
    # What waits for a model that failed is not compiled, and nothing is published then.
    return SparkReport(report, {} if report.failures else nodes_of(outcome.node.to_dict() for outcome in outcomes))


def _load_seeds(project: DbtProject, manifest: Any) -> None:
    """Load the seeds that changed into the warehouse, as in a build on DuckDB."""
    nodes = [node for node in manifest.nodes.values() if str(node.resource_type) == "seed"]
    seeds = [Seed(f"{node.schema}.{node.alias}", node.original_file_path, node.config.column_types) for node in nodes]
    with duckdb.connect(str(project.warehouse)) as connection:
        to_load = changed_seeds(connection, seeds, project.project_dir)
    changed = [node.name for node, seed in zip(nodes, seeds, strict=True) if seed in to_load]
    if changed:
        outcomes = _invoke(project, None, "seed", "--select", *changed)
        _close_warehouse()
        if failures := report_of(outcomes, project).failures:
            raise TrigpointError("Seeds could not be loaded: " + "; ".join(failures[:5]))


def _close_warehouse() -> None:
    """dbt-duckdb keeps the file open for writing. The adapter of Spark opens it to read."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.env().close()  # type: ignore[no-untyped-call]


def _invoke(project: DbtProject, manifest: Any, *command: str) -> list[Any]:
    from dbt.cli.main import dbtRunner

    callbacks: list[Any] = [StepCounter()] if command[0] == "build" else []
    result = dbtRunner(manifest=manifest, callbacks=callbacks).invoke([*QUIET, *command, *project.arguments()])
    if result.result is None:
        log = project.scratch_dir / "logs"
        full = no_room(result.exception, project.scratch_dir) if result.exception else None
        raise full or TrigpointError(f"dbt could not {command[0]}: {result.exception}. Its log is in {log}.")
    return list(result.result)  # type: ignore[arg-type] # of `build`: one result for each node
