"""What needs a Spark: `make setup-spark`, then `.venv-spark/bin/pytest tests/engines`. TRIGPOINT_SPARK_REMOTE names a
server of Spark Connect, which sees the temporary folder, too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pytest

from engines.spark import recursion
from engines.spark.build import Build
from engines.spark.nodes import Node
from engines.spark.session import start
from engines.spark.sql.translate import to_spark
from tests.engines.test_similarity import LETTERS, pairs

pytest.importorskip("pyspark", reason="Spark is not installed")

LINKS = [(1, 2), (2, 3), (3, 9), (5, 4), (6, 7), (7, 5)]
COMPONENTS = """
with recursive links as (select one, other from s.links union all select other, one from s.links),
found (record_no, component_no) using key (record_no) as (
    select record_no, record_no from s.records
    union
    (
        select links.other, min(found.component_no)
        from found
        inner join links on found.record_no = links.one
        inner join recurring.found as known on links.other = known.record_no
        where found.component_no < known.component_no
        group by links.other
    )
)
select * from found
"""


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    session = start(master="local[1]", remote=os.environ.get("TRIGPOINT_SPARK_REMOTE"))
    yield session
    session.stop()


def test_similarities_are_those_of_duckdb_to_the_last_digit(session):
    sql = "select one, other, jaro_winkler_similarity(one, other) as similarity from pairs"
    rows = [pair for letters in LETTERS.values() for pair in pairs(letters)]
    with duckdb.connect() as connection:
        connection.execute("create table pairs (one varchar, other varchar)")
        connection.executemany("insert into pairs values (?, ?)", [list(row) for row in rows])
        ours = connection.execute(sql).fetchall()
    session.createDataFrame(rows, "one string, other string").createOrReplaceTempView("pairs")

    theirs = session.sql(to_spark(sql, {".pairs": ["one", "other"]}.__getitem__)).collect()

    assert sorted(ours) == sorted(tuple(row) for row in theirs)


def test_a_recursion_with_a_key_finds_the_components(session):
    session.createDataFrame(LINKS, "one int, other int").createOrReplaceTempView("s__links")
    session.createDataFrame([(n,) for n in range(1, 10)], "record_no int").createOrReplaceTempView("s__records")
    columns = {"s.links": ["one", "other"], "s.records": ["record_no"]}

    found = recursion.run(session, COMPONENTS, columns.__getitem__).collect()

    assert {tuple(row) for row in found} == {
        *((n, 1) for n in (1, 2, 3, 9)),
        *((n, 4) for n in (4, 5, 6, 7)),
        (8, 8),
    }


def test_a_failed_data_test_is_named_and_what_depends_on_a_broken_model_is_left_out(session, tmp_path):
    def node(name: str, sql: str, *waits_for: str, is_test: bool = False) -> Node:
        return Node(name, name, is_test, "" if is_test else f"s.{name}", sql, frozenset(waits_for))

    counted = "select count(*) as failures, count(*) != 0 as is_error from (select * from s.good where n > 1) as found"
    nodes = [
        node("good", "select unnest(range(3))::integer as n"),
        node("at_most_one", counted, "good", is_test=True),
        node("broken", "select 'x'::integer as n from s.good", "good"),
        replace(node("other", "select n as m from s.good", "good"), has_contract=True, columns={"n": {}}),
        node("behind", "select * from s.broken", "broken"),
    ]

    built = Build(session, tmp_path / "sources", tmp_path / "tables").run({node.name: node for node in nodes})

    assert built.failed["data test at_most_one"] == "1 rows"
    assert "CAST_INVALID_INPUT" in built.failed["model broken"]
    assert built.failed["model other"] == "its contract has other columns: m, n"
    assert built.left_out == ["behind"]
    assert list(built.seconds) == ["good"]


def test_numbers_have_the_text_of_duckdb(session):
    """Java writes an exponent below 0.001 and from ten million on."""
    numbers = [0.0001, 0.000847, -0.0005, 0.002, 12345678.5, 5.0, 0.0, 1e15, 1234.5678]
    sql = "select place, place::varchar as written, to_json([place])::varchar as listed from numbers where place < 1e7"
    large = "select place, place::varchar as written from numbers"
    with duckdb.connect() as connection:
        connection.execute("create table numbers as select unnest($1::double[]) as place", [numbers])
        ours, ours_large = connection.execute(sql).fetchall(), connection.execute(large).fetchall()
    session.createDataFrame([(one,) for one in numbers], "place double").createOrReplaceTempView("numbers")

    theirs, theirs_large = (
        session.sql(to_spark(one, {".numbers": ["place"]}.__getitem__)).collect() for one in (sql, large)
    )

    assert sorted(tuple(row) for row in theirs) == sorted(ours)
    assert sorted(tuple(row) for row in theirs_large) == sorted(ours_large)
