"""A record that makes a model raise is found, rejected with its reason, and reported; the rest is built."""

import asyncio
import json
from datetime import datetime

import duckdb
import pytest

from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.run.poison import BrokenModel, reject_poison
from orchestrate.store.dbt_project import DbtProject
from orchestrate.store.warehouse import Warehouse, create_tables
from tests.project_copy import copy_project

NOW = datetime(2026, 1, 1)
# A staging that does not cast softly.
STAGING = (
    "create view staging.stg_openstreetmap__places as "
    "select *, (payload ->> '$.n')::integer as n from raw.openstreetmap"
)
VERSIONS = (
    "create table intermediate.int_record_versions as select 'openstreetmap' as source_name, source_record_id, "
    "payload_hash, payload from raw.openstreetmap"
)


@pytest.fixture
def warehouse():
    with duckdb.connect() as connection:
        create_tables(connection)
        connection.execute("create schema staging; create schema intermediate")
        yield connection


def landed(warehouse, *payloads, run_id="r1"):
    for payload in payloads:
        record_id = json.loads(payload)["id"]
        warehouse.execute(
            "insert into raw.openstreetmap values (?, ?, ?, md5(?), 'q1', ?, 1, null)",
            [run_id, record_id, payload, payload, NOW],
        )
    rows = [run_id, len(payloads), len(payloads)]
    warehouse.execute(
        "insert into ops.run_stages values (?, 'ingest', 1, ?, ?, '{\"rejected\": 0, \"repeated\": 0}', 0, 0, '[]')",
        rows,
    )


def ids(warehouse, table="raw.openstreetmap"):
    return [name for (name,) in warehouse.execute(f"select source_record_id from {table} order by all").fetchall()]


def good(number):
    return f'{{"id":"node/{number}","n":{number}}}'


def test_a_build_without_poison_is_left_as_it_is(warehouse):
    landed(warehouse, good(1), good(2))
    warehouse.execute(STAGING)

    assert reject_poison(warehouse, [], NOW) == []
    assert ids(warehouse) == ["node/1", "node/2"]


def test_each_record_that_raises_is_found_and_kept(warehouse):
    bad = ['{"id":"node/bad", "n": "two"}', '{"id":"node/worse","n":99999999999}']
    landed(warehouse, *map(good, range(50)), *bad)
    warehouse.execute(STAGING)

    sentences = reject_poison(warehouse, [], NOW)

    assert [sentence.partition(":")[0] for sentence in sentences] == [
        "openstreetmap node/bad cannot be used",
        "openstreetmap node/worse cannot be used",
    ]
    rows = warehouse.execute(
        "select run_id, request_id, payload, reason, rejected_at from raw.rejects order by payload"
    )
    kept = rows.fetchall()
    assert [row[2] for row in kept] == bad
    assert all("Conversion Error" in reason for *_, reason, _ in kept)
    assert {(run_id, request_id, at) for run_id, request_id, _, _, at in kept} == {("r1", "q1", NOW)}
    assert len(ids(warehouse)) == 50
    assert warehouse.execute("select count(*) from staging.stg_openstreetmap__places").fetchone() == (50,)


def test_every_run_that_landed_it_counts_it_as_rejected(warehouse):
    bad = '{"id":"node/bad","n":"two"}'
    landed(warehouse, good(1), bad, run_id="r1")
    landed(warehouse, bad, run_id="r2")
    warehouse.execute("insert into raw.answers values ('k', 'openstreetmap', 'r1', ?, 2)", [NOW])
    warehouse.execute(STAGING)

    reject_poison(warehouse, [], NOW)

    stages = warehouse.execute(
        "select rows_in, rows_out, losses, errors from ops.run_stages order by run_id"
    ).fetchall()
    assert [(i, o, json.loads(losses)["rejected"]) for i, o, losses, _ in stages] == [(2, 1, 1), (1, 0, 1)]
    assert all("node/bad" in errors for *_, errors in stages)
    assert warehouse.execute("select records from raw.answers").fetchone() == (1,)


