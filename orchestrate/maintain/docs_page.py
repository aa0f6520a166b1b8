"""`trigpoint docs`: one page with the lineage from sources to golden records and every description."""

from __future__ import annotations

from collections.abc import Callable

from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.settings import Settings
from orchestrate.store.dbt_project import dbt_project
from orchestrate.store.warehouse import Warehouse, prepare_directory, sole_writer


async def write_docs_page(settings: Settings, on_wait: Callable[[str], object]) -> None:
    """Write the page to `settings.docs_path`. This works before the first run too."""
    prepare_directory(settings.mode_dir)
    async with sole_writer(settings.mode_dir, "docs", settings.lock_timeout_seconds, on_wait):
        warehouse = Warehouse(settings.warehouse_path)
        warehouse.open()
        warehouse.close()
        dbt = DbtProcess(dbt_project(settings))
        try:
            await dbt.write_docs(settings.docs_path)
        finally:
            dbt.kill()
