"""Builds as dbt did last, without dbt: its import, its parsing and its work for each node take most of a small build.

What stops such a build stops it for dbt to say why: dbt builds again, from the first model.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.run.prepared.execution import CheckFailedError, Executed, execute, relations_of, views_of
from orchestrate.run.prepared.plan import Plan, Relations, fingerprint_of, load, plan_of, save
from orchestrate.run.progress.events import Steps
from orchestrate.seeds.loaded import changed_seeds
from orchestrate.store.dbt_project import DbtProject
from orchestrate.store.queries import is_of_what_changed


def is_prepared(project: DbtProject) -> bool:
    """Whether the last build left a plan of this project. It may be of no use to the warehouse as it will be."""
    return _plan(project) is not None


def build_as_before(project: DbtProject, steps: Steps) -> list[Executed] | None:
    """Build by the plan. None if there is none, or if dbt has to build."""
    plan = _plan(project)
    if not plan:
        return None
    with duckdb.connect(str(project.warehouse)) as connection:
        if not plan.fits(relations_of(connection)):
            return None
        unchanged = _loaded_seeds(connection, plan, project.project_dir) | _same_views(connection, plan)
        return execute_in(_memories(connection), connection, plan, unchanged, steps)


def execute_in(
    memories: Sequence[str], connection: duckdb.DuckDBPyConnection, plan: Plan, left_out: Collection[str], steps: Steps
) -> list[Executed] | None:
    """Execute the plan in the first of these memories that is enough, such as `512MB`. None if a node fails.

    It begins again with each, as dbt would.
    """
    for memory in memories:
        steps.begin(len(plan.nodes) - len(left_out))
        try:
            return execute(connection, plan, {**plan.settings, "memory_limit": memory}, left_out, steps)
        except duckdb.OutOfMemoryException:
            continue
        except (duckdb.Error, CheckFailedError):
            return None
    return None


def _memories(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The memory of this build, and a greater one if that is too little."""
    little = os.environ.get("TRIGPOINT_MEMORY_OF_CHANGE") if is_of_what_changed(connection) else None
    most = os.environ["TRIGPOINT_MEMORY_LIMIT"]
    return [little, most] if little and little != most else [most]


def prepare_next(
    project: DbtProject,
    fingerprint: str,
    nodes: Sequence[Any],
    statements: Mapping[str, Sequence[str]],
    before: Relations,
) -> None:
    """Keep what dbt did in this build, which succeeded."""
    from dbt.adapters.factory import get_adapter_by_type

    profile = get_adapter_by_type("duckdb").config  # type: ignore[no-untyped-call]
    with duckdb.connect(str(project.warehouse)) as connection:
        views = views_of(connection)
    plan = plan_of(fingerprint, profile, nodes, statements, before, views)
    if plan and fingerprint == fingerprint_of(project):  # a file may have been edited since
        save(plan, _file(project))


def _plan(project: DbtProject) -> Plan | None:
    return load(_file(project), fingerprint_of(project))


def _file(project: DbtProject) -> Path:
    return project.scratch_dir / "plan.json"


def _loaded_seeds(connection: duckdb.DuckDBPyConnection, plan: Plan, project_dir: Path) -> set[str]:
    """The nodes of the seeds that need not be loaded."""
    seeds = {node.unique_id: seed for node in plan.nodes if (seed := node.seed())}
    changed = changed_seeds(connection, seeds.values(), project_dir)
    return {unique_id for unique_id, seed in seeds.items() if seed not in changed}


def _same_views(connection: duckdb.DuckDBPyConnection, plan: Plan) -> set[str]:
    """The nodes of the views that are there as the plan would make them. A view has no rows that could be old."""
    views = views_of(connection)
    return {
        node.unique_id for node in plan.nodes if node.definition and views.get(node.relation or "") == node.definition
    }
