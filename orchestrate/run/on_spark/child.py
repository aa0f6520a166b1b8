"""What the child process does for a build on Spark: seeds and statements by dbt, models and tests by Spark."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from orchestrate.errors import TrigpointError
from orchestrate.run import dbt_child
from orchestrate.run.dbt_child import QUIET, BuildReport, send_step
from orchestrate.run.progress.events import Steps
from orchestrate.seeds.loaded import Seed, changed_seeds

if TYPE_CHECKING:
    from engines.spark.nodes import Node
    from orchestrate.store.dbt_project import DbtProject

SOURCES, TABLES = "sources", "tables"


@dataclass(frozen=True)
class SparkReport:
    """The outcome of a build on Spark, with the models and tests that it ran."""

    report: BuildReport
    nodes: dict[str, Node]


def build_on_spark(project: DbtProject, work: Path, remote: str | None, memory: str) -> SparkReport:
    """Make all models in the folder `tables` below `work`, and run their data tests. The warehouse keeps its tables.

    `memory` is in Spark's form, such as `3g`. Raises TrigpointError if dbt cannot compile or Spark does not start.
    """
    from engines.spark.build import Build
    from engines.spark.session import start
    from engines.spark.tables import write_sources

    started = time.perf_counter()
    dbt_child.read_payloads_of(project)
    _load_seeds(project)
    nodes = _compiled(project)
    with duckdb.connect(str(project.warehouse)) as connection:
        kept = [node.relation for node in nodes.values() if node.keeps_rows]
        write_sources(connection, work / SOURCES, kept)
    steps = Steps(send_step, of=len(nodes))
    try:
        session = start(remote=remote, memory=memory)
    except Exception as error:
        raise TrigpointError(f"Spark did not start: {str(error).splitlines()[0][:300]}") from error
    try:
        built = Build(session, work / SOURCES, work / TABLES).run(nodes, steps.begun, steps.finished)
    finally:
        session.stop()
    tests = sum(node.is_test for node in nodes.values())
    report = BuildReport(
        models=len(nodes) - tests,
        tests=tests,
        stage_seconds={},
        failures=tuple(f"{name}: {why}" for name, why in built.failed.items()),
        seconds=time.perf_counter() - started,
    )
    return SparkReport(report, nodes)


def _load_seeds(project: DbtProject) -> None:
    """Load the seeds that changed. dbt does it, as in a build on DuckDB."""
    manifest = dbt_child.parsed(project)
    nodes = [node for node in manifest.nodes.values() if str(node.resource_type) == "seed"]
    seeds = [Seed(f"{node.schema}.{node.alias}", node.original_file_path, node.config.column_types) for node in nodes]
    with duckdb.connect(str(project.warehouse)) as connection:
        to_load = changed_seeds(connection, seeds, project.project_dir)
    changed = [node.name for node, seed in zip(nodes, seeds, strict=True) if seed in to_load]
    if changed:
        _invoke(project, "seed", "--select", *changed)


def _compiled(project: DbtProject) -> dict[str, Node]:
    """The statements, for a build that makes everything again."""
    from engines.spark.nodes import nodes_of

    return nodes_of(outcome.node.to_dict() for outcome in _invoke(project, "compile", "--selector=statements"))


def _invoke(project: DbtProject, *command: str) -> Any:
    from dbt.cli.main import dbtRunner

    result = dbtRunner(manifest=dbt_child.parsed(project)).invoke([*QUIET, *command, *project.arguments()])
    outcomes: Any = result.result
    if not result.success:
        failed = [f"{one.node.name}: {one.message}" for one in outcomes or () if str(one.status) == "error"]
        why = result.exception or "; ".join(failed[:5])
        raise TrigpointError(f"dbt could not {command[0]}: {why}. Its log is in {project.scratch_dir / 'logs'}.")
    return outcomes
