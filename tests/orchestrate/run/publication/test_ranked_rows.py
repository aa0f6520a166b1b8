"""The rows of the entities that a build ranked: they are found, wherever they are."""

from __future__ import annotations

import duckdb
import pytest

from orchestrate.run.publication import ranked_rows
from orchestrate.run.publication.ranked_rows import rows_of


@pytest.mark.parametrize(
    ("others", "ranked", "more"),
    [
        pytest.param(50, 3, 0, id="at the end"),
        pytest.param(50, 12, 0, id="at the end, more than the first window"),
        pytest.param(50, 30, 0, id="at the end, more than all windows"),
        pytest.param(50, 3, 2, id="before others"),
        pytest.param(50, 3, 30, id="before many others"),
        pytest.param(0, 5, 0, id="all rows"),
        pytest.param(50, 0, 0, id="no row"),
        pytest.param(0, 0, 0, id="an empty table"),
    ],
)
def test_all_rows_of_the_ranked_entities_are_found(monkeypatch, others, ranked, more):
    monkeypatch.setattr(ranked_rows, "WINDOWS", (10, 20))
    with duckdb.connect() as connection:
        connection.execute("create table ranked as select 'ranked' as entity_id")
        connection.execute("create table rows (entity_id varchar, value integer)")
        for entity, count in (("other", others), ("ranked", ranked), ("more", more)):
            connection.execute(f"insert into rows select '{entity}', range from range({count})")

        found = connection.execute(f"from {rows_of(connection, 'rows', 'ranked')} order by all").fetchall()

    assert found == [("ranked", number) for number in range(ranked)]


def test_only_the_end_of_the_table_is_read_if_the_rows_are_there():
    with duckdb.connect() as connection:
        connection.execute("create table ranked as select 'ranked' as entity_id")
        connection.execute("create table rows as select 'other' as entity_id from range(300000)")
        connection.execute("insert into rows from ranked")

        assert "rowid between 300000 and 300000" in rows_of(connection, "rows", "ranked")
