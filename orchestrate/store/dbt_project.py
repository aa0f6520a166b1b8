"""Where dbt's project is and what dbt is given: paths, environment, variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestrate.settings import PROJECT_ROOT, Settings

# Each thread sorts and joins a part of its own, not all of which can go to disk: a million records fail with a quarter
# of this.
MEGABYTES_PER_THREAD = 400


@dataclass(frozen=True)
class DbtProject:
    """Where the project, the warehouse and dbt's own scratch files are; all paths are absolute.

    What dbt left in `parsed_before`, if it is there, need not be parsed again.
    """

    project_dir: Path
    warehouse: Path
    scratch_dir: Path
    parsed_before: Path | None = None

    def arguments(self) -> list[str]:
        return [
            f"--project-dir={self.project_dir}",
            f"--profiles-dir={self.project_dir}",
            f"--target-path={self.scratch_dir / 'target'}",
            f"--log-path={self.scratch_dir / 'logs'}",
        ]

    @property
    def parsed(self) -> Path:
        """Where dbt leaves what it parsed."""
        return self.scratch_dir / "target" / "partial_parse.msgpack"

    def environment(self) -> dict[str, str]:
        """What dbt reads its profile from. It is to run in the warehouse's directory.

        By its name alone every warehouse has the same profile: under another one dbt would parse all anew.
        """
        return {
            "TRIGPOINT_WAREHOUSE": self.warehouse.name,
            "TRIGPOINT_MEMORY_LIMIT": os.environ.get(
                "TRIGPOINT_MEMORY_LIMIT", f"{MEGABYTES_PER_THREAD * _threads()}MB"
            ),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }


def dbt_project(settings: Settings) -> DbtProject:
    return DbtProject(PROJECT_ROOT, settings.warehouse_path, settings.mode_dir / "dbt")


def project_vars() -> dict[str, Any]:
    """The variables of `dbt_project.yml`: the numbers of matching and survivorship."""
    variables: dict[str, Any] = yaml.safe_load((PROJECT_ROOT / "dbt_project.yml").read_text())["vars"]
    return variables


def _threads() -> int:
    """How many threads DuckDB will use here: a container may be given fewer than the machine has."""
    with duckdb.connect() as connection:
        return int(connection.execute("select current_setting('threads')").fetchall()[0][0])
