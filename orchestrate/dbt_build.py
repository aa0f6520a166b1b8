"""Runs dbt, in a process of its own.

Importing dbt and parsing the project cost seconds of pure Python: in another process they pass while the
sources are being asked. And a process can be ended at once, with its hold on the warehouse, where a thread
cannot. Inside it dbt runs through `dbtRunner`.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import duckdb
import yaml

from orchestrate.errors import TrigpointError
from orchestrate.settings import PROJECT_ROOT, Settings

T = TypeVar("T")

# The JSON that dbt leaves for other tools is two megabytes that nobody reads after a run.
QUIET = ("--quiet", "--no-write-json")

# Each thread sorts and joins a part of its own, not all of which can go to disk: a million records fail with a quarter
# of this.
MEGABYTES_PER_THREAD = 400

_manifest: Any = None  # the child's parsed project, kept from warm-up to build


@dataclass(frozen=True)
class DbtProject:
    """Where the project, the warehouse and dbt's own scratch files are; all paths are absolute.

    What dbt left in `parsed_before`, if it is there, need not be parsed again.
    """

    project_dir: Path
    warehouse: Path
    scratch_dir: Path
    parsed_before: Path | None = None

    def arguments(self) -> list[str]:
        return [
            f"--project-dir={self.project_dir}",
            f"--profiles-dir={self.project_dir}",
            f"--target-path={self.scratch_dir / 'target'}",
            f"--log-path={self.scratch_dir / 'logs'}",
        ]

    @property
    def parsed(self) -> Path:
        """Where dbt leaves what it parsed."""
        return self.scratch_dir / "target" / "partial_parse.msgpack"

    def environment(self) -> dict[str, str]:
        """What dbt reads its profile from. It is to run in the warehouse's directory.

        By its name alone every warehouse has the same profile: under another one dbt would parse all anew.
        """
        return {
            "TRIGPOINT_WAREHOUSE": self.warehouse.name,
            "TRIGPOINT_MEMORY_LIMIT": os.environ.get(
                "TRIGPOINT_MEMORY_LIMIT", f"{MEGABYTES_PER_THREAD * _threads()}MB"
            ),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }


def dbt_project(settings: Settings) -> DbtProject:
    return DbtProject(PROJECT_ROOT, settings.warehouse_path, settings.mode_dir / "dbt")


def project_vars() -> dict[str, Any]:
    """The single numbers that matching and merging go by."""
    return yaml.safe_load((PROJECT_ROOT / "dbt_project.yml").read_text())["vars"]


@dataclass(frozen=True)
class BuildReport:
    """What a build did. `failures` are sentences: a failed test or a model that could not be built."""

    models: int
    tests: int
    failures: tuple[str, ...]
    seconds: float
    peak_megabytes: float  # of the child's memory


class DbtProcess:
    """One child: `start` it early, `build` when the tables are there, `kill` it when the run is over."""

    def __init__(self, project: DbtProject) -> None:
        self._project = project
        self._pool = ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_prepare_child,
            initargs=(project,),
        )

    def start(self) -> None:
        with _without_main_module():
            self._pool.submit(_parse, self._project)

    async def build(self, *selection: str) -> BuildReport:
        """Run every seed, model and data test, or those that dbt's `selection` names.

        The child is gone, and its lock with it, on return.
        """
        return await self._in_child(_build, self._project, selection)

    async def write_docs(self, page: Path) -> None:
        """Write dbt's documentation, lineage graph included, as one static page."""
        await self._in_child(_write_docs, self._project, page)

    async def _in_child(self, work: Callable[..., T], *arguments: Any) -> T:
        try:
            with _without_main_module():
                done = self._pool.submit(work, *arguments)
            return await asyncio.wrap_future(done)
        except BrokenProcessPool as error:
            raise TrigpointError(
                f"dbt ended without an answer; its log is in {self._project.scratch_dir / 'logs'}."
            ) from error
        finally:
            # Waited for: only when the child is gone can the warehouse be opened here.
            await asyncio.to_thread(self._pool.shutdown, wait=True)

    def kill(self) -> None:
        for child in self._children():
            child.kill()
            child.join()

    def _children(self) -> list[Any]:
        return list((self._pool._processes or {}).values())  # no public way to end a worker before 3.14


@contextmanager
def _without_main_module() -> Iterator[None]:
    """A spawned child imports its parent's main module: a user's script would begin all over again in it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _prepare_child(project: DbtProject) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    os.chdir(project.warehouse.parent)
    os.environ |= project.environment()
    if project.parsed_before and project.parsed_before.is_file():
        os.environ.setdefault("DBT_PARTIAL_PARSE_FILE_PATH", str(project.parsed_before))


def _threads() -> int:
    """How many threads DuckDB will use here: a container may be given fewer than the machine has."""
    with duckdb.connect() as connection:
        return int(connection.execute("select current_setting('threads')").fetchall()[0][0])


def _parse(project: DbtProject) -> None:
    """Import dbt and parse the project, so that `_build` starts at the first model."""
    global _manifest
    from dbt.cli.main import dbtRunner

    result = dbtRunner().invoke([*QUIET, "parse", *project.arguments()])
    _manifest = result.result if result.success else None


def _build(project: DbtProject, selection: tuple[str, ...]) -> BuildReport:
    from dbt.cli.main import dbtRunner

    started = time.perf_counter()
    _read_payloads(project)
    result = dbtRunner(manifest=_manifest).invoke(
        [*QUIET, "build", "--exclude-resource-type=unit_test", *selection, *project.arguments()]
    )
    if result.result is None:
        raise TrigpointError(f"dbt could not build the models: {result.exception}")
    outcomes = list(result.result)
    return BuildReport(
        models=sum(o.node.resource_type in ("model", "seed") for o in outcomes),
        tests=sum(o.node.resource_type == "test" for o in outcomes),
        failures=tuple(_sentence(o) for o in outcomes if str(o.status) in ("error", "fail", "runtime error")),
        seconds=time.perf_counter() - started,
        peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _read_payloads(project: DbtProject) -> None:
    """Staging joins what is read here: nobody can build without it."""
    from extract.readings import read_payloads

    with duckdb.connect(str(project.warehouse)) as connection:
        read_payloads(connection, project.project_dir / "dbt_project" / "seeds")


def _write_docs(project: DbtProject, page: Path) -> None:
    from dbt.cli.main import dbtRunner

    result = dbtRunner().invoke(["--quiet", "docs", "generate", "--static", *project.arguments()])
    if not result.success:
        raise TrigpointError(f"dbt could not write its docs: {result.exception}")
    page.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(project.scratch_dir / "target" / "static_index.html", page)


def _sentence(outcome: Any) -> str:
    kind = "data test" if outcome.node.resource_type == "test" else outcome.node.resource_type
    return f"{kind} {outcome.node.name}: {' '.join(str(outcome.message).split())[:300]}"
