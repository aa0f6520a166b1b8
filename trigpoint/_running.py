"""Runs the pipeline from other people's Python: in a notebook, a script or a thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Any, TypeVar

from ingest.landing.reading import News
from orchestrate.run.ledger import StageResult
from orchestrate.run.progress.events import Progress, Step
from orchestrate.run.progress.lines import summarise

T = TypeVar("T")

log = logging.getLogger("trigpoint")


class LogProgress(Progress):
    """For a program: each stage is a log record at INFO. Steps are at DEBUG."""

    def begin(self, stage: str, doing: str) -> None:
        log.debug("%s: %s", stage, doing)

    def source(self, news: News) -> None:
        log.debug("%s: %s, %d requests, %d records", news.source, news.state, news.requests, news.records)

    def step(self, step: Step) -> None:
        if step.name:
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
    """Run `work` to its end. If an event loop already runs, `work` gets its own thread and loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    return _in_thread(work)


def _in_thread(work: Coroutine[Any, Any, T]) -> T:
    started: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []

    async def registered() -> T:
        started.append((asyncio.get_running_loop(), asyncio.current_task()))  # type: ignore[arg-type]
        return await work

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="trigpoint") as pool:
        done = pool.submit(asyncio.run, registered())
        try:
            return done.result()
        except KeyboardInterrupt:
            # Ctrl-C reaches this thread only. Cancel the run, so that it records how it ended.
            for loop, task in started:
                with suppress(RuntimeError):  # the loop is closed because the run has just ended
                    loop.call_soon_threadsafe(task.cancel)
            wait([done])
            raise
