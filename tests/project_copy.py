"""Copies the project's models and seeds to a folder where a test may change them, and builds them empty."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject
from orchestrate.store.warehouse import Warehouse


def copy_project(to: Path) -> Path:
    for folder in ("models", "dbt_project"):
        shutil.copytree(PROJECT_ROOT / folder, to / folder)
    for file in ("dbt_project.yml", "profiles.yml", "selectors.yml"):
        shutil.copy(PROJECT_ROOT / file, to)
    return to


def build_empty(project_dir: Path, directory: Path) -> DbtProject:
    """Build the models over a warehouse with every table and no record."""
    project = DbtProject(project_dir, directory / "warehouse.duckdb", directory / "dbt")
    warehouse = Warehouse(project.warehouse)
    warehouse.open()
    warehouse.connection.execute("insert into ops.build_context values ('r1', timestamp '2026-01-01')")
    warehouse.close()
    report = asyncio.run(DbtProcess(project).build())
    assert report.failures == ()
    return project


def dbt_test(project: DbtProject, *selection: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of the project. A deprecated spelling anywhere in it is an error."""
    return dbt(project, "--warn-error", "test", *selection)


def dbt(project: DbtProject, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--quiet", "--no-use-colors", *arguments, *project.arguments()],
        env={**os.environ, **project.environment()},
        cwd=project.warehouse.parent,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
