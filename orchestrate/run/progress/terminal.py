"""Progress on a terminal: the current stage with its sources and models, and the finished stages above it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from orchestrate.run.ledger import StageResult
from orchestrate.run.progress.events import OnStep, Progress, Step
from orchestrate.run.progress.lines import LineProgress, summarise
from orchestrate.terminal import ACCEPTED, FAILED, LOST, printable
from orchestrate.wording import counted

if TYPE_CHECKING:
    from ingest.landing.reading import News

BAR = 24  # characters
MARKS = {"asking": Text(" "), "done": Text("✓", ACCEPTED), "failed": Text("!", FAILED)}
TIMES_A_SECOND = 8


class TerminalProgress(LineProgress):
    """For a person at a terminal. What is live is cleared when its stage ends."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._live: Live | None = None
        self._stage = _Stage("", "")

    def begin(self, stage: str, doing: str) -> None:
        self.close()
        self._stage = _Stage(stage, doing)
        self._live = Live(
            self._stage, console=self._console, transient=True, refresh_per_second=TIMES_A_SECOND, redirect_stdout=False
        )
        self._live.start()

    def source(self, news: News) -> None:
        self._stage.sources[news.source] = news

    def step(self, step: Step) -> None:
        self._stage.step = step

    def end(self, stage: StageResult) -> None:
        self.close()
        self._console.print(Text("!", FAILED) if stage.errors else Text("✓", ACCEPTED), end=" ")
        self._console.print(_coloured(stage), highlight=False, soft_wrap=True)
        for error in stage.errors:
            self._print(f"  ! {error}", FAILED)

    def close(self) -> None:
        if self._live:
            self._live.stop()
            self._live = None


class _Stage:
    """What is drawn of the current stage. Other threads write to it between two drawings."""

    def __init__(self, name: str, doing: str) -> None:
        self.sources: dict[str, News] = {}
        self.step: Step | None = None
        self._name, self._doing, self._began = name, doing, time.monotonic()
        self._spinner = Spinner("dots")

    def __rich__(self) -> RenderableType:
        seconds = f"{time.monotonic() - self._began:.0f} s"
        line = Text.assemble((printable(self._name), "bold"), f" {seconds}: {printable(self._doing)}")
        self._spinner.update(text=_on_one_line(line))
        news = list(self.sources.values())
        wide = max((cell_len(printable(one.source)) for one in news), default=0)
        return Group(self._spinner, *(_source(one, wide) for one in news), *([_step(self.step)] if self.step else []))


def _source(news: News, wide: int) -> Text:
    name = printable(news.source)
    counts = f"{counted(news.requests, 'request', 'requests')}, {counted(news.records, 'record', 'records')}"
    line = Text.assemble("  ", MARKS[news.state], " ", name, " " * (wide + 1 - cell_len(name)), counts)
    if news.state == "failed":
        line.append(f", failed: {printable(news.sentence)}", FAILED)
    return _on_one_line(line)


def _step(step: Step) -> Text:
    """A bar, the count, and what runs now or ran last."""
    full = BAR * step.done // max(1, step.of)
    bar = Text.assemble(("━" * full, ACCEPTED), ("╌" * (BAR - full), "dim"))
    names = ", ".join(step.running) or step.name
    return _on_one_line(Text.assemble("  ", bar, f" {step.done} of {step.of}, {printable(names)}"))


def _on_one_line(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def _coloured(stage: StageResult) -> Text:
    line = Text(printable(summarise(stage)))
    line.highlight_regex(r"lost \d+ \(.*?\)", LOST)
    return line


def progress_for(console: Console) -> Progress:
    """Live where a person looks on. A CI system may force colours, but its log shows each drawing below the other."""
    is_live = console.is_interactive and not os.environ.get("CI")
    return TerminalProgress(console) if is_live else LineProgress(console)


@contextmanager
def steps_shown(console: Console) -> Iterator[OnStep]:
    """For commands that only build: a terminal shows the current models and the count."""
    progress = progress_for(console)
    progress.begin("build", "matching and survivorship in dbt")
    try:
        yield progress.step
    finally:
        progress.close()
