"""Output files that a user names."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestrate.errors import UsageError
from orchestrate.store.disk import no_room

ADVICE = "No file was changed. Make room, or name another place with --output."
DUCKDB_MAGIC = (8, b"DUCK")  # where a DuckDB file says what it is


def check_can_write(path: Path) -> None:
    """Check before the work that its result can be written. Raises UsageError."""
    if not path.parent.is_dir() or path.is_dir():
        raise UsageError(f"{path} cannot be written: name a file in a directory that exists.")


def write_file(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}).") from None


def check_is_replaceable(path: Path, protected: Iterable[Path]) -> None:
    """Check that a file may take the place of what `path` names now: nothing, or a file that is no database of ours.

    Raises UsageError.
    """
    check_can_write(path)
    if not path.exists():
        return
    if not path.is_file():
        raise UsageError(f"{path} cannot be written: it is no regular file.")
    if any(held.exists() and path.samefile(held) for held in protected) or _is_database(path):
        raise UsageError(f"{path} holds the data that would be exported. Name another file with --output.")


def _is_database(path: Path) -> bool:
    offset, magic = DUCKDB_MAGIC
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(len(magic)) == magic
    except OSError:
        return False


class Drafts:
    """Files that take their places together, when all of them are whole."""

    def __init__(self) -> None:
        self._drafts: dict[Path, Path] = {}

    def path_for(self, target: Path) -> Path:
        """Where to write what will be `target`. A link keeps leading to its file."""
        target = target.resolve()
        return self._drafts.setdefault(target, target.with_name(f".{target.name}.{os.getpid()}.draft"))

    def put_in_place(self) -> None:
        """Rename each draft. The last file that was asked for is the first in its place."""
        for draft in self._drafts.values():
            with draft.open("rb") as handle:
                os.fsync(handle.fileno())
        for target, draft in reversed(self._drafts.items()):
            draft.replace(target)

    def remove(self) -> None:
        for draft in self._drafts.values():
            draft.unlink(missing_ok=True)


@contextmanager
def drafts(directory: Path) -> Iterator[Drafts]:
    """Drafts for the block. If it fails, none of its files is there, and the files of before are as they were.

    Raises DiskFullError if the disk is full, and UsageError if a file cannot be written.
    """
    held = Drafts()
    try:
        yield held
        held.put_in_place()
    except OSError as error:
        if full := no_room(error, directory, ADVICE):
            raise full from error
        raise UsageError(f"{directory} cannot be written ({error.strerror}).") from None
    except Exception as error:
        if full := no_room(error, directory, ADVICE):
            raise full from error
        raise
    finally:
        held.remove()


def turn_link(link: Path, to: Path) -> None:
    """Make the link lead to another folder beside it, in one step."""
    turned = link.with_name(f"{to.name}.link")
    turned.unlink(missing_ok=True)
    turned.symlink_to(to.name)
    turned.replace(link)
