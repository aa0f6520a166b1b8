"""What a build touched is counted against the publication before."""

from __future__ import annotations

import duckdb
import pytest

from orchestrate.contracts.run import Touched as Printed
from orchestrate.render.touched import touched_lines
from orchestrate.run.publication.touched import PAIRS, count_touched

EVIDENCE = (
    "create table marts.record_evidence as select * from (values {}) as rows (record_key, payload_hash, entity_id)"
)


@pytest.fixture
def built() -> duckdb.DuckDBPyConnection:
    """tp_2 changed, tp_3 is new, tp_4 is gone, and tp_1 was left as it was."""
    connection = duckdb.connect()
    connection.execute("create schema marts; create schema ops; create schema intermediate")
    connection.execute(
        EVIDENCE.format("('a', '1', 'tp_1'), ('b', '2', 'tp_2'), ('c', '1', 'tp_2'), ('d', '1', 'tp_3')")
    )
    connection.execute("create table ops.build_scope as select null::varchar as reason")
    connection.execute(
        "create table intermediate.int_entity_moments as select *, '1' as fingerprint "
        "from (values ('tp_1', null), ('tp_2', 'changed'), ('tp_3', 'new'), ('tp_4', 'gone')) "
        "as rows (entity_id, ranked_because)"
    )
    connection.execute(f"create table {PAIRS} as select range as left_no from range(7)")
    return connection


@pytest.mark.parametrize("is_of_change", [False, True])
def test_records_of_ranked_entities_are_compared_with_those_that_are_published(built, tmp_path, is_of_change):
    with duckdb.connect(str(tmp_path / "file.duckdb")) as published:
        published.execute("create schema marts")
        published.execute(
            EVIDENCE.format("('a', '1', 'tp_1'), ('b', '1', 'tp_2'), ('c', '1', 'tp_4'), ('e', '1', 'tp_4')")
        )

    touched = count_touched(built, tmp_path / "file.duckdb", is_of_change=is_of_change)

    assert (touched.records_new, touched.records_changed, touched.records_gone) == (1, 1, 1)
    assert touched.pairs_compared == 7
    assert touched.entities == {"changed": 1, "gone": 1, "new": 1}
    assert touched.entities_left == 1
    assert built.execute("select count(*) from duckdb_databases() where not internal").fetchall() == [(1,)]


def test_all_records_are_new_where_nothing_is_published(built, tmp_path):
    built.execute("update ops.build_scope set reason = 'areas.csv changed'")

    touched = count_touched(built, tmp_path / "file.duckdb")

    assert (touched.records_new, touched.records_changed, touched.records_gone) == (3, 0, 0)
    assert touched.ranks_all_because == "areas.csv changed"


def test_two_lines_say_what_was_touched_and_why_all_was():
    some = Printed(
        records_new=12, records_changed=3, records_gone=1, pairs_compared=1204,
        entities={"changed": 9, "new": 12, "gone": 1}, entities_left=20_239, ranks_all_because=None,
    )  # fmt: skip
    whole = some.model_copy(update={"entities": {"all": 371}, "ranks_all_because": "taxonomy.csv changed"})

    assert touched_lines(some) == (
        "Touched: 12 records new, 3 changed, 1 gone; 1,204 pairs compared.",
        "Ranked 21 entities (12 new, 9 changed), 1 gone; 20,239 left as they were.",
    )
    assert touched_lines(whole)[1] == "Ranked all 371 entities: taxonomy.csv changed."
