"""Makes text safe for a terminal. Text from outside is data: never control codes, and never our markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment

# What a colour means, in every command. A word or a mark beside it says the same.
ACCEPTED = "green"  # values that are verified or won, work that is done
LOST = "yellow"  # rows that are lost, values that are doubtful, decisions without effect
FAILED = "red"  # values that are rejected, sources and commands that failed

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
ASCII = re.compile(r"[\n\t\x20-\x7e]*")


def harmless(text: str) -> str:
    """The text with a replacement for each character that a terminal obeys or does not show.

    These are control codes, marks that change the reading direction, and characters without width. Line breaks and
    tabs stay.
    """
    if ASCII.fullmatch(text):
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else " " if c.isspace() else REPLACEMENT for c in text)


def printable(text: str | None) -> str:
    """The text on one line. Each character that cannot be shown is replaced."""
    if not text or text.isprintable():  # nearly every text; a page has tens of thousands
        return text or ""
    return harmless(re.sub(r"\s", " ", text))


def escaped(text: str | None) -> str:
    """Text from outside as `printable` returns it, with our markup escaped."""
    return escape(printable(text))


def path_from_here(path: str) -> str:
    """The path, relative to the current directory if it is below it."""
    here = Path.cwd()
    return escaped(str(Path(path).relative_to(here)) if Path(path).is_relative_to(here) else path)


def json_text(data: Any) -> str:
    """The data as JSON for people and programs. Characters that a terminal must not get are escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=2, default=str)
    if text.isascii() and "\x7f" not in text:
        return text
    return "".join(c if c.isprintable() or c == "\n" else _json_escape(c) for c in text)


def _json_escape(character: str) -> str:
    return "\\u007f" if character == "\x7f" else json.dumps(character)[1:-1]


class HarmlessConsole(Console):
    """A console that sends its own styles, but no control code from a text. It checks all text, escaped or not."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Every text passes here before it is printed. Rich marks its own control codes, and these stay."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(harmless(segment.text), segment.style)
