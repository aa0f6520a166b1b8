"""The events of a run, and who receives them. The process of dbt imports this: it needs no library."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ingest.landing.reading import News
    from orchestrate.run.ledger import StageResult


@dataclass(frozen=True)
class Step:
    """The progress of a build: the number of finished seeds, models and tests."""

    done: int
    of: int
    name: str  # of the last; empty before the first
    running: tuple[str, ...] = ()  # those that run now, the longest first


OnStep = Callable[[Step], object]


@dataclass
class Steps:
    """Counts the nodes of a build, which threads of it begin and finish, and sends each change."""

    send: OnStep
    of: int = 0
    _done: int = 0
    _running: dict[str, None] = field(default_factory=dict)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, of: int) -> None:
        """Count from nothing: a build of so many nodes begins, or begins again."""
        with self._one_at_a_time:
            self.of, self._done = of, 0
            self._running.clear()

    def begun(self, name: str) -> None:
        with self._one_at_a_time:
            self._running[name] = None
            self._send("")

    def finished(self, name: str) -> None:
        with self._one_at_a_time:
            self._running.pop(name, None)
            self._done += 1
            self._send(name)

    def _send(self, name: str) -> None:
        self.send(Step(self._done, self.of, name, tuple(self._running)))


class Progress(Protocol):
    """Receives the events of a run in their order."""

    def begin(self, stage: str, doing: str) -> None: ...

    def source(self, news: News) -> None:
        """Called from the threads that read the sources."""
        ...

    def step(self, step: Step) -> None: ...

    def note(self, sentence: str) -> None: ...

    def end(self, stage: StageResult) -> None: ...

    def close(self) -> None: ...


class NoProgress:
    """For `--quiet`: nothing. The report has the errors of each stage."""

    def begin(self, stage: str, doing: str) -> None:
        pass

    def source(self, news: News) -> None:
        pass

    def step(self, step: Step) -> None:
        pass

    def note(self, sentence: str) -> None:
        pass

    def end(self, stage: StageResult) -> None:
        pass

    def close(self) -> None:
        pass
