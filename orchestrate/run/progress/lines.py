"""Progress in a log: one line at the end of each stage."""

from __future__ import annotations

from rich.console import Console

from orchestrate.run.ledger import StageResult
from orchestrate.run.progress.events import NoProgress
from orchestrate.terminal import FAILED


class LineProgress(NoProgress):
    """For logs: notes, and one line for each finished stage."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def note(self, sentence: str) -> None:
        self._print(sentence)

    def end(self, stage: StageResult) -> None:
        self._print(summarise(stage))
        for error in stage.errors:
            self._print(f"  ! {error}", FAILED)

    def _print(self, text: str, style: str | None = None) -> None:
        self._console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def summarise(stage: StageResult) -> str:
    """`ingest     214 in, 210 out, lost 4 (repeated 4), 1.2 s`."""
    lost = sum(stage.losses.values())
    named = ", ".join(f"{name} {count}" for name, count in stage.losses.items() if count)
    losses = f", lost {lost} ({named})" if lost else ""
    cost = f", ${stage.cost_usd:.3f}" if stage.cost_usd else ""
    return f"{stage.name:<14}{stage.rows_in} in, {stage.rows_out} out{losses}{cost}, {stage.seconds:.1f} s"
