"""Tests run in parallel (`make test`). Tests that share a slow fixture share a worker."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

os.environ["COLUMNS"] = "118"  # the width of the output in the documents; the console of a command is made on import

from orchestrate.run import dbt_runner
from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject
from tests.project_copy import dbt

# For each session fixture that runs a pipeline or builds the models. A test that uses two is in the first group.
GROUPS = {"world": "world", "one_run": "one_run", "artefacts": "models", "project": "models"}


def pytest_configure(config: pytest.Config) -> None:
    """dbt is imported once, and parses the project once, before the workers start: dozens of tests need both."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # true for the background jobs of a script
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        scratch = Path(config.cache.mkdir("dbt"))
        project = DbtProject(PROJECT_ROOT, scratch / "warehouse.duckdb", scratch)
        parsed = dbt(project, "--warn-error", "parse")  # what fails is not kept, so it fails again the next time
        if parsed.returncode:
            raise pytest.UsageError(parsed.stdout + parsed.stderr)
        os.environ["DBT_PARTIAL_PARSE_FILE_PATH"] = str(project.parsed)
    dbt_runner.PROCESSES = multiprocessing.get_context("forkserver")
    dbt_runner.PROCESSES.set_forkserver_preload(["tests.warm_dbt"])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        used = getattr(item, "fixturenames", ())
        if group := next((group for fixture, group in GROUPS.items() if fixture in used), None):
            item.add_marker(pytest.mark.xdist_group(group))
