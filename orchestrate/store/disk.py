"""A disk that is full is recognised wherever it shows, and named."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from orchestrate.errors import DiskFullError, TrigpointError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# The last is DuckDB's, which keeps within the room that the disk has for what does not fit in memory.
WORDS = (*(os.strerror(number) for number in sorted(NO_ROOM)), "max_temp_directory_size")


def no_room(error: BaseException, directory: Path | None) -> DiskFullError | None:
    """The sentence for an error that comes of a full disk; None for any other.

    `directory` is what was written in: None if that was no file of ours but what a command prints.
    """
    for each in _chain(error):
        if isinstance(each, OSError) and each.errno in NO_ROOM:
            return disk_full(os.strerror(each.errno), Path(each.filename) if each.filename else directory)
        # Of our own errors the words may be a source's, and its disk is not ours.
        if not isinstance(each, TrigpointError) and (reason := reason_in(str(each))):
            return disk_full(reason, _path_in(str(each)) or directory)
    return None


def reason_in(text: str) -> str | None:
    """The words of the system for a full disk, if the text of an error has them."""
    return next((words for words in WORDS if words in text), None)


def disk_full(reason: str, path: Path | None) -> DiskFullError:
    if path is None:
        return DiskFullError(f"There is no room left for what is printed ({reason}).")
    place = _existing(path)
    usage = shutil.disk_usage(place)
    return DiskFullError(
        f"There is no room left to write in {place} ({reason}): of the {_megabytes(usage.total)} of the disk at "
        f"{_mount_point(place)}, {_megabytes(usage.free)} are free. What was published before is untouched. Make room, "
        "or set TRIGPOINT_DATA_DIR to a directory on another disk, and run again."
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those that it came of; libraries wrap the system's in their own."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _path_in(text: str) -> Path | None:
    """The file that DuckDB names in its message."""
    found = re.search(r'"(/[^"]+)"', text)
    return Path(found[1]) if found else None


def _existing(path: Path) -> Path:
    """The directory that holds the path, or would."""
    path = path.absolute()
    return next((place for place in (path, *path.parents) if place.is_dir()), path)


def _mount_point(place: Path) -> Path:
    return next(up for up in (place, *place.parents) if up.is_mount() or up == up.parent)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
