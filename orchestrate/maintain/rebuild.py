"""Builds and publishes again from the data of the warehouse, without asking any source."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import duckdb

from orchestrate.clock import utc_now
from orchestrate.contracts.changes import BuildReport
from orchestrate.errors import GateError, UsageError
from orchestrate.explain.run_diff import LATEST, PREVIOUS, diff_runs
from orchestrate.run.dbt_runner import DbtProcess, OnStep
from orchestrate.run.ledger import new_id
from orchestrate.run.publication.publish import publish
from orchestrate.run.publication.record import Build, keep_baseline, record_publication
from orchestrate.seeds.check import check_seeds
from orchestrate.seeds.corrections import read_corrections
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR, Settings
from orchestrate.store.dbt_project import dbt_project
from orchestrate.store.queries import check_was_built
from orchestrate.store.warehouse import Warehouse, sole_writer


@asynccontextmanager
async def open_for_maintenance(
    settings: Settings, what: str, on_wait: Callable[[str], object]
) -> AsyncIterator[Warehouse]:
    """The warehouse, locked for the block. Raises UsageError if there was no run yet, SeedError for bad seeds."""
    check_seeds(SEEDS_DIR)
    check_was_built(settings.warehouse_path)
    async with sole_writer(settings.mode_dir, what, settings.lock_timeout_seconds, on_wait):
        warehouse = Warehouse(settings.warehouse_path)
        try:
            yield warehouse
        finally:
            warehouse.close()


async def build(settings: Settings, on_wait: Callable[[str], object], on_step: OnStep | None = None) -> BuildReport:
    """Build every model from the landed data with the current seeds, and publish."""
    async with open_for_maintenance(settings, "build", on_wait) as warehouse:
        if not warehouse.connection.execute("from ops.build_context").fetchall():
            raise UsageError('No run has reached the models, so there is nothing to build: make run QUERY="..."')
        entities = await rebuild(warehouse, settings, "build", on_step)
        publications = warehouse.connection.execute("select count(*) from ops.publications").fetchall()[0][0]
    diff = diff_runs(settings.published_path, PREVIOUS, LATEST) if publications > 1 else None
    return BuildReport(entities_published=entities, diff=diff)


async def rebuild(warehouse: Warehouse, settings: Settings, command: str, on_step: OnStep | None = None) -> int:
    """Build every model as of now for the last built run, and publish. Returns the number of entities.

    Raises GateError if a data test fails. The published file is then unchanged.
    """
    keep_baseline(warehouse.connection, settings.published_path)
    context = _move_to_now(warehouse.connection, command)
    read_corrections(warehouse.connection, check_seeds(SEEDS_DIR))
    warehouse.close()
    if not context:
        return 0  # no run has reached the models, so there is nothing to build again
    dbt = DbtProcess(dbt_project(settings))
    try:
        built = await dbt.build(on_step=on_step)
    finally:
        dbt.kill()
    if built.failures:
        raise GateError("dbt's checks failed, so nothing was published: " + "; ".join(built.failures[:5]))
    entities: int = warehouse.connection.execute("select count(*) from marts.entities").fetchall()[0][0]
    record_publication(warehouse.connection, context, PROJECT_ROOT, settings.published_path)
    warehouse.close()
    publish(settings.warehouse_path, settings.published_path, context.build_id, {}, lambda: False)
    return entities


def _move_to_now(connection: duckdb.DuckDBPyConnection, command: str) -> Build | None:
    """The build of the last run, as of now: a correction of today has no effect as of an earlier day."""
    last = connection.execute("select run_id, as_of from ops.build_context").fetchall()
    if not last:
        return None
    ((run_id, as_of),) = last
    now = utc_now()
    build = Build(new_id(now), run_id, command, max(as_of, now), now)
    connection.execute("update ops.build_context set as_of = ?", [build.as_of])
    return build
