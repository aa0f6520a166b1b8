"""The dbt project: its paths, environment and variables."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestrate.seeds.check import check_seeds
from orchestrate.settings import PROJECT_ROOT, Settings

WEIGHTS = Path("dbt_project", "seeds", "match_weights.csv")
# Each thread sorts and joins its own part, and not all of it can go to disk. A million records fail with a quarter of
# this memory, and a list of a million rows with all of it, on two threads.
MEGABYTES_PER_THREAD = 400
SHARE = 0.3  # of the memory that DuckDB takes by default: a quarter of the machine's, or of the container's
# A build of what changed reads few columns of all rows, and sorts and joins few rows, so it needs little.
MEMORY_OF_CHANGE = "512MB"
MEGABYTES = {"MiB": 2**20 / 1e6, "GiB": 2**30 / 1e6, "TiB": 2**40 / 1e6}


@dataclass(frozen=True)
class DbtProject:
    """The paths of the project, the warehouse and dbt's scratch files. All paths are absolute.

    If the file `parsed_before` exists, dbt need not parse again what is in it.
    """

    project_dir: Path
    warehouse: Path
    scratch_dir: Path
    parsed_before: Path | None = None
    target: str = ""  # of the profile; empty for its default
    variables: Mapping[str, str] = field(default_factory=dict)  # of the environment, for this target

    def on_spark(self, remote: str | None, memory: str) -> DbtProject:
        """The same project, built on Spark here or at the address `remote`. What dbt parses differs."""
        variables = {"TRIGPOINT_SPARK_REMOTE": remote or "", "TRIGPOINT_SPARK_MEMORY": memory}
        return replace(self, target="spark", scratch_dir=self.scratch_dir / "spark", variables=variables)

    def arguments(self) -> list[str]:
        return [
            f"--project-dir={self.project_dir}",
            f"--profiles-dir={self.project_dir}",
            *([f"--target={self.target}"] if self.target else []),
            f"--target-path={self.scratch_dir / 'target'}",
            f"--log-path={self.scratch_dir / 'logs'}",
        ]

    @property
    def parsed(self) -> Path:
        """The file in which dbt keeps the parsed project."""
        return self.scratch_dir / "target" / "partial_parse.msgpack"

    def environment(self) -> dict[str, str]:
        """The environment for dbt's profile. dbt must run in the directory of the warehouse.

        The profile has only the file name of the warehouse, so that all warehouses share one profile. dbt would parse
        everything again for another profile.
        """
        return {
            "TRIGPOINT_WAREHOUSE": self.warehouse.name,
            "TRIGPOINT_MEMORY_LIMIT": build_memory(),
            "TRIGPOINT_MEMORY_OF_CHANGE": change_memory(),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            **self.variables,
        }


def project_with_weights(folder: Path, weights: str) -> Path:
    """A copy of the project in `folder` whose match weights are this seed. Raises SeedError if it breaks a rule."""
    project = folder / "project"
    for part in ("models", "dbt_project"):
        shutil.copytree(PROJECT_ROOT / part, project / part)
    for name in ("dbt_project.yml", "profiles.yml", "selectors.yml"):
        shutil.copy(PROJECT_ROOT / name, project)
    (project / WEIGHTS).write_text(weights, encoding="utf-8")
    check_seeds(project / WEIGHTS.parent)
    return project


def build_memory() -> str:
    """The memory of a build, of its record and of its publication: as set, or `default_limit`."""
    return os.environ.get("TRIGPOINT_MEMORY_LIMIT") or default_limit(*_resources())


def change_memory() -> str:
    """The memory of a build of what changed: as set, or little. If it is too little, dbt builds with `build_memory`."""
    return os.environ.get("TRIGPOINT_MEMORY_LIMIT") or MEMORY_OF_CHANGE


def memory_limit(threads: int) -> str:
    """The least memory of a build by that number of threads, as DuckDB writes it."""
    return f"{MEGABYTES_PER_THREAD * threads}MB"


def default_limit(threads: int, all_memory: str) -> str:
    """The memory of a build: by its threads or, if that is more, a share of `all_memory`, such as `18.8 GiB`."""
    number, unit = all_memory.split()
    megabytes = SHARE * float(number) * MEGABYTES.get(unit, 0)
    return f"{max(MEGABYTES_PER_THREAD * threads, int(megabytes))}MB"


def dbt_project(settings: Settings) -> DbtProject:
    return DbtProject(PROJECT_ROOT, settings.warehouse_path, settings.mode_dir / "dbt")


def project_vars() -> dict[str, Any]:
    """The variables of `dbt_project.yml`, such as the thresholds of matching and survivorship."""
    variables: dict[str, Any] = yaml.safe_load((PROJECT_ROOT / "dbt_project.yml").read_text())["vars"]
    return variables


def _resources() -> tuple[int, str]:
    """The threads and the memory that DuckDB takes here. A container may have fewer than the machine."""
    with duckdb.connect() as connection:
        ((threads, memory),) = connection.execute(
            "select current_setting('threads'), current_setting('memory_limit')"
        ).fetchall()
    return int(threads), str(memory)
