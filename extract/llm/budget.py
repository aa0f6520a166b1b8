"""The budget: a call reserves its worst cost before it is sent, so the limit is never exceeded."""

from __future__ import annotations

import asyncio


class Budget:
    """USD that parallel calls may spend together. None: no limit."""

    def __init__(self, limit_usd: float | None) -> None:
        self._limit = limit_usd
        self.spent_usd = 0.0
        self._reserved = 0.0
        self._changed = asyncio.Condition()
        self._open = 0
        self.was_hit = False

    async def reserve(self, usd: float) -> bool:
        """Reserve `usd`. Wait while other calls may still release money. False: the amount will never fit."""
        async with self._changed:
            while not self._fits(usd) and self._open:
                await self._changed.wait()
            if not self._fits(usd):
                self.was_hit = True
                return False
            self._reserved += usd
            self._open += 1
            return True

    async def settle(self, reserved_usd: float, spent_usd: float) -> None:
        """Release the reservation and record what was spent."""
        async with self._changed:
            self._reserved -= reserved_usd
            self.spent_usd += spent_usd
            self._open -= 1
            self._changed.notify_all()

    def _fits(self, usd: float) -> bool:
        return self._limit is None or self.spent_usd + self._reserved + usd <= self._limit + 1e-12
