"""The hand that changed a golden cell: each cause leaves evidence, and the nearest cause is named."""

from __future__ import annotations

import json
from datetime import datetime

import duckdb
import pytest

from orchestrate.run.publication.hands import find_hands
from orchestrate.store.warehouse import create_tables

BEFORE, AFTER = datetime(2026, 1, 1), datetime(2026, 1, 2)
MADE_BY = {"areas.csv": "1", "the models": "1"}
TRUST = json.dumps([{"source_name": "a", "field_name": "*", "trust": 50.0}, {"source_name": "b", "field_name": "*", "trust": 40.0}])  # fmt: skip  # noqa: E501


@pytest.fixture
def built() -> duckdb.DuckDBPyConnection:
    """A warehouse with one cell that changed, before any evidence."""
    connection = duckdb.connect()
    create_tables(connection)
    connection.execute(
        """
        create schema seeds; create schema intermediate; create schema marts;
        create table intermediate.int_source_trust as select unnest(['a', 'b']) as source_name, '*' as field_name,
            unnest([50.0, 40.0])::double as trust;
        create table seeds.field_strategies as select unnest(['phone', 'postcode', 'locality']) as field_name,
            unnest(['trust', 'group', 'group']) as strategy;
        create table seeds.match_overrides (left_record_key varchar, right_record_key varchar);
        create table intermediate.int_record_versions (record_key varchar, valid_from timestamp);
        create table intermediate.int_entity_id_log
            (record_key varchar, entity_id varchar, run_id varchar, assigned_at timestamp);
        create table intermediate.int_overrides
            (override_id varchar, author varchar, reason varchar, retired_at timestamp);
        create table marts.entity_claims
            (entity_id varchar, field_name varchar, source_name varchar, source_record_id varchar);
        """
    )
    connection.execute(
        "insert into ops.publications values (1, 'r1', 'r1', 'run', ?, ?, 1, ?, ?, null, null)",
        [BEFORE, BEFORE, TRUST, json.dumps(MADE_BY)],
    )
    return connection


def hand_of(connection: duckdb.DuckDBPyConnection, field: str = "phone", made_by: dict[str, str] = MADE_BY, **cell: list[str]) -> tuple:  # fmt: skip  # noqa: E501
    connection.execute(
        "create or replace temp table changed_cells as select 'tp_1' as entity_id, ? as field_name, "
        "?::varchar[] as records, ?::varchar[] as records_then, null::varchar as hand, null::varchar as why",
        [field, cell.get("now", ["a:1"]), cell.get("then", ["b:1"])],
    )
    find_hands(connection, json.dumps(made_by))
    ((hand, why),) = connection.execute("select hand, why from changed_cells").fetchall()
    return hand, why


def test_where_nothing_else_changed_it_was_time(built):
    assert hand_of(built) == ("time", "time: nothing else changed, but statements age and some expire")


def test_a_first_publication_is_the_sources(built):
    built.execute("delete from ops.publications")

    assert hand_of(built)[0] == "source"


def test_a_correction_among_the_winners_is_a_person_s_hand(built):
    built.execute("insert into intermediate.int_overrides values ('c1', 'Ann', 'I called', null)")

    assert hand_of(built, now=["manual_override:c1"]) == ("correction", "correction: c1 by Ann, I called")


def test_a_correction_that_is_gone_differs_from_one_that_is_retired(built):
    assert hand_of(built, then=["manual_override:c1"])[1] == "correction: c1 is taken back"

    built.execute("insert into intermediate.int_overrides values ('c1', 'Ann', 'I called', timestamp '2026-01-02')")
    assert hand_of(built, then=["manual_override:c1"])[1] == "correction: c1 retired"


def test_a_correction_that_still_wins_has_no_hand_in_it(built):
    assert hand_of(built, now=["manual_override:c1"], then=["manual_override:c1"])[0] == "time"


def test_a_new_version_of_a_winner_outranks_trust(built):
    built.execute("insert into intermediate.int_record_versions values ('a:1', ?)", [AFTER])
    built.execute("update intermediate.int_source_trust set trust = 90 where source_name = 'a'")

    assert hand_of(built) == ("source", "source: a:1 said something new; trust: a 50 -> 90")


def test_a_version_that_was_there_before_is_no_news(built):
    built.execute("insert into intermediate.int_record_versions values ('a:1', ?)", [BEFORE])

    assert hand_of(built)[0] == "time"


def test_trust_outranks_a_new_version_of_a_loser(built):
    built.execute("insert into marts.entity_claims values ('tp_1', 'phone', 'b', '2'), ('tp_2', 'phone', 'a', '9')")
    built.execute("insert into intermediate.int_record_versions values ('b:2', ?), ('a:9', ?)", [AFTER, AFTER])
    built.execute("update intermediate.int_source_trust set trust = 30 where source_name = 'b'")

    assert hand_of(built) == ("trust", "trust: b 40 -> 30; source: b:2 said something new")


def test_trust_of_one_field_moves_the_whole_address(built):
    built.execute("insert into intermediate.int_source_trust values ('a', 'postcode', 90)")
    built.execute("insert into marts.entity_claims values ('tp_1', 'postcode', 'a', '1')")

    assert hand_of(built)[0] == "time"  # of the phone
    assert hand_of(built, field="locality", now=[], then=["b:1"]) == ("trust", "trust: a 50 -> 90")


def test_a_list_that_is_declared_anew_changed_nobody_s_trust(built):
    built.execute("insert into intermediate.int_source_trust values ('clubs', '*', 90)")

    assert hand_of(built, now=["clubs:1"])[0] == "time"


def test_a_record_that_moved_between_entities_is_a_match_s_hand(built):
    built.execute(
        "insert into intermediate.int_entity_id_log values ('a:1', 'tp_2', 'r1', $before), "
        "('a:1', 'tp_1', 'r2', $after), ('b:1', 'tp_1', 'r1', $before), "
        "('c:1', 'tp_1', 'r2', $after)",  # which is new, and moved from nowhere
        {"before": BEFORE, "after": AFTER},
    )

    assert hand_of(built) == ("match", "match: records came from tp_2")

    built.execute("insert into seeds.match_overrides values ('a:1', 'b:1')")
    assert hand_of(built) == ("match", "match: records came from tp_2, as a person decided")


def test_a_text_that_was_read_anew_is_a_reading(built):
    built.execute(
        "insert into extract.extractions by name select 'x' as extraction_id, 'r2' as run_id, 'a' as source_name, "
        "'1' as source_record_id, 'h' as payload_hash, 't' as text, 'rules' as extractor, '5' as extractor_version, "
        "'ok' as status, ?::timestamp as extracted_at",
        [AFTER],
    )

    assert hand_of(built) == ("reading", "reading: a:1 was read anew")


def test_other_seeds_or_models_are_the_rules_by_name(built):
    assert hand_of(built, made_by={"areas.csv": "2", "the models": "1"}) == ("rules", "rules: areas.csv changed")
