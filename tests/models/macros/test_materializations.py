"""Our materializations replace what is there, whatever it is, and describe what is published."""

import asyncio

import duckdb
import pytest
import yaml

from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.seeds.loaded import Seed, changed_seeds
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR
from orchestrate.store.dbt_project import DbtProject

SEEDS_YML = SEEDS_DIR / "_seeds.yml"
TYPE = "select table_type from information_schema.tables where table_schema = $1 and table_name = $2"


@pytest.mark.slow
def test_table_takes_the_place_of_a_view_and_a_view_that_of_a_table_and_a_dropped_seed_comes_back(project: DbtProject):
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("drop table seeds.licences")
        connection.execute("drop table marts.source_scorecard; create view marts.source_scorecard as select 1 as one")
        connection.execute("drop view intermediate.int_landings; create table intermediate.int_landings as select 1")

    report = asyncio.run(DbtProcess(project).build("--select", "source_scorecard", "int_landings", "licences"))

    with duckdb.connect(str(project.warehouse)) as connection:
        assert report.failures == ()
        assert connection.execute(TYPE, ["marts", "source_scorecard"]).fetchall() == [("BASE TABLE",)]
        assert connection.execute(TYPE, ["intermediate", "int_landings"]).fetchall() == [("VIEW",)]
        assert connection.execute(TYPE, ["seeds", "licences"]).fetchall() == [("BASE TABLE",)]


@pytest.mark.slow
def test_marts_are_described_in_the_database(project: DbtProject):
    with duckdb.connect(str(project.warehouse)) as connection:
        silent = connection.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'marts' and comment is null "
            "union all select table_name, null from duckdb_tables() where schema_name = 'marts' and comment is null "
            "union all select view_name, null from duckdb_views() where schema_name = 'marts' and comment is null"
        ).fetchall()

    assert silent == []


@pytest.mark.slow
def test_the_record_of_loaded_seeds_is_that_of_their_files(project: DbtProject):
    declared = yaml.safe_load(SEEDS_YML.read_text())["seeds"]
    seeds = [
        Seed(f"seeds.{seed['name']}", f"dbt_project/seeds/{seed['name']}.csv", seed["config"]["column_types"])
        for seed in declared
    ]
    with duckdb.connect(str(project.warehouse)) as connection:
        assert len(seeds) > 30
        assert changed_seeds(connection, seeds, PROJECT_ROOT) == ()
