"""`trigpoint diff --weights`: builds a copy of the warehouse with other match weights, and compares the golden records.

Weights decide which records are one place, so nothing less than a build shows what they change. The build keeps the
statistics of the matching and the moments of the entities, so the diff has no other change.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from pathlib import Path

from orchestrate.contracts.golden_diff import GoldenDiff
from orchestrate.errors import UsageError
from orchestrate.explain.golden.diff import diff_files
from orchestrate.maintain.rebuild import open_for_maintenance
from orchestrate.maintain.verify import build_copy, check_made_alike, keep_moments, scratch_copy
from orchestrate.run.progress.events import OnStep
from orchestrate.seeds.files import read_seed
from orchestrate.settings import PROJECT_ROOT, Settings
from orchestrate.store.dbt_project import WEIGHTS, DbtProject, project_with_weights
from orchestrate.store.seed_proposal import Row, seed_number, seed_text

KEY = ("comparison", "level")


async def what_if_weights(
    settings: Settings, file: Path, on_wait: Callable[[str], object], on_step: OnStep | None = None
) -> GoldenDiff:
    """Replace weights of the seed with those of `file`, and return what would be published otherwise.

    The warehouse and the published file do not change. Raises UsageError for an unusable file, if nothing is
    published, or if the models or seeds have changed since; GateError if a data test fails with these weights.
    """
    seed = overlaid(read_seed(PROJECT_ROOT / WEIGHTS), file)
    async with open_for_maintenance(settings, "diff --weights", on_wait) as warehouse:
        if not settings.published_path.exists():
            raise UsageError('Nothing is published, so there is nothing to compare: make run QUERY="..."')
        check_made_alike(warehouse.connection)
        warehouse.close()
        with scratch_copy(settings, "diff_weights") as copy, tempfile.TemporaryDirectory() as folder:
            project = project_with_weights(Path(folder), seed_text(seed))
            keep_moments(copy)
            await build_copy(DbtProject(project, copy, Path(folder) / "dbt"), on_step)
            found = diff_files(settings.published_path, copy)
    return found.model_copy(update={"before": "the seed", "after": "the proposed weights"})


def overlaid(seed: list[Row], file: Path) -> list[Row]:
    """The rows of the seed, with the weights of `file` where it has any. Raises UsageError for an unusable file."""
    offered = _read(file)
    if unknown := sorted(offered.keys() - {_key(row) for row in seed}):
        raise UsageError(f"{file.name}: the seed match_weights has no row {', '.join(map(','.join, unknown))}.")
    if all(float(row["weight"]) == offered.get(_key(row), float(row["weight"])) for row in seed):
        raise UsageError(f"{file.name} has the same weights as the seed, so nothing would change.")
    return [{**row, "weight": f"{offered[_key(row)]:g}"} if _key(row) in offered else row for row in seed]


def _read(file: Path) -> dict[tuple[str, str], float]:
    if not file.is_file():
        raise UsageError(f"There is no file {file}.")
    weights: dict[tuple[str, str], float] = {}
    for row in read_seed(file):
        if missing := [column for column in (*KEY, "weight") if column not in row]:
            raise UsageError(f"{file} lacks the columns {', '.join(missing)}. It needs {', '.join((*KEY, 'weight'))}.")
        if _key(row) in weights:
            raise UsageError(f"{file.name}: {','.join(_key(row))} has two rows.")
        weight = seed_number(file, row, "weight")
        if not math.isfinite(weight):
            raise UsageError(f"{file.name}: the weight of {','.join(_key(row))} is {row['weight']}.")
        weights[_key(row)] = weight
    return weights


def _key(row: Row) -> tuple[str, str]:
    return (row["comparison"] or "").strip(), (row["level"] or "").strip()
