"""Output files that a user names."""

from __future__ import annotations

from pathlib import Path

from orchestrate.errors import UsageError


def check_can_write(path: Path) -> None:
    """Check before the work that its result can be written. Raises UsageError."""
    if not path.parent.is_dir() or path.is_dir():
        raise UsageError(f"{path} cannot be written: name a file in a directory that exists.")


def write_file(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}).") from None
