"""What Spark wrote is published whole: as Parquet files, and as the DuckDB file. DuckDB wrote the files here."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import duckdb
import pytest

from engines.spark.nodes import Node
from orchestrate.clock import utc_now
from orchestrate.errors import DiskFullError, GateError
from orchestrate.maintain import rebuild
from orchestrate.run.dbt_child import BuildReport
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.run.on_spark import marts as files
from orchestrate.run.on_spark.child import SparkReport
from orchestrate.run.on_spark.publication import publish_from_spark
from orchestrate.run.publication.record import Build
from orchestrate.settings import Settings
from orchestrate.store.disk import disk_full
from orchestrate.store.warehouse import Warehouse

# What the record of a publication reads, besides the marts.
READ = (
    "int_golden_cells", "int_entity_moments", "int_entities_to_rank", "int_entity_id_log", "int_pairs_to_match",
    "int_record_versions", "int_source_trust", "int_overrides",
)  # fmt: skip
KEPT = ("intermediate.int_entity_id_log", "intermediate.int_entity_moments")
OF_THE_RECORD = ("staging.stg_ops__publications", "staging.stg_ops__cell_changes")


@pytest.fixture
def settings(one_run: Path, tmp_path: Path) -> Settings:
    shutil.copytree(one_run / "sandbox", tmp_path / "sandbox")
    return Settings(mode="sandbox", data_dir=tmp_path)


def wrote(settings: Settings, build_id: str) -> dict[str, Node]:
    """The models of the warehouse, and their rows as the files of a build."""
    work = settings.spark_dir / build_id
    (work / "copies").mkdir(parents=True)
    nodes = {}
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        views = dict(connection.execute("select schema_name || '.' || view_name, sql from duckdb_views()").fetchall())
        relations = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables where table_schema = 'marts' "
            "or table_name in (from unnest($1)) or table_schema || '.' || table_name in (from unnest($2))",
            [list(READ), list(OF_THE_RECORD)],
        ).fetchall()
        for (relation,) in relations:
            folder = work / "tables" / relation
            folder.mkdir(parents=True)
            connection.execute(f"copy (from {relation}) to '{folder}/part.parquet' (format parquet)")
            nodes[relation] = node(connection, relation, views.get(relation, ""))
    return nodes


def node(connection: duckdb.DuckDBPyConnection, relation: str, view: str) -> Node:
    columns = connection.execute(f"describe {relation}").fetchall()
    is_ledger = relation in (*OF_THE_RECORD, "marts.publications", "marts.published_changes")
    return Node(
        unique_id=relation,
        relation=relation,
        sql=view.partition(" AS ")[2].rstrip(";"),
        waits_for=frozenset(files_of(relation)) if is_ledger else frozenset(),
        made_as="view" if is_ledger else "table",
        reads_itself=relation in KEPT,
        description="what it is",
        columns={name: {"data_type": kind, "description": f"of {name}"} for name, kind, *_ in columns},
        persists_docs=relation.startswith("marts."),
    )


def files_of(relation: str) -> tuple[str, ...]:
    if relation in OF_THE_RECORD:
        return (f"source.trigpoint.ops.{relation.rpartition('__')[2]}",)
    return OF_THE_RECORD


def published(settings: Settings, build_id: str) -> tuple[str, ...]:
    """Publish what was written. Returns the marts that the file reads from Parquet."""
    nodes, warehouse = wrote(settings, build_id), Warehouse(settings.warehouse_path)
    ((run_id, as_of),) = warehouse.connection.execute("from ops.build_context").fetchall()
    build = Build(build_id, run_id, "build", as_of, utc_now(), "spark")
    done = publish_from_spark(warehouse, settings, build, nodes)
    warehouse.close()
    return done.left_in_files


def rows(settings: Settings, query: str) -> list[tuple]:
    with duckdb.connect(str(settings.published_path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_the_files_and_the_database_are_one_build(settings):
    before = rows(settings, "from marts.entities order by all")

    published(settings, "b1")

    latest = settings.marts_dir / "latest"
    manifest = json.loads((latest / "manifest.json").read_text())
    assert (latest.readlink().name, manifest["build_id"], manifest["engine"]) == ("b1", "b1", "spark")
    assert rows(settings, "from marts.entities order by all") == before
    with duckdb.connect() as connection:
        for name, mart in manifest["marts"].items():
            ((count,),) = connection.execute(f"select count(*) from '{latest / mart['files']}'").fetchall()
            assert [(count,)] == [(mart["rows"],)] == rows(settings, f"select count(*) from marts.{name}")
        last = f"select engine from '{latest}/publications/*.parquet' order by publication_no desc limit 1"
        assert connection.execute(last).fetchall() == [("spark",)]
    assert rows(settings, "select comment from duckdb_columns() where column_name = 'slug' limit 1") == [("of slug",)]


def test_a_mart_too_large_for_the_file_is_read_from_its_files(settings):
    settings.file_rows = 100

    large = published(settings, "b1")

    assert "entity_claims" in large
    assert "entities" not in large
    assert rows(settings, "select count(*) > 100 from marts.entity_claims") == [(True,)]
    assert rows(settings, "select comment from duckdb_views() where view_name = 'entity_claims'") == [("what it is",)]


def test_the_files_of_the_build_before_stay_for_its_readers_and_older_ones_go(settings):
    for build_id in ("b1", "b2", "b3"):
        published(settings, build_id)
    (settings.spark_dir / "killed" / "tables").mkdir(parents=True)

    with duckdb.connect(str(settings.warehouse_path)) as warehouse:
        files.remove_unused(warehouse, settings.spark_dir, settings.marts_dir, settings.marts_dir / "b2")

    assert sorted(folder.name for folder in settings.marts_dir.iterdir()) == ["b2", "b3", "latest"]
    assert [folder.name for folder in settings.spark_dir.iterdir()] == ["b3"]


def test_what_cannot_be_put_in_place_leaves_what_was_published(settings, monkeypatch):
    published(settings, "b1")
    before = settings.published_path.read_bytes()
    monkeypatch.setattr(Path, "replace", lambda path, target: (_ for _ in ()).throw(OSError("no room")))

    with pytest.raises(OSError, match="no room"):
        published(settings, "b2")

    assert settings.published_path.read_bytes() == before
    assert (settings.marts_dir / "latest").readlink().name == "b1"


def test_a_data_test_that_fails_on_spark_publishes_nothing(settings, monkeypatch):
    """What Spark reports is made up here; the command does the rest."""
    published(settings, "b1")
    before = settings.published_path.read_bytes()
    report = BuildReport(models=1, tests=1, stage_seconds={}, failures=("data test rows_add_up: 3 rows",))

    async def failing(*_: object) -> SparkReport:
        return SparkReport(report, {})

    monkeypatch.setattr(DbtProcess, "start", lambda process: None)
    monkeypatch.setattr(DbtProcess, "build_on_spark", failing)
    monkeypatch.setattr(rebuild, "check_spark", lambda remote: None)

    with pytest.raises(GateError, match="nothing was published: data test rows_add_up: 3 rows") as raised:
        asyncio.run(rebuild.build(settings, print, engine="spark"))

    assert raised.value.exit_code == 5
    assert settings.published_path.read_bytes() == before
    assert (settings.marts_dir / "latest").readlink().name == "b1"


def test_a_full_disk_leaves_what_was_published_and_its_room(settings, monkeypatch):
    published(settings, "b1")
    before = settings.published_path.read_bytes()
    kept = {path.name for path in settings.spark_dir.iterdir()}

    async def failing(process: DbtProcess, work: Path, *_: object) -> SparkReport:
        for folder in (work, settings.spark_dir / "dbt"):
            (folder / "tables").mkdir(parents=True)
        raise disk_full("No space left on device", work)

    monkeypatch.setattr(DbtProcess, "build_on_spark", failing)
    monkeypatch.setattr(rebuild, "check_spark", lambda remote: None)

    with pytest.raises(DiskFullError, match="no room left to write") as raised:
        asyncio.run(rebuild.build(settings, print, engine="spark"))

    assert raised.value.exit_code == 1
    assert {path.name for path in settings.spark_dir.iterdir()} == kept
    assert settings.published_path.read_bytes() == before
    assert (settings.marts_dir / "latest").readlink().name == "b1"


def test_a_purge_removes_all_files_of_spark(settings):
    published(settings, "b1")

    assert files.remove_all(settings.spark_dir, settings.marts_dir)

    assert not settings.spark_dir.exists()
    assert not settings.marts_dir.exists()
    assert not files.remove_all(settings.spark_dir, settings.marts_dir)
