"""A build by the plan of dbt's build makes what dbt made, and leaves to dbt what it cannot do."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from bench.equality.sequences import plan_of_empty
from orchestrate.run.prepared.build import build_as_before, is_prepared
from orchestrate.run.progress.events import Step, Steps
from orchestrate.store.dbt_project import DbtProject

MART = "(select count(*) from marts.sources), (select count(*) from marts.areas)"


@pytest.fixture
def copied(built_twice: DbtProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DbtProject:
    """The empty warehouse that dbt has built, and the plan of that build."""
    monkeypatch.setenv("TRIGPOINT_MEMORY_LIMIT", "1GB")
    (tmp_path / "dbt").mkdir()
    shutil.copy(built_twice.scratch_dir / "plan.json", tmp_path / "dbt")
    return replace(
        built_twice, warehouse=Path(shutil.copy(built_twice.warehouse, tmp_path)), scratch_dir=tmp_path / "dbt"
    )


@pytest.mark.slow
def test_prepared_build_makes_every_table_and_only_the_seeds_and_views_that_changed(copied: DbtProject) -> None:
    with duckdb.connect(str(copied.warehouse)) as connection:
        marts = connection.execute(f"select {MART}").fetchall()
        connection.execute("delete from marts.sources; drop table seeds.licences")
        connection.execute("create or replace view intermediate.int_landings as select 1 as by_hand")
        connection.execute(
            "insert into seeds.kind_categories select * replace ('by hand' as kind) from seeds.kind_categories limit 1"
        )
    seen: list[Step] = []

    executed = build_as_before(copied, Steps(seen.append))

    assert executed
    assert [(step.done, step.of) for step in seen if step.name] == [
        (done, len(executed)) for done in range(1, len(executed) + 1)
    ]
    assert [one.node.name for one in executed if one.node.resource_type == "seed"] == ["licences"]
    assert [one.node.name for one in executed if one.node.kind == "view"] == ["int_landings"]
    assert sum(one.node.resource_type == "test" for one in executed) > 20
    with duckdb.connect(str(copied.warehouse)) as connection:
        assert connection.execute(f"select {MART}").fetchall() == marts
        assert connection.execute("select count(*) from seeds.kind_categories where kind = 'by hand'").fetchall() == [
            (1,)
        ]


@pytest.mark.slow
def test_dbt_builds_what_is_missing_or_broken(copied: DbtProject) -> None:
    assert is_prepared(copied)
    with duckdb.connect(str(copied.warehouse)) as connection:
        connection.execute("alter table ops.runs rename column query to question")
    assert build_as_before(copied, Steps(print)) is None  # a statement fails

    with duckdb.connect(str(copied.warehouse)) as connection:
        connection.execute("alter table ops.runs rename column question to query; drop table marts.sources")
    assert build_as_before(copied, Steps(print)) is None

    (copied.scratch_dir / "plan.json").unlink()
    assert not is_prepared(copied)
    assert build_as_before(copied, Steps(print)) is None


@pytest.mark.slow
def test_a_build_that_begins_again_takes_back_the_ids_that_it_gave(copied: DbtProject) -> None:
    """The first attempt joins two entities by a record, and that record is rejected."""
    (node,) = (node for node in plan_of_empty(copied).nodes if node.name == "int_entity_id_log")
    with duckdb.connect(str(copied.warehouse)) as connection:

        def assign(run_id: str, day: str, **clusters: str) -> None:
            for table in ("ops.build_context", "intermediate.int_clusters", "intermediate.int_records_to_cluster"):
                connection.execute(f"delete from {table}")
            connection.execute("insert into ops.build_context values (?, ?)", [run_id, day])
            connection.executemany(
                "insert into intermediate.int_clusters (record_key, cluster_key, match_role) values (?, ?, 'member')",
                [*clusters.items()],
            )
            connection.execute(
                "insert into intermediate.int_records_to_cluster (record_key) "
                "select record_key from intermediate.int_clusters"
            )
            with connection.cursor() as cursor:  # its temporary tables are its own
                for statement in node.statements:
                    cursor.execute(statement)

        assign("r1", "2026-01-01", a="a", b="b")
        assign("r2", "2026-02-01", a="a", b="a", rejected="a")
        assign("r2", "2026-02-01", a="a", b="b")

        log = connection.execute("select record_key, run_id from intermediate.int_entity_id_log order by all")
        assert log.fetchall() == [("a", "r1"), ("b", "r1")]


def test_a_prepared_build_does_not_import_dbt() -> None:
    imports = "import sys, orchestrate.run.dbt_child; sys.exit('dbt' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", imports], check=False).returncode == 0
