"""The report of a run, where several rows contribute to one number."""

import duckdb
import pytest

from orchestrate.explain.run_report import _nulls, _sources
from orchestrate.store.warehouse import create_tables


@pytest.fixture
def work():
    with duckdb.connect() as connection:
        create_tables(connection)
        yield connection


def test_the_first_reason_for_an_empty_field_counts(work):
    work.execute("insert into extract.uses (extraction_id, run_id, is_reused) values ('e1', 'r1', false)")
    work.execute(
        """
        insert into extract.claims
            (extraction_id, source_name, source_record_id, payload_hash, entity_index, field_name, null_reason,
            extractor)
        values
            ('e1', 'serper', 'a', 'h', 0, 'phone', 'ungrounded_rejected', 'rules'),
            ('e1', 'serper', 'a', 'h', 0, 'phone', 'not_mentioned', 'rules'),
            ('e1', 'serper', 'a', 'h', 0, 'phone', 'budget_skipped', 'llm'),
            ('e1', 'serper', 'a', 'h', 0, 'email', 'not_mentioned', 'rules')
        """
    )

    assert _nulls(work, "r1") == {"budget_skipped": 1, "not_mentioned": 1}


def test_a_source_that_failed_twice_shows_its_latest_error_whole(work):
    work.execute(
        "insert into raw.connector_calls (request_id, run_id, source, attempts, error_kind, error_text, started_at) "
        "values ('q1', 'r1', 'serper', 3, 'timeout', 'too slow', '2026-01-01 10:00:00'), "
        "('q2', 'r1', 'serper', 1, 'bad_credentials', 'a wrong key', '2026-01-01 10:01:00'), "
        "('q3', 'r1', 'serper', 1, null, null, '2026-01-01 10:02:00')"
    )

    (source,) = _sources(work, "r1")

    assert (source["error_kind"], source["error_text"]) == ("bad_credentials", "a wrong key")
