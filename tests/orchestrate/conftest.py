"""Shared fixtures. A run takes seconds, so tests that only read results share one data directory."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from orchestrate.cli import main
from orchestrate.explain.run_report import build_report
from orchestrate.maintain.docs_page import ProjectLineage, write_docs_page
from orchestrate.plan.planner import load_source_catalogue, plan
from orchestrate.run import dbt_runner
from orchestrate.run.pipeline import orchestrate
from orchestrate.run.progress.lines import LineProgress
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR, Settings
from tests.printed import check_printed, printed

TRIGPOINT = str(Path(sys.executable).with_name("trigpoint"))
SOURCE_SETTINGS = ("_URL", "_API_KEY", "_AUTHKEY", "OPENAI_", "TRIGPOINT_", "QUERY", "SQL")


@pytest.fixture(scope="session")
def clean_environment() -> dict[str, str]:
    """This machine's environment without anything that would change what a run does."""
    return {k: v for k, v in os.environ.items() if not any(part in k for part in SOURCE_SETTINGS)}


def wait_for_warm_dbt() -> None:
    """Otherwise the first run waits, and that is time which no stage has."""
    first = dbt_runner.PROCESSES.Process(target=int)
    first.start()
    first.join()


@dataclass(frozen=True)
class World:
    """A data directory and the reports of the queries that were run in it, in order."""

    data_dir: Path
    reports: dict[str, dict[str, Any]]

    @property
    def published(self) -> Path:
        return self.data_dir / "sandbox" / "trigpoint.duckdb"

    @property
    def warehouse(self) -> Path:
        return self.data_dir / "sandbox" / "warehouse.duckdb"

    def rows(self, sql: str, *parameters: Any) -> list[tuple]:
        with duckdb.connect(str(self.published), read_only=True) as connection:
            return connection.execute(sql, list(parameters)).fetchall()

    @cached_property
    def docs(self) -> tuple[Path, ProjectLineage]:
        """dbt's page, and the lineage of models and columns."""
        settings = Settings(mode="sandbox", data_dir=self.data_dir)
        return settings.dbt_page_path, asyncio.run(write_docs_page(settings, on_wait=print))

    def again(self, query: str) -> dict[str, Any]:
        return run_in_process(query, self.data_dir)


def run_in_process(query: str, data_dir: Path) -> dict[str, Any]:
    settings = Settings(mode="sandbox", data_dir=data_dir)
    seeds = load_source_catalogue(SEEDS_DIR)
    progress = LineProgress(Console(stderr=True))
    outcome = asyncio.run(orchestrate(plan(query, seeds), seeds, settings, progress))
    return printed(build_report(settings.warehouse_path, settings.published_path, outcome.run_id))


ANSWERED_QUERIES = (
    "powerleague portobello",
    "padel courts edinburgh",
    "ev charging leith",
    "libraries in leith",
    "swimming pool near portobello",
    "puregym edinburgh",
)
ONE_QUERY = "libraries in leith"
QUERIES = (*ANSWERED_QUERIES, "zxqv nothing here")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The sandbox after the queries that a local would ask."""
    data_dir = tmp_path_factory.mktemp("world")
    wait_for_warm_dbt()
    return World(data_dir, {query: run_in_process(query, data_dir) for query in QUERIES})


@pytest.fixture(scope="session")
def one_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory after one run. A test that changes it works on a copy."""
    data_dir = tmp_path_factory.mktemp("one_run")
    run_in_process(ONE_QUERY, data_dir)
    return data_dir


@pytest.fixture
def trigpoint(tmp_path: Path, clean_environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command in a process of its own: `trigpoint("run", "a query", TRIGPOINT_MODE="live")`."""

    def call(*arguments: str, timeout: float = 120, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [TRIGPOINT, *arguments],
            env={**clean_environment, "TRIGPOINT_DATA_DIR": str(tmp_path / "data"), **environment},
            cwd=PROJECT_ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        check_printed(arguments, done.stdout)
        return done

    return call


@pytest.fixture
def trigpoint_here(
    tmp_path: Path, clean_environment: dict[str, str], command, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`trigpoint` in this process, where dbt starts fast. No variable of one call is left for the next."""

    def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        with monkeypatch.context() as patch:
            for name in os.environ.keys() - clean_environment.keys():
                patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            return subprocess.CompletedProcess(arguments, *command(tmp_path / "data", *arguments))

    return call


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """The command in this process: `command(data_dir, "explain", "leith-library")` -> exit code, stdout, stderr."""

    def call(data_dir: Path, *arguments: str, piped: str = "", **environment: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["trigpoint", *arguments])
        monkeypatch.setattr("sys.stdin", io.StringIO(piped))
        for name, value in {"TRIGPOINT_DATA_DIR": str(data_dir), **environment}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        check_printed(arguments, out)
        return int(ended.value.code or 0), out, err

    return call


def as_json(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return json.loads(done.stdout)
