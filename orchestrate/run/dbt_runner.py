"""Runs dbt, in a process of its own.

Importing dbt and parsing the project cost seconds of pure Python: in another process they pass while the
sources are being asked. And a process can be ended at once, with its hold on the warehouse, where a thread
cannot. What goes on inside it is in `dbt_child.py`.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, cast

from orchestrate.errors import TrigpointError
from orchestrate.run.dbt_child import BuildReport, Step, build_what_can_be, parse, serve, write_docs
from orchestrate.store.dbt_project import DbtProject

T = TypeVar("T")
OnStep = Callable[[Step], object]


class DbtProcess:
    """One child: `start` it early, `build` when the tables are there, `kill` it when the run is over."""

    def __init__(self, project: DbtProject) -> None:
        self._project = project
        self._child: BaseProcess | None = None

    def start(self) -> None:
        self._send(parse, self._project)

    async def build(self, *selection: str, on_step: OnStep | None = None) -> BuildReport:
        """Run what the selector `run` of selectors.yml names, or what dbt's `selection` names.

        The child is gone, and its lock with it, on return.
        """
        return await self._in_child(on_step, build_what_can_be, self._project, selection)

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
            self.kill()  # or the rest of the build would be waited for
            raise
        finally:
            # Waited for: only when the child is gone can the warehouse be opened here.
            await asyncio.to_thread(self._dismiss)
        if isinstance(answer, Exception):
            raise answer
        return cast(T, answer)

    async def _answer(self) -> Any:
        try:
            return await asyncio.to_thread(self._pipe.recv)
        except (EOFError, OSError) as error:
            raise TrigpointError(
                f"dbt ended without an answer; its log is in {self._project.scratch_dir / 'logs'}."
            ) from error

    def _send(self, work: Callable[..., object], *arguments: Any) -> None:
        if self._child is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, pipe_of_child = context.Pipe()
            self._child = context.Process(target=serve, args=(self._project, pipe_of_child), daemon=True)
            with _without_main_module(), _quiet_tracker():
                self._child.start()
            pipe_of_child.close()  # held by the child alone, its end is the child's end
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
    """A spawned child imports its parent's main module: a user's script would begin all over again in it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _quiet_tracker() -> Iterator[None]:
    """multiprocessing starts a process that cleans up after a child that was killed, and would say so on stderr."""
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
