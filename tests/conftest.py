"""Tests run in parallel (`make test`). Tests that share a slow fixture share a worker."""

import os
import signal
from pathlib import Path

import pytest

from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject
from tests.project_copy import dbt

SHARED = {"world", "artefacts", "project"}  # session fixtures that run a pipeline or build the models


def pytest_configure(config: pytest.Config) -> None:
    """dbt parses the project once, before the workers start: dozens of tests need it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # true for the background jobs of a script
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        scratch = Path(config.cache.mkdir("dbt"))
        project = DbtProject(PROJECT_ROOT, scratch / "warehouse.duckdb", scratch)
        dbt(project, "parse").check_returncode()
        os.environ["DBT_PARTIAL_PARSE_FILE_PATH"] = str(project.parsed)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        shared = SHARED.intersection(getattr(item, "fixturenames", ()))
        if shared:
            item.add_marker(pytest.mark.xdist_group("world" if "world" in shared else "models"))
