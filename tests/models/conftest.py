"""The models over a warehouse with every table and no records, built once, for unit tests and docs."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.run.prepared.build import is_prepared
from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject
from tests.project_copy import build_empty, dbt_test

# The unit tests, and the data tests whose SQL a test runs. Others test the seeds, and the grain over a world.
READ = (
    "--select", "test_type:unit", "test_type:singular", "path:models/intermediate/survivorship,test_type:generic",
    "one_row_per_entity_claims_claim_id", "unique_in_each_source_int_records_record_key",
    "one_row_per_entity_id_events_entity_id__event*",
)  # fmt: skip


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> DbtProject:
    return build_empty(PROJECT_ROOT, tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def built_twice(project: DbtProject) -> DbtProject:
    """An incremental model has its plan from the second build on."""
    assert not is_prepared(project)
    assert asyncio.run(DbtProcess(project).build()).failures == ()
    return project


@pytest.fixture(scope="session")
def artefacts(project: DbtProject) -> Path:
    """The JSON files that `dbt test` writes."""
    # A partial parse would not repeat its warnings. What was parsed before the workers started had none.
    parsed_before = "DBT_PARTIAL_PARSE_FILE_PATH" in os.environ
    done = dbt_test(project, *READ, *([] if parsed_before else ["--no-partial-parse"]))
    assert done.returncode in (0, 1), done.stdout + done.stderr  # 2: dbt could not start
    return project.scratch_dir / "target"


@pytest.fixture(scope="session")
def manifest(artefacts: Path) -> dict[str, Any]:
    """The manifest of the project, with the SQL of the data tests."""
    return json.loads((artefacts / "manifest.json").read_text())


@pytest.fixture(scope="session")
def unit_test_results(artefacts: Path) -> list[dict[str, Any]]:
    """The result of each unit test."""
    results = json.loads((artefacts / "run_results.json").read_text())["results"]
    return [result for result in results if result["unique_id"].startswith("unit_test.")]
