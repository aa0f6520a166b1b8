"""What may be sent to a terminal: text from outside is data there, never control codes and never our own markup."""

from __future__ import annotations

import json
import re
from typing import Any

from rich.markup import escape

# Controls that JSON leaves as they are: DEL and C1, marks that turn the reading direction, and halves of a character.
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str | None) -> str:
    """The text on one line, each character that cannot be shown replaced."""
    on_one_line = re.sub(r"\s", " ", text or "")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in on_one_line)


def json_text(data: Any) -> str:
    """The data as JSON for a person's eyes or a program's, which no terminal can take for commands."""
    text = json.dumps(data, ensure_ascii=False, indent=2, default=str)
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def escaped(text: str | None) -> str:
    """Text from outside is shown as it is: never as our markup, never as control codes of the terminal."""
    return escape(printable(text))
