"""What may be sent to a terminal: text from outside is data there, never control codes and never our own markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
ASCII = re.compile(r"[\n\t\x20-\x7e]*")


def harmless(text: str) -> str:
    """The text with a replacement for each character that a terminal obeys or does not show.

    Those are control codes, marks that turn the reading direction, and characters of no width. Lines and tabs stay.
    """
    if ASCII.fullmatch(text):
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else " " if c.isspace() else REPLACEMENT for c in text)


def printable(text: str | None) -> str:
    """The text on one line, each character that cannot be shown replaced."""
    return harmless(re.sub(r"\s", " ", text or ""))


def escaped(text: str | None) -> str:
    """Text from outside as `printable` has it, and with nothing in it that is our markup."""
    return escape(printable(text))


def json_text(data: Any) -> str:
    """The data as JSON for a person's eyes or a program's; what no terminal may be sent is escaped, and so kept."""
    text = json.dumps(data, ensure_ascii=False, indent=2, default=str)
    if text.isascii() and "\x7f" not in text:
        return text
    return "".join(c if c.isprintable() or c == "\n" else _json_escape(c) for c in text)


def _json_escape(character: str) -> str:
    return "\\u007f" if character == "\x7f" else json.dumps(character)[1:-1]


class HarmlessConsole(Console):
    """A console that sends a terminal its own styles and no control code out of a text, whoever forgot to look."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Every text on its way out passes here; rich's own control codes are marked as such, and stay."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(harmless(segment.text), segment.style)
