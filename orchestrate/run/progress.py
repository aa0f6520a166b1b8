"""What a person sees on stderr during a run: a live display on a terminal, a line a stage elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from orchestrate.run.dbt_child import Step
from orchestrate.run.dbt_runner import OnStep
from orchestrate.run.ledger import StageResult


class Narrator(Protocol):
    """Told what happens, in order."""

    def begin(self, stage: str, doing: str) -> None: ...

    def progress(self, step: Step) -> None: ...

    def note(self, sentence: str) -> None: ...

    def end(self, stage: StageResult) -> None: ...

    def close(self) -> None: ...


class LineNarrator:
    """For logs: one line when a stage is done, none that moves."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def begin(self, stage: str, doing: str) -> None:
        pass

    def progress(self, step: Step) -> None:
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


class TerminalNarrator(LineNarrator):
    """For a person at a terminal: the stage under way spins, those done stay above it."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._status: Status | None = None
        self._under_way = ""

    def begin(self, stage: str, doing: str) -> None:
        self.close()
        self._under_way = f"[bold]{escape(stage)}[/bold] {escape(doing)}"
        self._status = self._console.status(self._under_way)
        self._status.start()

    def progress(self, step: Step) -> None:
        if self._status:
            self._status.update(f"{self._under_way}: {step.done} of {step.of}, {escape(step.name)}")

    def end(self, stage: StageResult) -> None:
        self.close()
        mark = "[yellow]![/yellow]" if stage.errors else "[green]✓[/green]"
        self._console.print(mark, end=" ")
        super().end(stage)

    def close(self) -> None:
        if self._status:
            self._status.stop()
            self._status = None


def narrator_for(console: Console) -> Narrator:
    return TerminalNarrator(console) if console.is_terminal else LineNarrator(console)


@contextmanager
def steps_shown(console: Console) -> Iterator[OnStep]:
    """For commands that build and nothing else: on a terminal, which model is built and how many there are."""
    narrator = narrator_for(console)
    narrator.begin("build", "matching and merging in dbt")
    try:
        yield narrator.progress
    finally:
        narrator.close()


def summarise(stage: StageResult) -> str:
    """`ingest     214 in, 210 out, lost 4 (repeated 4), 1.2 s`."""
    lost = sum(stage.losses.values())
    named = ", ".join(f"{name} {count}" for name, count in stage.losses.items() if count)
    losses = f", lost {lost} ({named})" if lost else ""
    cost = f", ${stage.cost_usd:.3f}" if stage.cost_usd else ""
    return f"{stage.name:<10}{stage.rows_in} in, {stage.rows_out} out{losses}{cost}, {stage.seconds:.1f} s"
