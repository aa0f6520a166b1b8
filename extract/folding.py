"""Text as words to compare: without case, accents, punctuation and plurals."""

from __future__ import annotations

import re
import unicodedata


def fold(text: str) -> list[str]:
    """Lower-case words without accents or punctuation; plurals as singulars, so that courts is court."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c)).replace("'", "").replace("’", "")
    return [_singular(word) for word in re.findall(r"[^\W_]+", plain)]


def compact(text: str) -> str:
    """Letters and digits only: "Power League" and "powerleague" are one."""
    return "".join(fold(text))


def _singular(word: str) -> str:
    if len(word) <= 3 or word.endswith(("ss", "us", "is")) or not word.isascii():
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word
