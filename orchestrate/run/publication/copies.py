"""Copies the published file for a publication of what changed, and puts the new file in its place.

A large file takes time, so threads copy it while the models are built, and remove the old one after the new one is in
place.
"""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FICLONE = 0x40049409  # of Linux: both files share their blocks, until one of them is written
AT_ONCE = 8 * 2**20  # bytes
SECTOR = 4096  # bytes; a disk takes only whole ones
LARGE = 64 * 2**20  # bytes; a smaller file is removed at once
REMOVAL = "removal of the old file"
UNKNOWN = {errno.EINVAL, errno.EOPNOTSUPP}  # the file system does not go past its cache


class StoppedError(Exception):
    """The copy is not wanted any more."""


def copy_file(source: Path, target: Path, is_wanted: Callable[[], bool] = lambda: True) -> os.stat_result:
    """Copy as the file system does it best. Returns what the source was before the copy. Raises StoppedError.

    A clone costs nothing, on btrfs and XFS. On others the bytes go from disk to disk directly: through the system's
    cache they take ten times as much of the processor, and the files of the models have to make room.
    """
    copied = _clone(source, target) or _copy(source, target, getattr(os, "O_DIRECT", 0), is_wanted)
    return copied or _copy(source, target, 0, is_wanted)  # type: ignore[return-value] # this one has no other way


def _clone(source: Path, target: Path) -> os.stat_result | None:
    if sys.platform != "linux":
        return None
    with source.open("rb") as opened, target.open("wb") as cloned:
        try:
            fcntl.ioctl(cloned.fileno(), FICLONE, opened.fileno())
        except OSError:  # each file system says in its own way that it cannot
            return None
        return os.fstat(opened.fileno())


def _copy(source: Path, target: Path, direct: int, is_wanted: Callable[[], bool]) -> os.stat_result | None:
    """None if the file system does not go past its cache."""
    size = 0
    try:
        with (
            _opened(source, os.O_RDONLY | direct) as opened,
            _opened(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | direct) as copied,
        ):
            before = os.fstat(opened)
            block = memoryview(mmap.mmap(-1, AT_ONCE))  # it begins where a page does, as the disk wants it
            while size < before.st_size and (length := os.readv(opened, [block])):
                if not is_wanted():
                    raise StoppedError
                _write(copied, block[: -(-length // SECTOR) * SECTOR if direct else length])
                size += length
            os.ftruncate(copied, size)
            os.fsync(copied)
    except OSError as error:
        if direct and error.errno in UNKNOWN:
            return None
        raise
    return before


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    file = os.open(path, flags, 0o666)
    try:
        yield file
    finally:
        os.close(file)


def _write(file: int, block: memoryview) -> None:
    while block:
        block = block[os.write(file, block) :]


def put_in_place(draft: Path, published: Path) -> None:
    """Rename the draft over the published file.

    Only then is a large old file removed, by a thread: the disk takes a third of a second for two gigabytes. If the
    process is killed before, the next command that opens the warehouse removes it.
    """
    former = published.with_name(f".{published.name}.former")
    former.unlink(missing_ok=True)
    if published.exists() and published.stat().st_size >= LARGE:
        with suppress(OSError):  # the file system has no links
            former.hardlink_to(published)
    draft.replace(published)
    if former.exists():
        threading.Thread(target=former.unlink, kwargs={"missing_ok": True}, name=REMOVAL).start()


class CopyAhead:
    """A copy of the published file that a thread makes. It is of use as long as the file is the same."""

    def __init__(self, published: Path) -> None:
        self._published = published
        self._file = published.with_name(f".{published.name}.copy")
        self._source: os.stat_result | None = None  # what was copied
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._copy, name="copy of the published file", daemon=True)
        self._thread.start()

    def _copy(self) -> None:
        try:
            self._source = copy_file(self._published, self._file, lambda: not self._is_stopped.is_set())
        except (OSError, StoppedError):  # without a copy, the publication makes one, and says what is wrong
            self._file.unlink(missing_ok=True)

    def move_to(self, draft: Path) -> bool:
        """Wait for the copy, and move it. False if there is none of the file that is published now."""
        self._thread.join()
        if self._source is None or _identity(self._source) != _identity(self._published.stat()):
            return False
        self._file.replace(draft)
        return True

    def discard(self) -> None:
        """Stop, and remove what was not moved."""
        self._is_stopped.set()
        self._thread.join()
        self._file.unlink(missing_ok=True)


@contextmanager
def copied_ahead(published: Path, *, is_wanted: bool) -> Iterator[CopyAhead | None]:
    """A copy of the published file for the block. None if it is not wanted, or if the models might miss the room."""
    if not is_wanted or not _has_room(published):
        yield None
        return
    copy = CopyAhead(published)
    try:
        yield copy
    finally:
        copy.discard()


def _has_room(published: Path) -> bool:
    """Whether as much as the copy takes stays free for the files of the models."""
    with suppress(FileNotFoundError):
        return shutil.disk_usage(published.parent).free > 2 * published.stat().st_size
    return False


def _identity(file: os.stat_result) -> tuple[int, ...]:
    return file.st_dev, file.st_ino, file.st_size, file.st_mtime_ns
