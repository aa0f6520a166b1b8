"""The positions of the marks of a chart, in the units of its drawing. The templates write them as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Frame:
    """The size of a drawing and of its margins."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int

    @property
    def right_edge(self) -> int:
        return self.width - self.right

    @property
    def floor(self) -> int:
        return self.height - self.bottom


@dataclass(frozen=True)
class Scale:
    """Maps the values from `start` to `end` to the coordinates from `first` to `last`."""

    start: float
    end: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        reach = (self.end - self.start) or 1  # a single value has no reach
        return self.first + (value - self.start) / reach * (self.last - self.first)


@dataclass(frozen=True)
class Tick:
    """A label on an axis, and its position."""

    at: float
    label: str


def ticks(start: float, end: float, about: int) -> list[float]:
    """About `about` round numbers from `start` to `end`."""
    rough = max((end - start) / about, 1e-9)
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return [n * step for n in range(math.ceil(start / step), math.floor(end / step) + 1)]


def weight_ticks(scale: Scale, weights: Iterable[float]) -> list[Tick]:
    return [Tick(scale(weight), f"{weight:+g}".replace("-", "−") if weight else "0") for weight in weights]


def count_ticks(scale: Scale, counts: Iterable[float]) -> list[Tick]:
    return [Tick(scale(count), f"{count:,.0f}") for count in counts]


def tone(weight: float | None) -> str:
    """The class of a mark: `up` for evidence of one place, `down` for evidence of two."""
    return "plain" if not weight else "up" if weight > 0 else "down"
