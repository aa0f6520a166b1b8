"""A list lands whole or not at all, and only when its content is another one."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import duckdb
import pytest

from ingest.errors import SourceError
from ingest.landing.payloads import payload_hash
from ingest.lists.declaration.contract import ListContract
from ingest.lists.landing import ListLanding, look_at
from ingest.lists.mapping import map_lists
from ingest.lists.memory import MEMORY
from orchestrate.store.warehouse import create_tables

NOON = datetime(2026, 1, 1, 12)
CLUBS = "club_id,Name,Tel\nc1,Braid TC,0131 496 0001\nc2,Thistle TC,0131 496 0002\n"


@pytest.fixture
def warehouse(tmp_path):
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        create_tables(connection)
        yield connection


@pytest.fixture
def land(warehouse, tmp_path):
    """Lands the text as the list `clubs`; the outcome of it."""

    def landed(text, run="r1", hours=0, **contract):
        if text is not None:
            (tmp_path / "clubs.csv").write_text(text, newline="")
        landing = ListLanding(warehouse, tmp_path, tmp_path / "dlt", run, NOON + timedelta(hours=hours))
        return landing.land([of_clubs(**contract)])[0]

    return landed


def of_clubs(**contract):
    return ListContract.model_validate(
        {"source": "clubs", "location": "clubs.csv", "format": "csv", "id": ["club_id"], "licence": {"name": "own"}}
        | {"columns": {"entity_name": "Name", "phone": "Tel"}}
        | contract
    )


def rows(warehouse, sql):
    return warehouse.execute(sql).fetchall()


def test_each_row_is_a_record_with_its_payload_its_hash_and_its_call(warehouse, land):
    outcome = land(CLUBS)

    assert (outcome.state, outcome.records, outcome.fetched, outcome.rejected) == ("landed", 2, 2, 0)
    ((record, payload, fingerprint, rank, fetched_at, request),) = rows(
        warehouse,
        "select source_record_id, payload, payload_hash, result_rank, fetched_at, request_id from raw.lists "
        "where source_record_id = 'c1'",
    )
    assert (record, rank, fetched_at) == ("c1", 2, NOON)
    assert payload == '{"club_id":"c1","Name":"Braid TC","Tel":"0131 496 0001"}'
    assert fingerprint == payload_hash(json.loads(payload))
    ((method, url, body, records),) = rows(
        warehouse, f"select method, url, request_body, records from raw.connector_calls where request_id = '{request}'"
    )
    assert (method, url[:7], url[-10:], records) == ("READ", "file://", "/clubs.csv", 2)
    assert len(json.loads(body)["sha256"]) == 64
    assert rows(warehouse, "select entity_name, phone from raw.list_fields order by all") == [
        (["Braid TC"], ["0131 496 0001"]),
        (["Thistle TC"], ["0131 496 0002"]),
    ]


def test_the_order_of_the_columns_makes_no_other_version(warehouse, land):
    land("club_id,Name\nc1,Braid TC\n", columns={"entity_name": "Name"})
    land("Name,club_id\nBraid TC,c1\n", "r2", 1, columns={"entity_name": "Name"})

    assert len(rows(warehouse, "select distinct payload_hash from raw.lists")) == 1


def test_an_unchanged_list_is_not_landed_again(warehouse, land):
    land(CLUBS)

    again = land(None, "r2", 1)
    touched = land(CLUBS, "r3", 2)
    after_its_time = land(None, "r4", 100)

    assert [one.state for one in (again, touched, after_its_time)] == ["unchanged"] * 3
    assert (again.records, again.since) == (2, NOON)
    assert len(rows(warehouse, "from raw.lists")) == 2
    assert rows(warehouse, "select checked_at from raw.list_loads") == [(NOON + timedelta(hours=100),)]


@pytest.mark.parametrize("change", [{"id": ["Name"]}, {"id": "made"}, {"options": {"quote": "'"}}])
def test_another_way_of_reading_reads_the_same_file_again(land, change):
    land(CLUBS)

    assert land(None, "r2", 1, **change).state == "landed"


def test_a_changed_mapping_needs_no_file(warehouse, land, tmp_path):
    land(CLUBS)
    (tmp_path / "clubs.csv").unlink()

    map_lists(warehouse, [of_clubs(columns={"entity_name": "Tel"})])

    assert rows(warehouse, "select entity_name, phone from raw.list_fields order by all") == [
        (["0131 496 0001"], None),
        (["0131 496 0002"], None),
    ]


def test_rows_are_mapped_a_few_at_a_time_and_a_row_of_two_loads_once(warehouse, land, monkeypatch):
    monkeypatch.setattr("ingest.lists.mapping.BATCH_ROWS", 2)
    land(CLUBS + "c3,Sorrel TC,\nc4,Tern TC,\nc5,Wren TC,\n")
    land(CLUBS + "c6,Larch TC,\n", "r2", 30)

    map_lists(warehouse, [of_clubs(columns={"entity_name": "Name"})])

    names = rows(warehouse, "select entity_name[1], phone from raw.list_fields order by all")
    clubs = ("Braid TC", "Larch TC", "Sorrel TC", "Tern TC", "Thistle TC", "Wren TC")
    assert names == [(name, None) for name in clubs]


def test_a_list_is_mapped_again_if_rows_that_were_mapped_go(warehouse, land):
    land(CLUBS)
    mapped = warehouse.execute("from raw.list_fields order by all").fetchall()
    warehouse.execute("delete from raw.list_fields")

    map_lists(warehouse, [of_clubs()])

    assert len(mapped) == 2
    assert warehouse.execute("from raw.list_fields order by all").fetchall() == mapped


def test_a_mapping_that_fails_keeps_what_the_one_of_before_gave(warehouse, land, tmp_path):
    land(CLUBS)
    before = rows(warehouse, "select * from raw.list_fields order by source_record_id")

    with pytest.raises(SourceError):
        map_lists(warehouse, [of_clubs(columns={"entity_name": {"sql": 'cast("Name" as integer)'}})])

    assert rows(warehouse, "select * from raw.list_fields order by source_record_id") == before
    assert not (tmp_path / "mapped.parquet").exists()


def test_landing_takes_little_memory_and_leaves_the_limit_as_it_was(warehouse, land, monkeypatch):
    limit = "select current_setting('memory_limit')"
    seen = []
    monkeypatch.setattr("ingest.lists.landing.record_load", lambda connection, *_: seen.extend(rows(connection, limit)))
    before = rows(warehouse, limit)

    land(CLUBS)

    assert (seen, rows(warehouse, limit)) == ([(MEMORY,)], before)


def test_what_a_new_load_does_not_have_is_lost_by_name(land):
    land(CLUBS)
    fewer = "club_id,Name,Tel,Fax\nc1,Braid TC,0131 496 0001,\n"

    replaced = land(fewer, "r2", 1)

    assert (replaced.lost, replaced.lost_names, replaced.new_columns) == (1, ("Thistle TC",), ("Fax",))


def test_ids_that_change_are_other_records_and_the_old_ones_are_lost_by_name(warehouse, land):
    land(CLUBS)

    outcome = land(CLUBS.replace("c1,", "x1,").replace("c2,", "x2,"), "r2", 30)

    assert (outcome.landed, outcome.lost, outcome.lost_names) == (2, 2, ("Braid TC", "Thistle TC"))
    assert rows(warehouse, "select source_record_id from raw.lists where run_id = 'r2' order by all") == [
        ("x1",),
        ("x2",),
    ]


def landed_in(warehouse, run):
    landed = rows(warehouse, f"select source_record_id from raw.lists where run_id = '{run}' order by 1")
    return [record_id for (record_id,) in landed]


def test_only_the_rows_that_differ_land_again(warehouse, land):
    land(CLUBS + "c3,Links TC,\n")

    again = land("club_id,Name,Tel\nc4,Wren TC,\nc3,Links Tennis,\nc1,Braid TC,0131 496 0001\n", "r2", 1)

    assert (again.records, again.fetched, again.landed, again.lost, again.lost_names) == (3, 3, 3, 1, ("Thistle TC",))
    assert landed_in(warehouse, "r2") == ["c3", "c4"]
    assert rows(warehouse, "select run_id, is_whole, rows_landed from raw.list_loads order by all") == [
        ("r1", True, 3),
        ("r2", False, 3),
    ]
    assert len(rows(warehouse, "from raw.list_fields")) == 5


def test_a_row_that_left_and_comes_back_lands_again(warehouse, land):
    land(CLUBS)
    fewer, more = CLUBS[: CLUBS.index("c2")], CLUBS + "c3,Links TC,\n"

    outcomes = [land(text, f"r{run}", run) for run, text in enumerate((fewer, CLUBS, more, fewer), start=2)]

    assert [(one.records, one.lost) for one in outcomes] == [(1, 1), (2, 0), (3, 0), (1, 2)]
    assert [landed_in(warehouse, f"r{run}") for run in (2, 3, 4, 5)] == [[], ["c2"], ["c3"], []]


@pytest.mark.parametrize(
    ("hours", "contract", "landed"),
    [(5 * 24, {}, []), (6 * 24, {}, ["c1"]), (1, {"retention_days": 30}, ["c1"]), (1, {"rows": "append"}, [])],
)
def test_a_row_that_is_the_same_lands_again_when_it_is_old_or_may_expire(warehouse, land, hours, contract, landed):
    land(CLUBS, **contract)

    land(CLUBS[: CLUBS.index("c2")], "r2", hours, **contract)

    assert landed_in(warehouse, "r2") == landed


def test_a_row_that_was_purged_lands_again(warehouse, land):
    land(CLUBS)
    warehouse.execute("update raw.lists set payload = '{}', purged_at = fetched_at where source_record_id = 'c2'")

    land(CLUBS + "c3,Links TC,\n", "r2", 1)

    assert landed_in(warehouse, "r2") == ["c2", "c3"]


def test_an_appended_list_loses_nothing(land):
    land(CLUBS, rows="append")

    assert land("club_id,Name,Tel\nc3,Links TC,\n", "r2", 1, rows="append").lost == 0


def test_rows_without_a_usable_id_and_ids_given_twice_are_rejected_or_counted(warehouse, land):
    text = CLUBS + "c1,Braid TC,0131 496 0001\nc1,Another,\n,Nameless id,\nc4,Ragged,1,2,3\n c5 ,Spaced,\n"

    outcome = land(text)

    assert (outcome.fetched, outcome.landed, outcome.repeated, outcome.rejected) == (7, 3, 1, 3)
    assert rows(warehouse, "select source_record_id, reason from raw.rejects order by reason") == [
        (None, "no usable id"),
        (None, "row 7: 5 cells under 3 headings"),
        ("c1", "the id c1 is given twice, with another content"),
    ]
    assert rows(warehouse, "select source_record_id from raw.lists order by 1") == [("c1",), ("c2",), ("c5",)]


def test_an_id_can_be_made_of_name_address_and_point(warehouse, land):
    text = "Name,Street\nBraid TC,1 High St\nBraid TC,2 High St\nBraid TC,1 High St\n"

    outcome = land(text, id="made", columns={"entity_name": "Name", "street_address": "Street"})

    assert (outcome.landed, outcome.repeated) == (2, 1)
    assert all(record.startswith("made_") for (record,) in rows(warehouse, "select source_record_id from raw.lists"))


UNREADABLE = {"entity_name": "Name", "rating": {"sql": "Tel::integer"}}


@pytest.mark.parametrize(
    ("text", "contract", "sentence"),
    [
        pytest.param(CLUBS, {"columns": {"entity_name": "Club"}}, "has no column `Club`, which", id="no-such-column"),
        pytest.param(CLUBS, {"id": ["ID"]}, "has no column `ID`, which", id="no-id-column"),
        pytest.param("club_id,Name,Tel\n,a,\n,b,\n", {}, "none of 2 rows can land (no usable id)", id="no-row-lands"),
        pytest.param("club_id,Name,Tel\n", {}, "a header and no rows", id="header-only"),
        pytest.param(CLUBS, {"location": "none.csv"}, "none.csv", id="no-file"),
        pytest.param(CLUBS, {"columns": UNREADABLE}, "a mapping fails", id="mapping"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_read_lands_nothing_and_keeps_what_it_had(warehouse, land, text, contract, sentence):
    before = land("club_id,Name,Tel\nc9,Held,\n")

    failed = land(text, "r2", 1, **contract)

    assert (failed.state, failed.records, failed.since) == ("failed", 1, before.since)
    assert sentence in failed.sentence
    assert rows(warehouse, "select payload from raw.lists semi join raw.list_loads using (source_name, run_id)") == [
        ('{"club_id":"c9","Name":"Held","Tel":null}',)
    ]
    assert rows(warehouse, "select entity_name from raw.list_fields") == [(["Held"],)]
    assert rows(warehouse, "select count(*) from raw.connector_calls where error_text is not null") == [(1,)]


@pytest.mark.parametrize(("header", "lost"), [("Name,Tel", "club_id"), ("club_id,Tel", "Name")])
def test_a_list_that_loses_its_id_or_name_column_keeps_what_it_had(land, header, lost):
    land(CLUBS)

    failed = land(f"{header}\na,b\n", "r2", 1)

    assert f"has lost the column `{lost}`" in failed.sentence


def test_a_mapped_column_that_is_gone_is_reported(land):
    land(CLUBS)

    assert land("club_id,Name\nc1,Braid TC\n", "r2", 1).gone_columns == ("Tel",)


def test_what_a_load_that_broke_off_left_behind_goes(warehouse, land):
    land(CLUBS)
    warehouse.execute("insert into raw.lists by name select * replace ('broken' as run_id) from raw.lists")

    land(None, "r2", 1)

    assert rows(warehouse, "select distinct run_id from raw.lists") == [("r1",)]


def test_a_plan_knows_what_a_run_will_read(warehouse, land, tmp_path):
    before = look_at(of_clubs(location="none.csv"), tmp_path, warehouse, NOON)
    land(CLUBS)
    same = look_at(of_clubs(), tmp_path, warehouse, NOON)
    (tmp_path / "clubs.csv").write_text(CLUBS + "c3,Links TC,\n")
    changed = look_at(of_clubs(), tmp_path, warehouse, NOON)

    assert [one.state for one in (before, same, changed)] == ["failed", "unchanged", "to_read"]
    assert (changed.records, changed.since) == (2, NOON)
