"""Commands that change what was landed and build again from it: purge and replay."""

import asyncio
import json
from datetime import timedelta

import duckdb
import pytest

from orchestrate.ledger import utc_now
from orchestrate.purge import purge
from orchestrate.quarantine import list_rejects, replay
from orchestrate.settings import Settings
from tests.orchestrate.conftest import run_in_process

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("mending")]  # one run for all of them


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """A data directory in which one query was run."""
    data_dir = tmp_path_factory.mktemp("mending")
    run_in_process("libraries in leith", data_dir)
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
    (listed,) = list_rejects(settings.warehouse_path, "sport_scotland", run_id)["rejects"]
    assert (listed["kind"], listed["source_record_id"], listed["reason"]) == ("record", feature["id"], "changed type")
    assert list_rejects(settings.warehouse_path, "serper", None)["rejects"] == []

    replayed = asyncio.run(replay(settings, print))

    assert replayed["replayed"] == [{"source": "sport_scotland", "source_record_id": feature["id"]}]
    assert replayed["still_rejected"] == 0
    names = published(settings, "select entity_name from marts.entities")
    assert ("Quarantine Tennis Club",) in names
    assert replayed["entities_published"] == len(names)
    again = asyncio.run(replay(settings, print))
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

    told = asyncio.run(purge(settings, utc_now() + timedelta(days=31), print))

    assert {"source": "google_places", "table": "raw.google_places", "rows": len(ids)} in told["purged"]
    assert {row["source"] for row in told["purged"]} == {"google_places"}
    assert told["left"] == 0
    assert files_with(settings, address) == []
    assert published(settings, "select count(*) from marts.entity_claims where source_name = 'google_places'") == [(0,)]
    assert published(settings, "select entity_id from marts.entities order by all") == entities
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as warehouse:
        kept = warehouse.execute("select source_record_id, payload from raw.google_places order by all").fetchall()
    assert kept == [(place_id, json.dumps({"id": place_id}, separators=(",", ":"))) for (place_id,) in ids]


def files_with(settings, text):
    return [path.name for path in settings.data_dir.rglob("*") if path.is_file() and text in path.read_bytes()]


def test_a_purge_that_came_half_way_is_finished_by_the_next(settings):
    """As if the published file had not been replaced: it still holds a claim that is past its time."""
    with duckdb.connect(str(settings.published_path)) as marts:
        marts.execute(
            "insert into marts.entity_claims by name "
            "select * replace ('google_places' as source_name, timestamp '2020-01-01' as fetched_at) "
            "from marts.entity_claims limit 1"
        )

    told = asyncio.run(purge(settings, utc_now(), print))

    assert (told["purged"], told["left"]) == ([], 0)
    assert told["entities_published"] is not None
