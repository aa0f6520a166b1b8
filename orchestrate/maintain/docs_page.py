"""`trigpoint docs`: dbt's page, with every description, and the lineage of each column of the marts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import duckdb

from orchestrate.maintain.lineage.graph import Lineage, read_lineage
from orchestrate.maintain.lineage.models import read_models
from orchestrate.page.models import Model
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.settings import Settings
from orchestrate.store.dbt_project import dbt_project
from orchestrate.store.warehouse import Warehouse, prepare_directory, sole_writer


class ProjectLineage(NamedTuple):
    """How the models and their columns hang together."""

    columns: Lineage
    models: tuple[Model, ...]


async def write_docs_page(settings: Settings, on_wait: Callable[[str], object]) -> ProjectLineage:
    """Write dbt's page to `settings.dbt_page_path`, and read the lineage. This works before the first run too."""
    prepare_directory(settings.mode_dir)
    async with sole_writer(settings.mode_dir, "docs", settings.lock_timeout_seconds, on_wait):
        warehouse = Warehouse(settings.warehouse_path)
        warehouse.open()
        warehouse.close()
        project = dbt_project(settings)
        dbt = DbtProcess(project)
        try:
            await dbt.write_docs(settings.dbt_page_path)
        finally:
            dbt.kill()
        manifest = project.scratch_dir / "target" / "manifest.json"
        seeds = project.project_dir / "dbt_project" / "seeds"
        return ProjectLineage(read_lineage(manifest, seeds, _landed(warehouse.path)), read_models(manifest))


def _landed(warehouse: Path) -> dict[str, list[str]]:
    """The columns of each table that Python writes."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select table_schema || '.' || table_name, list(column_name order by ordinal_position) "
            "from information_schema.columns where table_schema in ('raw', 'ops', 'extract') group by all"
        ).fetchall()
    return dict(rows)
