"""The project's models and seeds in another folder, to be changed at will."""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestrate.settings import PROJECT_ROOT


def copy_project(to: Path) -> Path:
    for folder in ("models", "dbt_project"):
        shutil.copytree(PROJECT_ROOT / folder, to / folder)
    shutil.copy(PROJECT_ROOT / "dbt_project.yml", to)
    return to
