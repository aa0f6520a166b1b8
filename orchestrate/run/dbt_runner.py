"""Runs dbt in its own process.

Importing dbt and parsing the project take seconds of pure Python. Another process does this while the sources are
asked. Also, a process can be killed at once and then releases the warehouse; a thread cannot. `dbt_child.py` has the
code of the child process.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from orchestrate.errors import TrigpointError
from orchestrate.run.dbt_child import BuildReport, build_what_can_be, parse, serve, write_docs
from orchestrate.run.progress.events import OnStep, Step
from orchestrate.store.dbt_project import DbtProject

if TYPE_CHECKING:
    from orchestrate.run.on_spark.child import SparkReport

T = TypeVar("T")

# Not by a plain fork: the child would inherit the locks that threads of this process hold.
PROCESSES: SpawnContext | ForkServerContext = multiprocessing.get_context("spawn")


class DbtProcess:
    """One child process. `start` it early, `build` after landing, and `kill` it at the end of the run."""

    def __init__(self, project: DbtProject) -> None:
        self._project = project
        self._child: BaseProcess | None = None

    def start(self) -> None:
        self._send(parse, self._project)

    async def build(self, *selection: str, on_step: OnStep | None = None) -> BuildReport:
        """Build the selector `run` of selectors.yml or, if it is given, `selection` in dbt's syntax.

        On return the child has ended and its lock is released.
        """
        return await self._in_child(on_step, build_what_can_be, self._project, selection)

    async def build_on_spark(
        self, work: Path, remote: str | None, memory: str, on_step: OnStep | None = None
    ) -> SparkReport:
        """Build all models on Spark, in the folder `work`. `memory` is in Spark's form, such as `3g`."""
        from orchestrate.run.on_spark.child import build_on_spark

        return await self._in_child(on_step, build_on_spark, self._project, work, remote, memory)

    async def write_docs(self, page: Path) -> None:
        """Write dbt's documentation, lineage graph included, as one static page."""
        await self._in_child(None, write_docs, self._project, page)

    async def _in_child(self, on_step: OnStep | None, work: Callable[..., T], *arguments: Any) -> T:
        try:
            self._send(work, *arguments)
            answer: T | Exception | Step
            while isinstance(answer := await self._answer(), Step):
                if on_step:
                    on_step(answer)
        except asyncio.CancelledError:
            self.kill()  # otherwise the next step waits for the rest of the build
            raise
        finally:
            # Wait for the end of the child: until then the warehouse cannot be opened here.
            await asyncio.to_thread(self._dismiss)
        if isinstance(answer, Exception):
            raise answer
        return cast(T, answer)

    async def _answer(self) -> Any:
        try:
            return await asyncio.to_thread(self._pipe.recv)
        except (EOFError, OSError) as error:
            raise TrigpointError(
                f"The process that builds ended without an answer. Its log is in {self._project.scratch_dir / 'logs'}."
            ) from error

    def _send(self, work: Callable[..., object], *arguments: Any) -> None:
        if self._child is None:
            self._pipe, pipe_of_child = PROCESSES.Pipe()
            self._child = PROCESSES.Process(target=serve, args=(self._project, pipe_of_child), daemon=True)
            with _without_main_module(), _quiet_tracker():
                self._child.start()
            pipe_of_child.close()  # now only the child holds its end: it closes when the child ends
        self._pipe.send((work, arguments))

    def _dismiss(self) -> None:
        if self._child:
            self._pipe.close()
            self._child.join()

    def kill(self) -> None:
        if self._child:
            self._child.kill()
            self._child.join()


@contextmanager
def _without_main_module() -> Iterator[None]:
    """Hide the main module. A spawned child imports it, so a user's script would run again in the child."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _quiet_tracker() -> Iterator[None]:
    """Silence multiprocessing's resource tracker, which prints a warning after a child is killed."""
    before = os.environ.get("PYTHONWARNINGS")
    quiet = "ignore::UserWarning:multiprocessing.resource_tracker"
    os.environ["PYTHONWARNINGS"] = f"{before},{quiet}" if before else quiet
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = before
