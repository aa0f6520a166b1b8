"""The journal of review: each decision to the second, with the rows that undo it. One JSON object a line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from orchestrate.clock import utc_now
from orchestrate.run.ledger import new_id
from orchestrate.settings import Settings

Kind = Literal["one place", "two places", "join", "split", "correct", "undo"]


class Change(BaseModel):
    """What a decision added to a seed, and what it removed."""

    model_config = ConfigDict(frozen=True)

    seed: str
    added: tuple[dict[str, str], ...]
    removed: tuple[dict[str, str], ...] = ()


class Entry(BaseModel):
    """A decision that was written."""

    model_config = ConfigDict(frozen=True)

    id: str
    decided_at: str
    author: str
    reason: str
    kind: Kind
    about: str  # a sentence for people
    change: Change
    undoes: str | None = None


def new_entry(kind: Kind, about: str, author: str, reason: str, change: Change, undoes: str | None = None) -> Entry:
    now = utc_now()
    return Entry(
        id=new_id(now),
        decided_at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        author=author,
        reason=reason,
        kind=kind,
        about=about,
        change=change,
        undoes=undoes,
    )


class Journal:
    """The file of the entries. Its writers hold the lock of the seeds."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, entries: Sequence[Entry]) -> None:
        """Write the entries to the disk before this returns."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            # A line that a crash cut off must not swallow this one.
            start = b"\n" if file.tell() and not self._ends_with_newline() else b""
            lines = [json.dumps(entry.model_dump(), ensure_ascii=False).encode() + b"\n" for entry in entries]
            file.write(start + b"".join(lines))
            file.flush()
            os.fsync(file.fileno())

    def _ends_with_newline(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"

    def entries(self) -> list[Entry]:
        """Every entry in order. A line that a crash cut off is left out."""
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        return list(_read(lines))

    def standing(self) -> list[Entry]:
        """The decisions that nobody has undone, the latest first."""
        entries = self.entries()
        undone = {entry.undoes for entry in entries}
        return [entry for entry in reversed(entries) if not entry.undoes and entry.id not in undone]


def journal_of(settings: Settings) -> Journal:
    """The journal of the data of a mode."""
    return Journal(settings.mode_dir / "review.ndjson")


def _read(lines: Iterable[str]) -> Iterable[Entry]:
    for line in lines:
        try:
            yield Entry.model_validate_json(line)
        except ValidationError:
            continue
