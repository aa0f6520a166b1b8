"""Progress on stderr during a run: a live display on a terminal, or else one line for each stage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.text import Text

from orchestrate.run.dbt_child import Step
from orchestrate.run.dbt_runner import OnStep
from orchestrate.run.ledger import StageResult
from orchestrate.terminal import ACCEPTED, FAILED


class Progress(Protocol):
    """Receives the events of a run in their order."""

    def begin(self, stage: str, doing: str) -> None: ...

    def step(self, step: Step) -> None: ...

    def note(self, sentence: str) -> None: ...

    def end(self, stage: StageResult) -> None: ...

    def close(self) -> None: ...


class NoProgress:
    """For `--quiet`: nothing. The report has the errors of each stage."""

    def begin(self, stage: str, doing: str) -> None:
        pass

    def step(self, step: Step) -> None:
        pass

    def note(self, sentence: str) -> None:
        pass

    def end(self, stage: StageResult) -> None:
        pass

    def close(self) -> None:
        pass


class LineProgress:
    """For logs: one line at the end of each stage."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def begin(self, stage: str, doing: str) -> None:
        pass

    def step(self, step: Step) -> None:
        pass

    def note(self, sentence: str) -> None:
        self._print(sentence)

    def end(self, stage: StageResult) -> None:
        self._print(summarise(stage))
        for error in stage.errors:
            self._print(f"  ! {error}")

    def close(self) -> None:
        pass

    def _print(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


class TerminalProgress(LineProgress):
    """For a person at a terminal: a spinner for the current stage, and finished stages above it."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._status: Status | None = None
        self._current = ""

    def begin(self, stage: str, doing: str) -> None:
        self.close()
        self._current = f"[bold]{escape(stage)}[/bold] {escape(doing)}"
        self._status = self._console.status(self._current)
        self._status.start()

    def step(self, step: Step) -> None:
        if self._status:
            self._status.update(f"{self._current}: {step.done} of {step.of}, {escape(step.name)}")

    def end(self, stage: StageResult) -> None:
        self.close()
        mark = Text("!", FAILED) if stage.errors else Text("✓", ACCEPTED)
        self._console.print(mark, end=" ")
        super().end(stage)

    def close(self) -> None:
        if self._status:
            self._status.stop()
            self._status = None


def progress_for(console: Console) -> Progress:
    return TerminalProgress(console) if console.is_terminal else LineProgress(console)


@contextmanager
def steps_shown(console: Console) -> Iterator[OnStep]:
    """For commands that only build: a terminal shows the current model and the count."""
    progress = progress_for(console)
    progress.begin("build", "matching and survivorship in dbt")
    try:
        yield progress.step
    finally:
        progress.close()


def summarise(stage: StageResult) -> str:
    """`ingest     214 in, 210 out, lost 4 (repeated 4), 1.2 s`."""
    lost = sum(stage.losses.values())
    named = ", ".join(f"{name} {count}" for name, count in stage.losses.items() if count)
    losses = f", lost {lost} ({named})" if lost else ""
    cost = f", ${stage.cost_usd:.3f}" if stage.cost_usd else ""
    return f"{stage.name:<14}{stage.rows_in} in, {stage.rows_out} out{losses}{cost}, {stage.seconds:.1f} s"
