"""Which entities a build ranks: all, unless nothing that holds for all of them has changed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestrate.run.publication.scope import TABLES_KEPT, BuildScope, begin_scope, count_ranked, end_scope
from orchestrate.store.warehouse import create_tables
from tests.project_copy import copy_project

RECORDS = 3
# The tables that Python wrote when every build made everything.
OF_WHOLE_BUILDS = Path(__file__).parents[3] / "data" / "warehouse_of_whole_builds.sql"
VALUES = {
    "VARCHAR": "'a'", "VARCHAR[]": "['a', 'b']", "JSON": """'{"a": 1}'""", "TIMESTAMP": "'2026-03-02 09:00'",
    "BIGINT": "2", "INTEGER": "3", "DOUBLE": "0.5", "BOOLEAN": "true",
}  # fmt: skip


@pytest.fixture
def connection(tmp_path: Path):
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        create_tables(connection)
        connection.execute("create schema intermediate")
        for table in TABLES_KEPT:
            connection.execute(f"create schema if not exists {table.partition('.')[0]}; create table {table} (a int)")
        connection.execute(
            f"create or replace table intermediate.int_match_statistics as select {RECORDS} as records; "
            "create or replace table intermediate.int_record_numbers as "
            f"select range as fingerprint from range({RECORDS}); "
            "create or replace table intermediate.int_record_entities as "
            f"select range as record_key from range({RECORDS})"
        )
        yield connection


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_project(tmp_path / "project")


def built(connection: duckdb.DuckDBPyConnection, project: Path) -> None:
    begin_scope(connection, project, least_records=RECORDS)
    end_scope(connection)


def test_the_first_build_ranks_all(connection, project):
    scope = begin_scope(connection, project, least_records=RECORDS)

    assert scope == BuildScope("all", "it is the first build that keeps what did not change")


def test_a_warehouse_of_whole_builds_is_upgraded_once_and_keeps_every_row(tmp_path, project):
    with duckdb.connect(str(tmp_path / "before.duckdb")) as connection:
        connection.execute(OF_WHOLE_BUILDS.read_text())
        tables = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        for (table,) in tables:
            types = [kind for _, kind, *_ in connection.execute(f"describe {table}").fetchall()]
            connection.execute(f"insert into {table} values ({', '.join(VALUES[kind] for kind in types)})")
        held = {table: connection.execute(f"from {table}").fetchall() for (table,) in tables}

        create_tables(connection)

        for table, rows in held.items():
            after = connection.execute(f"from {table}").fetchall()
            assert [row[: len(rows[0])] for row in after] == rows, table
        scope = begin_scope(connection, project, least_records=0)
        assert scope == BuildScope("all", "it is the first build that keeps what did not change")
        assert connection.execute("select scope, reason from ops.build_scope").fetchall() == [
            (scope.scope, scope.reason)
        ]


def test_a_build_of_the_same_project_ranks_what_changed(connection, project):
    built(connection, project)

    assert begin_scope(connection, project, least_records=RECORDS) == BuildScope("changed")


def test_after_a_build_that_was_not_published_the_next_ranks_all(connection, project):
    built(connection, project)
    begin_scope(connection, project, least_records=RECORDS)

    assert begin_scope(connection, project, least_records=RECORDS).reason == "the build before did not end"


def test_after_a_build_on_another_engine_the_next_ranks_all(connection, project):
    begin_scope(connection, project, least_records=RECORDS, asked="Spark makes everything again", engine="spark")
    end_scope(connection)

    assert begin_scope(connection, project, least_records=RECORDS).reason == "the engine changed"


@pytest.mark.parametrize("table", TABLES_KEPT)
def test_without_the_rows_of_the_build_before_all_are_ranked(connection, project, table):
    built(connection, project)
    connection.execute(f"drop table {table}")

    assert begin_scope(connection, project, least_records=RECORDS).reason == f"{table} is not there"


@pytest.mark.parametrize(
    "table", ["intermediate.int_stem_counts", "intermediate.int_match_statistics", "marts.entities"]
)
def test_a_table_of_another_version_keeps_no_rows(connection, project, table):
    """A model would make it afresh, with the rows of what changed only."""
    built(connection, project)
    (column, *_) = connection.execute(f"describe {table}").fetchone()
    connection.execute(f"alter table {table} rename column {column} to of_another_version")

    assert begin_scope(connection, project, least_records=RECORDS).reason == f"{table} has other columns"


def test_a_small_warehouse_ranks_all(connection, project):
    built(connection, project)

    scope = begin_scope(connection, project, least_records=20_000)

    assert scope.reason == "there are fewer than 20,000 records"


@pytest.mark.parametrize(("new", "scope"), [(0.1, "changed"), (0.11, "all")])
def test_a_warehouse_that_has_grown_learns_its_statistics_again(connection, project, new, scope):
    built(connection, project)
    connection.execute("update intermediate.int_match_statistics set records = 100")
    connection.execute(
        "create or replace table intermediate.int_record_numbers as "
        f"select range as fingerprint from range({100 + round(100 * new)}) union all select null"
    )

    found = begin_scope(connection, project, least_records=RECORDS, most_growth=0.1)

    assert found.scope == scope
    assert found.reason in (None, "the statistics of the matching are of 100 records, and there are 111")


def test_without_statistics_a_build_learns_them(connection, project):
    built(connection, project)
    connection.execute("delete from intermediate.int_match_statistics")

    reason = begin_scope(connection, project, least_records=RECORDS).reason

    assert reason == "the statistics of the matching are not there"


def test_who_asks_for_all_gets_all(connection, project):
    built(connection, project)

    assert begin_scope(connection, project, least_records=RECORDS, asked="it was asked for").scope == "all"


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ("sources.csv", "dbt_project/seeds/sources.csv"),
        ("source_trust.csv", "dbt_project/seeds/source_trust.csv"),
        ("the models", "models/marts/entities.sql"),
        ("the models", "dbt_project/macros/survivorship.sql"),
        ("dbt_project.yml", "dbt_project.yml"),
    ],
)
def test_what_holds_for_all_entities_is_named_when_it_changes(connection, project, changed, path):
    built(connection, project)
    with (project / path).open("a") as file:
        file.write("\n")

    assert begin_scope(connection, project, least_records=RECORDS).reason == f"{changed} changed"


@pytest.mark.parametrize("seed", ["manual_overrides.csv", "match_overrides.csv"])
def test_a_decision_about_some_entities_ranks_those_only(connection, project, seed):
    built(connection, project)
    with (project / "dbt_project" / "seeds" / seed).open("a") as file:
        file.write("\n")

    assert begin_scope(connection, project, least_records=RECORDS).scope == "changed"


def test_another_declaration_of_a_list_ranks_all(connection, project):
    connection.execute(
        "insert into ops.lists by name select 'clubs' as source_name, 'csv' as format, 'clubs.csv' as location, "
        "'replace' as rows_kept, 60 as trust, 'own' as licence, true as republish, false as share_alike, "
        "'rarely' as repeats_places, '{}' as columns"
    )
    built(connection, project)
    connection.execute("update ops.lists set trust = 70")

    assert begin_scope(connection, project, least_records=RECORDS).reason == "the declared lists changed"


def test_the_ranked_entities_are_counted_with_the_reason(connection, project):
    connection.execute("create table intermediate.int_entities_to_rank as select 'tp_1' as entity_id")
    built(connection, project)
    begin_scope(connection, project, least_records=RECORDS)

    ranked = count_ranked(connection)

    assert (ranked.entities, ranked.reason) == (1, None)
