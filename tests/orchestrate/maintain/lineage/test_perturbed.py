"""A second judge of the lineage of columns: change a field of a source, build, and see which columns change."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestrate.maintain.lineage.graph import Lineage
from orchestrate.run.prepared.build import is_prepared
from orchestrate.run.prepared.execution import execute
from orchestrate.run.prepared.plan import Plan, fingerprint_of, load
from orchestrate.run.progress.events import Steps
from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject
from tests.orchestrate.conftest import World

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("world")]

RAW = "raw.google_places"
# What no decision reads. Each record gets another value, and equal values stay equal.
CHANGE = """
    update raw.google_places set
        payload_hash = payload_hash || 'x',
        payload = json_merge_patch(payload, to_json({
            'rating': (payload ->> 'rating')::double + 0.01,
            'userRatingCount': (payload ->> 'userRatingCount')::int + 7000
        }));
    update extract.readings set payload_hash = payload_hash || 'x' where source_name = 'google_places';
"""
# The two fields, the hash, and the payload as a whole.
CHANGED = {f"{RAW}.payload.rating", f"{RAW}.payload.userRatingCount", f"{RAW}.payload_hash", f"{RAW}.payload"}


def behind(plan: Plan, first: set[str]) -> set[str]:
    """The models that are made from these, and these."""
    found = set(first)
    for node in plan.nodes:  # dbt's order: a model comes after what it is made from
        if node.resource_type == "model" and found.intersection(node.waits_for):
            found.add(node.unique_id)
    return found


def build_behind(warehouse: Path, plan: Plan) -> None:
    first = {node.unique_id for node in plan.nodes if "stg_google_places" in node.name and node.kind}
    wanted = behind(plan, first)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(CHANGE)
        left_out = {node.unique_id for node in plan.nodes} - wanted
        assert len(execute(connection, plan, {"memory_limit": "1GB"}, left_out, Steps(print))) > 40


def changed_columns(before: Path, after: Path) -> set[str]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{before}' as before (read_only)")
        connection.execute(f"attach '{after}' as after (read_only)")
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns() "
            "where database_name = 'before' and schema_name = 'marts'"
        ).fetchall()
        return {
            f"marts.{table}.{column}"
            for table, column in columns
            if connection.execute(
                f'select 1 from (select "{column}"::varchar from before.marts.{table} '
                f'except all select "{column}"::varchar from after.marts.{table}) limit 1'
            ).fetchall()
        }


def named_columns(lineage: Lineage) -> set[str]:
    return {str(cell) for cell in lineage.marts if CHANGED.intersection(map(str, lineage.origins(cell)))}


def test_the_columns_that_change_with_a_field_are_those_that_the_lineage_names(world: World, tmp_path: Path) -> None:
    project = DbtProject(PROJECT_ROOT, world.warehouse, world.warehouse.with_name("dbt"))
    assert is_prepared(project)
    plan = load(project.scratch_dir / "plan.json", fingerprint_of(project))
    assert plan
    warehouse = Path(shutil.copy(world.warehouse, tmp_path / "warehouse.duckdb"))

    build_behind(warehouse, plan)

    changed = changed_columns(world.warehouse, warehouse)
    named = named_columns(world.docs[1].columns)
    assert changed - named == set()
    assert {"marts.entities.rating", "marts.entities.rating_count", "marts.record_evidence.payload"} <= changed
    assert len(named) < 30