def test_a_record_replayed_too_early_becomes_a_reject_again(warehouse):
    bad = '{"id":"node/bad","n":"two"}'
    landed(warehouse, bad)
    warehouse.execute(
        "insert into raw.rejects values ('r1', 'openstreetmap', 'q1', 'node/bad', 'once', ?, ?, ?)", [bad, NOW, NOW]
    )
    warehouse.execute(STAGING)

    sentences = reject_poison(warehouse, [], NOW)

    assert len(sentences) == 1
    assert warehouse.execute("select count(*), count(replayed_at) from raw.rejects").fetchone() == (1, 0)
    assert warehouse.execute("select rows_out from ops.run_stages").fetchone() == (1,), "it was counted the first time"


def test_a_record_that_breaks_a_later_model_is_found(warehouse):
    landed(warehouse, *map(good, range(9)), '{"id":"node/bad","n":"two"}')
    warehouse.execute(VERSIONS)
    model = BrokenModel(
        "int_record_claims", "select (payload ->> '$.n')::integer from intermediate.int_record_versions"
    )

    sentences = reject_poison(warehouse, [model], NOW)

    assert len(sentences) == 1
    assert ids(warehouse, "raw.rejects") == ["node/bad"]
    assert len(ids(warehouse)) == 9


def test_a_model_that_fails_without_records_blames_none(warehouse):
    landed(warehouse, good(1), good(2))
    warehouse.execute(VERSIONS)

    sentences = reject_poison(warehouse, [BrokenModel("m", "select * from nowhere")], NOW)

    assert sentences == []
    assert ids(warehouse) == ["node/1", "node/2"]


@pytest.mark.slow
def test_a_model_that_fails_over_an_empty_warehouse(warehouse):
    warehouse.execute(STAGING)
    warehouse.execute(VERSIONS)

    assert reject_poison(warehouse, [BrokenModel("m", "select * from nowhere")], NOW) == []


def test_a_build_goes_on_without_the_records_that_broke_it(tmp_path):
    """A model that raises on some records, as one of ours may yet."""
    project = DbtProject(copy_project(tmp_path / "project"), tmp_path / "warehouse.duckdb", tmp_path / "dbt")
    model = project.project_dir / "models" / "staging" / "sport_scotland" / "stg_sport_scotland__places.sql"
    landed = "{{ landed_versions('sport_scotland') }}"
    raising = f"select * from ({landed}) where if(contains(payload, 'BAD'), error('bad name'), true)"
    assert landed in model.read_text()
    model.write_text(model.read_text().replace(landed, raising))
    for path in (project.project_dir / "models").rglob("*.sql"):  # views, tables, and tables that keep rows
        path.write_text(f"{path.read_text()}\n-- The last line of a model may be a comment.")
    warehouse = Warehouse(project.warehouse)
    for number in range(20):
        name = "BAD" if number in (7, 13) else f"Club {number}"
        payload = json.dumps({"id": f"a.{number}", "properties": {"site_name": name}})
        warehouse.connection.execute(
            "insert into raw.sport_scotland values ('r1', ?, ?, md5(?), 'q1', ?, 1, null)",
            [f"a.{number}", payload, payload, NOW],
        )
    warehouse.connection.execute("insert into ops.build_context values ('r1', ?)", [NOW])
    warehouse.close()

    # A run leaves the grain of staging out, too (selector `run`).
    selection = ("--select", "+int_record_versions", "--exclude", "test_name:one_row_per")
    report = asyncio.run(DbtProcess(project).build(*selection, "--indirect-selection=cautious"))

    assert report.failures == ()
    assert [sentence.partition(" cannot")[0] for sentence in report.rejected] == [
        "sport_scotland a.13",
        "sport_scotland a.7",
    ]
    assert "bad name" in report.rejected[0]
    built = warehouse.connection.execute("select count(*) from intermediate.int_record_versions").fetchone()
    assert built == (18,)
    warehouse.close()
