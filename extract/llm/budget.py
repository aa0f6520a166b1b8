"""Money: the worst case is set aside before anything is sent, so that a cap is never overshot."""

from __future__ import annotations

import asyncio


class Budget:
    """USD that may be spent, by many at once; None: no cap."""

    def __init__(self, limit_usd: float | None) -> None:
        self._limit = limit_usd
        self.spent_usd = 0.0
        self._reserved = 0.0
        self._changed = asyncio.Condition()
        self._open = 0
        self.was_hit = False

    async def reserve(self, usd: float) -> bool:
        """Set `usd` aside, waiting while others may yet give back what they do not need; False: it will never fit."""
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
        """Give back what was set aside, less what was spent."""
        async with self._changed:
            self._reserved -= reserved_usd
            self.spent_usd += spent_usd
            self._open -= 1
            self._changed.notify_all()

    def _fits(self, usd: float) -> bool:
        return self._limit is None or self.spent_usd + self._reserved + usd <= self._limit + 1e-12
