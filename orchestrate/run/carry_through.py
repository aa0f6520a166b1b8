"""Work with a last step that cannot be undone. A cancellation stops it before that step, or comes too late."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor


async def carry_through(work: Callable[[], bool], cancelled: threading.Event, threads: Executor) -> None:
    """Do `work` in a thread. `work` checks `cancelled` before its last step, and returns whether it took that step.

    A cancellation during the work sets `cancelled`. It raises CancelledError only if the work stopped in time.
    """
    working = asyncio.get_running_loop().run_in_executor(threads, work)
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        cancelled.set()
        if not await working:
            raise
