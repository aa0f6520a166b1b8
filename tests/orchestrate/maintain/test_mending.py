"""The commands that change landed data and build again: purge and replay."""

import asyncio
import json
import shutil
from datetime import datetime, timedelta

import duckdb
import pytest

from ingest.retention import Limit
from orchestrate.cli import main
from orchestrate.clock import utc_now
from orchestrate.errors import UsageError
from orchestrate.maintain.purge import count_left, look_for_overdue, purge
from orchestrate.maintain.replay import list_rejects, replay
from orchestrate.settings import Settings
from orchestrate.store.warehouse import Warehouse
from tests.printed import printed

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def settings(one_run, tmp_path_factory):
    """A data directory in which one query was run."""
    data_dir = shutil.copytree(one_run, tmp_path_factory.mktemp("mending") / "data")
    return Settings(mode="sandbox", data_dir=data_dir)


def published(settings, sql):
    with duckdb.connect(str(settings.published_path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_rejected_record_is_listed_and_lands_after_the_fix(settings):
    feature = {
        "type": "Feature",
        "id": "pub_spfotc.99999",
        "geometry": {"type": "Point", "coordinates": [-3.17, 55.97]},
        "properties": {"site_name": "Quarantine Tennis Club", "town": "EDINBURGH"},
    }
    with duckdb.connect(str(settings.warehouse_path)) as warehouse:
        ((run_id,),) = warehouse.execute("select run_id from ops.runs").fetchall()
        warehouse.execute(
            "insert into raw.rejects values (?, 'sport_scotland', 'q', ?, 'changed type', ?, ?, null)",
            [run_id, feature["id"], json.dumps(feature), utc_now()],
        )
    (listed,) = printed(list_rejects(settings.warehouse_path, "sport_scotland", run_id))["rejects"]
    assert (listed["kind"], listed["source_record_id"], listed["reason"]) == ("record", feature["id"], "changed type")
    assert printed(list_rejects(settings.warehouse_path, "serper", None))["rejects"] == []
    with pytest.raises(UsageError, match=r"Unknown source: serpents\. Known: serper, "):
        list_rejects(settings.warehouse_path, "serpents", None)
    with pytest.raises(UsageError, match=f"There is no run r9.*{run_id}"):
        list_rejects(settings.warehouse_path, None, "r9")

    replayed = printed(asyncio.run(replay(settings, print)))

    assert replayed["replayed"] == [{"source": "sport_scotland", "source_record_id": feature["id"]}]
    assert replayed["still_rejected"] == 0
    names = published(settings, "select entity_name from marts.entities")
    assert ("Quarantine Tennis Club",) in names
    assert replayed["entities_published"] == len(names)
    again = printed(asyncio.run(replay(settings, print)))
    assert (again["replayed"], again["entities_published"]) == ([], None)


def test_a_purge_leaves_nothing_of_google_s_but_its_ids(settings):
    with duckdb.connect(str(settings.warehouse_path)) as warehouse:
        addresses = warehouse.execute(
            "select payload ->> '$.formattedAddress' from raw.google_places order by all"
        ).fetchall()
        ids = warehouse.execute("select source_record_id from raw.google_places order by all").fetchall()
    address = addresses[0][0].encode()
    assert files_with(settings, address) != []
    entities = published(settings, "select entity_id from marts.entities order by all")

    moment = utc_now() + timedelta(days=31)
    looked = printed(asyncio.run(look_for_overdue(settings, moment, print)))
    assert files_with(settings, address) != [], "a dry run deletes nothing"

    report = printed(asyncio.run(purge(settings, moment, print)))

    assert (looked["dry_run"], looked["purged"], looked["overdue"]) == (True, [], report["purged"])
    assert {"source": "google_places", "field": "formattedAddress", "rows": len(ids)} in looked["overdue_fields"]
    assert "id" not in {row["field"] for row in looked["overdue_fields"]}
    assert {"source": "google_places", "table": "raw.google_places", "rows": len(ids)} in report["purged"]
    assert {row["source"] for row in report["purged"]} == {"google_places"}
    assert report["left"] == 0
    assert files_with(settings, address) == []
    for mart in ("entity_claims", "record_evidence", "text_evidence"):
        assert published(settings, f"from marts.{mart} where source_name = 'google_places'") == []
    assert published(settings, "select entity_id from marts.entities order by all") == entities
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as warehouse:
        kept = warehouse.execute("select source_record_id, payload from raw.google_places order by all").fetchall()
    assert kept == [(place_id, json.dumps({"id": place_id}, separators=(",", ":"))) for (place_id,) in ids]


def test_a_purge_by_a_day_to_come_only_looks(settings, monkeypatch, capsys):
    monkeypatch.setenv("TRIGPOINT_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr("sys.argv", ["trigpoint", "purge", "--as-of", "2100-01-01"])
    before = settings.warehouse_path.read_bytes()

    with pytest.raises(SystemExit) as ended:
        main()

    printed = capsys.readouterr()
    assert (ended.value.code, "Nothing was deleted." in printed.out) == (0, True)
    assert "add --yes" in printed.err
    assert settings.warehouse_path.read_bytes() == before


def files_with(settings, text):
    return [path.name for path in settings.data_dir.rglob("*") if path.is_file() and text in path.read_bytes()]


OLD, NOW = datetime(2020, 1, 1), datetime(2026, 1, 1)
CLAIM = "create table marts.entity_claims as select '{}' as source_name, timestamp '{}' as fetched_at"
RECORD = (
    "create table marts.record_evidence as "
    "select '{}' as source_name, timestamp '{}' as fetched_at, '{{\"id\": 1, \"tel\": 2}}' as payload"
)
TEXT = "create table marts.text_evidence as select '{}' as source_name, timestamp '{}' as extracted_at"


@pytest.mark.parametrize(
    ("table", "left_of_all", "left_of_some"),
    [
        pytest.param(CLAIM, 1, 0, id="claim"),
        pytest.param(RECORD, 1, 1, id="payload"),
        pytest.param(TEXT, 1, 0, id="text"),
    ],
)
def test_what_the_published_file_still_holds_is_counted(tmp_path, table, left_of_all, left_of_some):
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    everything = Limit("google_places", datetime(2025, 1, 1), kept=("id",), dropped=())
    some_fields = Limit("google_places", datetime(2025, 1, 1), kept=None, dropped=("tel",))

    def left(limit: Limit, source: str, moment: datetime) -> int:
        published = tmp_path / "trigpoint.duckdb"
        published.unlink(missing_ok=True)
        with duckdb.connect(str(published)) as marts:
            marts.execute("create schema marts")
            marts.execute(table.format(source, moment))
        return count_left(warehouse, published, [limit], NOW)

    assert left(everything, "google_places", OLD) == left_of_all
    assert left(some_fields, "google_places", OLD) == left_of_some
    assert left(everything, "google_places", NOW) == 0
    assert left(everything, "serper", OLD) == 0
    warehouse.close()


def test_a_purge_that_came_half_way_is_finished_by_the_next(settings):
    """As if the published file had not been replaced: it still holds a claim that is past its time."""
    with duckdb.connect(str(settings.published_path)) as marts:
        marts.execute(
            "insert into marts.entity_claims by name "
            "select * replace ('google_places' as source_name, timestamp '2020-01-01' as fetched_at) "
            "from marts.entity_claims limit 1"
        )

    result = printed(asyncio.run(purge(settings, utc_now(), print)))

    assert (result["purged"], result["left"]) == ([], 0)
    assert result["entities_published"] is not None
