"""Where a command writes: reports to stdout, sentences and progress to stderr."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from rich.console import Console

from orchestrate.errors import InterruptedWorkError
from orchestrate.settings import Settings, load_settings
from orchestrate.terminal import HarmlessConsole, json_text

if TYPE_CHECKING:
    from orchestrate.contracts.base import Document

T = TypeVar("T")
D = TypeVar("D", bound="Document")


def width() -> int:
    """COLUMNS if it is set, else the width of the terminal on stdout, else 80. Git has the same rule for its tables."""
    return shutil.get_terminal_size(fallback=(80, 24)).columns


stdout = HarmlessConsole(width=width())
stderr = HarmlessConsole(stderr=True)


def building(work: Callable[..., Coroutine[Any, Any, T]]) -> T:
    """Do work that builds and publishes. A terminal shows its progress."""
    from orchestrate.run.progress.terminal import steps_shown

    with steps_shown(stderr) as on_step:
        return publishing(work(on_step=on_step))


def publishing(work: Coroutine[Any, Any, T]) -> T:
    """Do work that ends in publishing. An interruption says that nothing was published."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise InterruptedWorkError(
            "Interrupted. Nothing was published. The previous publication is unchanged."
        ) from None


def settings_of(live: bool) -> Settings:
    return load_settings(mode="live" if live else None)


def show(document: D, as_json: bool, render: Callable[[D, Console], None]) -> None:
    if as_json:
        sys.stdout.write(json_text(document.as_json()) + "\n")
    else:
        render(document, stdout)


def say(sentence: str) -> None:
    stderr.print(sentence, markup=False, highlight=False, soft_wrap=True)


def say_last(sentence: str) -> None:
    """The last line of a result, on stdout."""
    stdout.print(sentence, markup=False, highlight=False, soft_wrap=True)
