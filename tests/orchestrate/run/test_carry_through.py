"""A cancellation during the last step: in time, or too late."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from orchestrate.run.carry_through import carry_through


def cancelled_while_at_work(last_step_first: bool) -> tuple[list[str], type[BaseException] | None]:
    """What the work did, and what came of the task that was cancelled in the middle of it."""
    done: list[str] = []
    begun, cancelled = threading.Event(), threading.Event()

    def work() -> bool:
        if last_step_first:
            done.append("last step")
        begun.set()
        cancelled.wait(10)
        return last_step_first

    async def scenario(threads: ThreadPoolExecutor) -> None:
        task = asyncio.create_task(carry_through(work, cancelled, threads))
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        await task

    with ThreadPoolExecutor(1) as threads:
        try:
            asyncio.run(scenario(threads))
        except asyncio.CancelledError as error:
            return done, type(error)
    return done, None


def test_work_that_stops_in_time_is_cancelled():
    assert cancelled_while_at_work(last_step_first=False) == ([], asyncio.CancelledError)


def test_work_that_is_done_by_then_is_not_cancelled():
    assert cancelled_while_at_work(last_step_first=True) == (["last step"], None)


def test_an_error_of_the_work_is_raised():
    def work() -> bool:
        raise OSError("no room")

    with ThreadPoolExecutor(1) as threads, pytest.raises(OSError, match="no room"):
        asyncio.run(carry_through(work, threading.Event(), threads))
