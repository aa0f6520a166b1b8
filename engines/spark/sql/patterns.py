"""Regular expressions of DuckDB (RE2) as those of Java, which differ in a few signs."""

from __future__ import annotations

import re

# A letter of RE2's `\b` is one of ASCII; Java's is one of Unicode.
_WORD = "[0-9A-Za-z_]"
_EDGE = f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))"
_SCRIPTS = re.compile(
    r"\\p\{(Han|Hiragana|Katakana|Thai|Lao|Khmer|Myanmar|Latin|Cyrillic|Greek|Arabic|Hebrew|Hangul)\}"
)
_PARTS = re.compile(r"\\.|\[(?:\\.|\[:\w+:\]|[^\]\\])(?:\\.|\[:\w+:\]|[^\]\\])*\]|\$|.", re.DOTALL)


def java_pattern(pattern: str) -> str:
    """The pattern for Java: `$` is the end of the text only, `\\b` is about ASCII, `.` stops at a line feed only."""
    parts = [_java_part(part) for part in _PARTS.findall(pattern)]
    return "(?d)" + _SCRIPTS.sub(r"\\p{Is\1}", "".join(parts))


def java_replacement(replacement: str, shift: int = 0) -> str:
    """`\\1` as `$1`. `shift` is the number of groups that stand before."""
    escaped = replacement.replace("$", "\\$")
    return re.sub(r"\\(\d)", lambda match: f"${int(match[1]) + shift}", escaped)


def _java_part(part: str) -> str:
    if part == "$":
        return r"\z"
    if part == r"\b":
        return _EDGE
    if part.startswith("[") and "[:" in part:
        return re.sub(r"\[:(\w+):\]", lambda match: rf"\p{{{match[1].capitalize()}}}", part)
    if part.startswith("[") and len(part) > 1:  # Java takes `[` and `&&` in a class for another class
        return part[0] + re.sub(r"(?<!\\)(\[|&&)", r"\\\1", part[1:])
    return part
