"""The models over a warehouse that has every table and no record: what unit tests and the docs need, built once."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestrate.dbt_build import DbtProcess, DbtProject
from orchestrate.settings import PROJECT_ROOT
from orchestrate.warehouse import Warehouse


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> DbtProject:
    directory = tmp_path_factory.mktemp("models")
    project = DbtProject(PROJECT_ROOT, directory / "warehouse.duckdb", directory / "dbt")
    warehouse = Warehouse(project.warehouse)
    warehouse.open()
    warehouse.connection.execute("insert into ops.build_context values ('r1', timestamp '2026-01-01')")
    warehouse.close()
    report = asyncio.run(DbtProcess(project).build())
    assert report.failures == ()
    return project


@pytest.fixture(scope="session")
def manifest(project: DbtProject) -> dict[str, Any]:
    """Everything that dbt knows of the project, the SQL that the build ran included."""
    return json.loads((project.scratch_dir / "target" / "manifest.json").read_text())


@pytest.fixture(scope="session")
def unit_test_results(project: DbtProject, manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """What dbt says of each unit test; a deprecated spelling anywhere in the project is an error here."""
    done = subprocess.run(
        [
            Path(sys.executable).with_name("dbt"),
            "--quiet",
            "--no-use-colors",
            "--warn-error",
            "test",
            "--select=test_type:unit",
            *project.arguments(),
        ],
        env={**os.environ, "TRIGPOINT_WAREHOUSE": str(project.warehouse), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr  # 2: dbt could not even begin
    return json.loads((project.scratch_dir / "target" / "run_results.json").read_text())["results"]
