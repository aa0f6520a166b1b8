"""The bytes of a local file: plain or gzip, never more than the limit, and never of two states of the file."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ingest.errors import SourceError
from ingest.lists.readers import Limits, ListFile

GZIP = b"\x1f\x8b"


@contextmanager
def open_bytes(file: ListFile, limits: Limits) -> Iterator[BinaryIO]:
    """The content of the file, unpacked. Raises SourceError if it cannot be read, or changes while it is read."""
    try:
        with file.path.open("rb") as plain:
            before = fingerprint(file.path)
            is_packed = plain.read(2) == GZIP
            plain.seek(0)
            yield _Unpacked(plain, before[0], limits) if is_packed else plain  # type: ignore[misc]
            check_unchanged(file, before)
    except OSError as error:
        raise unreadable(error) from None


def fingerprint(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino


def check_unchanged(file: ListFile, before: tuple[int, int, int]) -> None:
    if fingerprint(file.path) != before:
        raise SourceError(
            "partial", "The file changed while it was read, so nothing of it is used; try again when it is complete."
        )


def unreadable(error: OSError) -> SourceError:
    return SourceError("no_file", f"The file cannot be read ({error.strerror or error}); check its path and rights.")


class _Unpacked:
    """A gzip file that ends in an error where it becomes too large."""

    def __init__(self, plain: BinaryIO, packed_bytes: int, limits: Limits) -> None:
        self._file = gzip.GzipFile(fileobj=plain)
        self._most = min(limits.unpacked_bytes, max(packed_bytes * limits.unpacked_ratio, limits.sample_bytes))

    def read(self, size: int = -1) -> bytes:
        return self._checked(lambda: self._file.read(size if size >= 0 else self._most + 1))

    def readline(self, size: int = -1) -> bytes:
        return self._checked(lambda: self._file.readline(size))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def _checked(self, read) -> bytes:  # type: ignore[no-untyped-def]
        try:
            chunk: bytes = read()
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise SourceError("malformed", "The gzip file is damaged or cut off; make or download it again.") from None
        if self._file.tell() > self._most:
            raise unpacks_to_too_much(self._most)
        return chunk


def unpacks_to_too_much(most: int) -> SourceError:
    return SourceError(
        "malformed",
        f"The file unpacks to more than {most / (1 << 20):,.0f} MiB, as a zip bomb does; "
        "unpack it yourself if you trust it.",
    )
