"""Building and publishing again from what the warehouse holds, without asking any source."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from orchestrate.dbt_build import DbtProcess, dbt_project
from orchestrate.errors import GateError, UsageError
from orchestrate.publish import publish
from orchestrate.seeds.check import check_seeds
from orchestrate.settings import SEEDS_DIR, Settings
from orchestrate.warehouse import Warehouse, sole_writer


@asynccontextmanager
async def warehouse_to_mend(
    settings: Settings, what: str, on_wait: Callable[[str], object]
) -> AsyncIterator[Warehouse]:
    """The warehouse, held alone for the block. Raises UsageError where no run has been yet."""
    check_seeds(SEEDS_DIR)
    if not settings.warehouse_path.exists():
        raise UsageError(f'There is no warehouse in {settings.mode_dir} yet. Make one: make run QUERY="..."')
    async with sole_writer(settings.mode_dir, what, settings.lock_timeout_seconds, on_wait):
        warehouse = Warehouse(settings.warehouse_path)
        try:
            yield warehouse
        finally:
            warehouse.close()


async def rebuild(warehouse: Warehouse, settings: Settings) -> int:
    """Build every model for the run that was built last, and publish; the number of entities.

    Raises GateError, with the published file as it was, when a data test fails.
    """
    last = warehouse.connection.execute("select run_id from ops.build_context").fetchall()
    warehouse.close()
    if not last:
        return 0  # no run has come as far as the models: there is nothing to build again
    dbt = DbtProcess(dbt_project(settings))
    try:
        built = await dbt.build()
    finally:
        dbt.kill()
    if built.failures:
        raise GateError("dbt's checks failed, so nothing was published: " + "; ".join(built.failures[:5]))
    entities = warehouse.connection.execute("select count(*) from marts.entities").fetchall()[0][0]
    warehouse.close()
    publish(settings.warehouse_path, settings.published_path, last[0][0], {}, lambda: False)
    return entities
