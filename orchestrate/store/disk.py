"""Recognises a full disk in any error, and names the disk."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from orchestrate.errors import DiskFullError, TrigpointError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# The last is DuckDB's: it limits its temporary files to the free space of the disk.
WORDS = (*(os.strerror(number) for number in sorted(NO_ROOM)), "max_temp_directory_size")

ADVICE = (
    "The previous publication is unchanged. Make room, or set TRIGPOINT_DATA_DIR to a directory on another disk, and "
    "run again."
)


def no_room(error: BaseException, directory: Path | None, advice: str = ADVICE) -> DiskFullError | None:
    """The DiskFullError for an error that a full disk caused. None for any other error.

    `directory` is the directory of the write. It is None if the write was to stdout. `advice` says what to do.
    """
    for each in _chain(error):
        if isinstance(each, OSError) and each.errno in NO_ROOM:
            return disk_full(os.strerror(each.errno), Path(each.filename) if each.filename else directory, advice)
        # Our own errors may quote a source, and its disk is not ours.
        if not isinstance(each, TrigpointError) and (reason := reason_in(str(each))):
            return disk_full(reason, _path_in(str(each)) or directory, advice)
    return None


def reason_in(text: str) -> str | None:
    """The system's words for a full disk, if they are in the text of an error."""
    return next((words for words in WORDS if words in text), None)


def disk_full(reason: str, path: Path | None, advice: str = ADVICE) -> DiskFullError:
    if path is None:
        return DiskFullError(f"There is no room left for what is printed ({reason}).")
    place = _existing(path)
    usage = shutil.disk_usage(place)
    return DiskFullError(
        f"There is no room left to write in {place} ({reason}): of the {_megabytes(usage.total)} of the disk at "
        f"{_mount_point(place)}, {_megabytes(usage.free)} are free. {advice}"
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and its causes. Libraries wrap the system's error in their own."""
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
    """The nearest existing directory of the path."""
    path = path.absolute()
    return next((place for place in (path, *path.parents) if place.is_dir()), path)


def _mount_point(place: Path) -> Path:
    return next(up for up in (place, *place.parents) if up.is_mount() or up == up.parent)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
