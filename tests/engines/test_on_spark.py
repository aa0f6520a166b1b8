"""What needs a Spark: `make setup-spark`, then `.venv-spark/bin/pytest tests/engines`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from engines.spark import recursion
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
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    session = start(tmp_path_factory.mktemp("spark"), master="local[1]")
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
    session.sql("create database if not exists s")
    session.createDataFrame(LINKS, "one int, other int").write.saveAsTable("s.links")
    session.createDataFrame([(n,) for n in range(1, 10)], "record_no int").write.saveAsTable("s.records")
    columns = {"s.links": ["one", "other"], "s.records": ["record_no"]}

    found = recursion.run(session, COMPONENTS, columns.__getitem__).collect()

    assert {tuple(row) for row in found} == {
        *((n, 1) for n in (1, 2, 3, 9)),
        *((n, 4) for n in (4, 5, 6, 7)),
        (8, 8),
    }
