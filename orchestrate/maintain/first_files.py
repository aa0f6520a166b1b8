"""`trigpoint init`: a directory gets an `.env` with every setting, and a folder for lists of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestrate.errors import UsageError
from orchestrate.settings import OWN_PROJECT

SETTINGS = ".env.example"
SOURCES_NOTE = """\
# Your lists

`trigpoint add FILE` writes one YAML file for each list into this folder, for example `clubs.yml`. It says what each
column means. `trigpoint build` merges the lists with what is there, and each later run takes them in.

Run both commands in the directory that holds this folder.
"""


def write_first_files(directory: Path) -> list[Path]:
    """The files that were written. What is there stays as it is. Raises UsageError if nothing can be written."""
    try:
        (directory / "sources").mkdir(parents=True, exist_ok=True)
        return [path for path in (_settings(directory), _note(directory)) if path]
    except OSError as error:
        raise UsageError(f"{directory} cannot be used ({error.strerror}).") from None


def _settings(directory: Path) -> Path | None:
    path = directory / ".env"
    if path.exists():
        return None
    shutil.copyfile(OWN_PROJECT / SETTINGS, path)
    path.chmod(0o600)  # it will hold keys
    return path


def _note(directory: Path) -> Path | None:
    path = directory / "sources" / "README.md"
    if path.exists():
        return None
    path.write_text(SOURCES_NOTE, encoding="utf-8")
    return path
