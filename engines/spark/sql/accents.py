"""Letters with marks and the same letters without, for Spark's `translate`."""

from __future__ import annotations

import sys
import unicodedata

_MARKS = {"Mn", "Mc", "Me"}


def without_marks(letter: str) -> str:
    """What utf8proc, and with it DuckDB, leaves of a letter."""
    apart = unicodedata.normalize("NFD", letter)
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if unicodedata.category(sign) not in _MARKS))


def _table() -> tuple[str, str]:
    """Two texts, sign by sign. What stands in the first alone is removed, so the marks are its end."""
    letters = [chr(code) for code in range(128, sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    plain = {letter: without_marks(letter) for letter in letters}
    changed = [(letter, left) for letter, left in plain.items() if left != letter and len(left) == 1]
    marks = [letter for letter, left in plain.items() if not left]
    return "".join(letter for letter, _ in changed) + "".join(marks), "".join(left for _, left in changed)


ACCENTED, PLAIN = _table()
