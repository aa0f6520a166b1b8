"""How a run is brought to its end from Python that is not our own: in a notebook, in a script, in a thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Any, TypeVar

from orchestrate.run.dbt_child import Step
from orchestrate.run.ledger import StageResult
from orchestrate.run.progress import Narrator, summarise

T = TypeVar("T")

log = logging.getLogger("trigpoint")


class LogNarrator(Narrator):
    """For a program: each stage is a record of the log. Steps and displays that move are nothing to it."""

    def begin(self, stage: str, doing: str) -> None:
        log.debug("%s: %s", stage, doing)

    def progress(self, step: Step) -> None:
        log.debug("%d of %d: %s", step.done, step.of, step.name)

    def close(self) -> None:
        log.debug("done")

    def note(self, sentence: str) -> None:
        log.info("%s", sentence)

    def end(self, stage: StageResult) -> None:
        log.info("%s", summarise(stage))
        for error in stage.errors:
            log.warning("%s", error)


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end. Where a loop runs already, it gets a thread with a loop of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    return _in_thread(work)


def _in_thread(work: Coroutine[Any, Any, T]) -> T:
    under_way: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []

    async def known() -> T:
        under_way.append((asyncio.get_running_loop(), asyncio.current_task()))  # type: ignore[arg-type]
        return await work

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="trigpoint") as pool:
        done = pool.submit(asyncio.run, known())
        try:
            return done.result()
        except KeyboardInterrupt:
            # It came to this thread; the run is told, and writes down how it ended.
            for loop, task in under_way:
                with suppress(RuntimeError):  # the loop is closed: the run has just ended
                    loop.call_soon_threadsafe(task.cancel)
            wait([done])
            raise
