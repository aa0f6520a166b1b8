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
def artefacts(project: DbtProject) -> Path:
    """The JSON that `dbt test` leaves; a deprecated spelling anywhere in the project is an error here."""
    done = subprocess.run(
        [
            Path(sys.executable).with_name("dbt"),
            "--quiet",
            "--no-use-colors",
            "--warn-error",
            "test",
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
    return project.scratch_dir / "target"


@pytest.fixture(scope="session")
def manifest(artefacts: Path) -> dict[str, Any]:
    """Everything that dbt knows of the project, the SQL of the data tests included."""
    return json.loads((artefacts / "manifest.json").read_text())


@pytest.fixture(scope="session")
def unit_test_results(artefacts: Path) -> list[dict[str, Any]]:
    """What dbt says of each unit test."""
    results = json.loads((artefacts / "run_results.json").read_text())["results"]
    return [result for result in results if result["unique_id"].startswith("unit_test.")]
