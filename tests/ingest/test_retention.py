"""Everything past its retention limit is deleted, and nothing else."""

import json
from datetime import datetime, timedelta

from ingest.retention import Terms, count_overdue, delete_overdue, limits, read_terms
from orchestrate.settings import SEEDS_DIR

NOW = datetime(2026, 3, 1, 12)
PLACE = {"id": "a", "displayName": {"text": "A"}, "location": {"latitude": 55.9}, "rating": None}
TERMS = [
    Terms("google_places", ("id",), None),
    Terms("google_places", ("location",), 10),
    Terms("google_places", ("*",), 30),
    Terms("serper", ("*",), None),
]


def land(warehouse, record_id, days_ago, source="google_places"):
    warehouse.execute(
        f"insert into raw.{source} values ('r1', ?, ?, 'h', 'q', ?, 1, null)",
        [record_id, json.dumps(PLACE), NOW - timedelta(days=days_ago)],
    )


def purge(warehouse, terms=TERMS):
    changed = {}
    for limit in limits(terms, NOW):
        for table, rows in delete_overdue(warehouse, limit, NOW).items():
            changed[table] = changed.get(table, 0) + rows
    assert sum(count_overdue(warehouse, limit) for limit in limits(terms, NOW)) == 0
    return {table: rows for table, rows in changed.items() if rows}


def held(warehouse, source="google_places"):
    rows = warehouse.execute(f"select source_record_id, payload, purged_at from raw.{source} order by 1").fetchall()
    return {record_id: (set(json.loads(payload)), purged_at) for record_id, payload, purged_at in rows}


def test_readings_go_with_any_part_of_their_payload(warehouse):
    for record_id, days_ago in {"day 9": 9, "day 10": 10, "day 30": 30}.items():
        land(warehouse, record_id, days_ago)
        warehouse.execute(
            "insert into extract.readings (source_name, source_record_id, payload_hash, field_name, reader_version) "
            "values ('google_places', ?, 'h', 'latitude', 'v'), ('serper', ?, 'h', 'phone', 'v')",
            [record_id, record_id],
        )

    changed = purge(warehouse)

    left = "select source_record_id from extract.readings where source_name = 'google_places'"
    assert warehouse.execute(left).fetchall() == [("day 9",)]
    assert warehouse.execute("select count(*) from extract.readings where source_name = 'serper'").fetchall() == [(3,)]
    assert changed["extract.readings"] == 2


def test_each_group_of_fields_has_its_own_limit(warehouse):
    for record_id, days_ago in {"day 9": 9, "day 10": 10, "day 29": 29, "day 30": 30}.items():
        land(warehouse, record_id, days_ago)

    assert purge(warehouse) == {"raw.google_places": 4}  # three by the first limit, one of them by the second too
    assert held(warehouse) == {
        "day 9": (set(PLACE), None),
        "day 10": (set(PLACE) - {"location"}, None),
        "day 29": (set(PLACE) - {"location"}, None),
        "day 30": ({"id"}, NOW),
    }


def test_fields_without_a_limit_stay(warehouse):
    land(warehouse, "a", 9999, source="serper")

    assert purge(warehouse) == {}
    assert held(warehouse, "serper") == {"a": (set(PLACE), None)}


def test_second_purge_finds_nothing(warehouse):
    land(warehouse, "a", 40)
    purge(warehouse)

    assert purge(warehouse) == {}


def test_source_whose_whole_payload_expires(warehouse):
    land(warehouse, "a", 31, source="serper")

    purge(warehouse, [Terms("serper", ("*",), 30)])

    assert held(warehouse, "serper") == {"a": (set(), NOW)}


def test_rejects_answers_and_readings_go_with_the_content(warehouse):
    old, young = NOW - timedelta(days=31), NOW - timedelta(days=29)
    for moment, name in ((old, "old"), (young, "young")):
        warehouse.execute(
            "insert into raw.rejects values ('r', 'serper', 'q', ?, 'why', '{}', ?, null)", [name, moment]
        )
        warehouse.execute("insert into raw.answers values (?, 'serper', 'r', ?, 1)", [name, moment])
        warehouse.execute(
            "insert into extract.extractions (extraction_id, run_id, source_name, source_record_id, payload_hash, "
            "text, extractor, extractor_version, status, extracted_at) "
            "values (?, 'r', 'serper', 'a', 'h', 'text', 'rules', '1', 'ok', ?)",
            [name, moment],
        )
        warehouse.execute(
            "insert into extract.claims (extraction_id, source_name, source_record_id, payload_hash, entity_index, "
            "field_name, extractor) values (?, 'serper', 'a', 'h', 0, 'phone', 'rules')",
            [name],
        )

    changed = purge(warehouse, [Terms("serper", ("*",), 30)])

    tables = ("raw.rejects", "raw.answers", "extract.claims", "extract.extractions")
    assert changed == dict.fromkeys(tables, 1)
    assert warehouse.execute("select source_record_id from raw.rejects where payload is null").fetchall() == [("old",)]
    for table in ("extract.claims", "extract.extractions"):
        assert warehouse.execute(f"select extraction_id from {table}").fetchall() == [("young",)]
    assert warehouse.execute("select ask_key from raw.answers").fetchall() == [("young",)]


def test_seed_limits_google_to_its_ids_and_pages_to_all_but_their_html_after_thirty_days():
    google, pages = limits(read_terms(SEEDS_DIR / "source_terms.csv"), NOW)

    assert (google.source, google.landed_before, google.kept) == ("google_places", NOW - timedelta(days=30), ("id",))
    assert (pages.source, pages.landed_before, pages.kept) == ("pages", NOW - timedelta(days=30), None)
    assert pages.dropped == ("html",)
