"""What goes between DuckDB and Spark: tables of the warehouse, types, and the rows of unit tests. No Spark runs."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml
from sqlglot import parse_one

from engines.spark.adapter.plugin import Plugin
from engines.spark.given import given_steps, rows_of
from engines.spark.recursion import recursive_queries
from engines.spark.sql.dialect import Written
from engines.spark.types import duckdb_type
from engines.spark.warehouse import Warehouse, begin_anew_if_changed

ROOT = Path(__file__).parents[2]
LIST = {"type": "array", "elementType": "string", "containsNull": True}
PAIR = {"type": "struct", "fields": [{"name": "at", "type": "timestamp_ntz"}, {"name": "words", "type": LIST}]}


@pytest.fixture
def warehouse(tmp_path) -> Warehouse:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create schema raw")
        connection.execute(
            "create table raw.things as select 'b'::enum ('b', 'a') as kind, '[1]'::json as payload, 3::ubigint as n"
        )
        connection.execute("create view raw.shown as from raw.things")
    return Warehouse(tmp_path / "warehouse.duckdb", tmp_path / "spark")


def test_a_table_is_copied_with_types_of_spark(warehouse):
    folder = warehouse.copied("raw.things")

    with duckdb.connect() as connection:
        rows = connection.sql(f"from '{folder}/*.parquet'")
        assert [str(kind) for kind in rows.types] == ["VARCHAR", "VARCHAR", "BIGINT"]
        assert rows.fetchall() == [("b", "[1]", 3)]
    assert warehouse.copied("raw.none") is None
    assert warehouse.relations("raw") == {"things": "table", "shown": "view"}
    assert warehouse.types_of("raw.shown")["payload"] == "JSON"


def test_the_tables_of_spark_are_of_one_state_of_the_warehouse(warehouse, tmp_path):
    path, made = tmp_path / "warehouse.duckdb", tmp_path / "spark" / "tables" / "s.t"
    begin_anew_if_changed(tmp_path / "spark", path)
    made.mkdir(parents=True)

    begin_anew_if_changed(tmp_path / "spark", path)
    assert made.is_dir()
    with duckdb.connect(str(path)) as connection:
        connection.execute("insert into raw.things select * from raw.things")
    begin_anew_if_changed(tmp_path / "spark", path)
    assert not made.exists()


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        ("long", "BIGINT"),
        ("decimal(10,2)", "DECIMAL(10,2)"),
        (LIST, "VARCHAR[]"),
        (
            {"type": "map", "keyType": "string", "valueType": "double", "valueContainsNull": True},
            "MAP(VARCHAR, DOUBLE)",
        ),
        ({"type": "array", "elementType": PAIR}, 'STRUCT("at" TIMESTAMP, "words" VARCHAR[])[]'),
    ],
)
def test_a_type_of_spark_has_the_name_that_duckdb_reads(kind, ours):
    assert duckdb_type(kind) == ours
    with duckdb.connect() as connection:
        connection.execute(f"select null::{ours}")


def test_duckdb_reads_the_rows_that_a_unit_test_gives():
    tree = parse_one(
        """
        with __dbt__cte__a as (
            select cast('[x, y]' as varchar[]) as words, cast('{"k": 1}' as json) as payload
        ),
        __dbt__cte__none as (select cast(null as integer) as n limit 0),
        __dbt__cte__read as (select * from s.t)
        select * from __dbt__cte__a
        """,
        dialect=Written,
    )

    given, empty = given_steps(tree)

    assert rows_of(given).to_pylist() == [{"words": ["x", "y"], "payload": '{"k": 1}'}]
    assert (rows_of(empty).num_rows, rows_of(empty).column(0).num_chunks) == (0, 1)


def test_a_recursion_is_found_inside_a_query():
    recursive = "with recursive a as (select 1 as n union select n + 1 from a where n < 3) select * from a"

    (inner,) = recursive_queries(parse_one(f"with b as (select * from ({recursive}) as c) select * from b", Written))

    assert [step.alias for step in inner.ctes] == ["a"]


def test_dbt_finds_the_adapter_under_its_type():
    kind = yaml.safe_load((ROOT / "profiles.yml").read_text())["trigpoint"]["outputs"]["spark"]["type"]
    included = yaml.safe_load((Path(Plugin.include_path) / "dbt_project.yml").read_text())

    assert (Plugin.adapter.type(), Plugin.credentials().type) == (kind, kind)
    assert included["name"] == Plugin.project_name == f"dbt_{kind}"
    assert (ROOT / "engines" / "spark" / "plugin" / "dbt" / "adapters" / kind / "__init__.py").is_file()
