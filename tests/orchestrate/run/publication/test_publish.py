import asyncio
import os
import signal
from datetime import datetime
from functools import partial

import duckdb
import pytest

from orchestrate.run.dbt_runner import PROCESSES
from orchestrate.run.publication.copies import copied_ahead
from orchestrate.run.publication.publish import publish
from orchestrate.run.publication.scope import MARTS_KEPT
from orchestrate.store.warehouse import sole_writer

OUTCOME = {"status": "completed", "ended_at": datetime(2026, 1, 1, 12), "entities_published": 1}


@pytest.fixture
def warehouse(tmp_path):
    """A work file with two marts, in a directory whose name holds a quote."""
    path = tmp_path / "o'neill" / "warehouse.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema ops; create schema marts;
            create table ops.runs as select * from (values
                ('r1', 'running', null::timestamp, null::bigint)
            ) as t (run_id, status, ended_at, entities_published);
            create view marts.runs as from ops.runs;
            create table marts.entities as select 'tp_1' as entity_id, 'Powerleague' as entity_name;
            comment on column marts.entities.entity_id is 'Minted once; it''s kept';
            """
        )
    return path


def read(path, sql):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_published_file_has_the_outcome_of_its_run(warehouse, tmp_path):
    published = tmp_path / "trigpoint.duckdb"

    assert publish(warehouse, published, "r1", OUTCOME, lambda: False)

    assert read(published, "from marts.runs") == [("r1", "completed", datetime(2026, 1, 1, 12), 1)]
    assert read(published, "from marts.entities") == [("tp_1", "Powerleague")]


def test_descriptions_travel_with_the_data(warehouse, tmp_path):
    published = tmp_path / "trigpoint.duckdb"

    publish(warehouse, published, "r1", OUTCOME, lambda: False)

    assert read(published, "select comment from duckdb_columns() where column_name = 'entity_id' and not internal") == [
        ("Minted once; it's kept",)
    ]


def test_the_published_file_opens_in_every_duckdb_from_1_1_on(warehouse, tmp_path):
    """Its header says which form it has: 64 is what DuckDB 1.0 wrote, and what each one since 1.1 reads."""
    published = tmp_path / "trigpoint.duckdb"

    publish(warehouse, published, "r1", OUTCOME, lambda: False)

    header = published.read_bytes()[8:20]
    assert (header[:4], int.from_bytes(header[4:], "little")) == (b"DUCK", 64)
    assert read(published, "select tags['storage_version'] from duckdb_databases() where path is not null") == [
        ("v1.0.0+",)
    ]


def test_whoever_reads_the_old_version_keeps_reading_it(warehouse, tmp_path):
    published = tmp_path / "trigpoint.duckdb"
    publish(warehouse, published, "r1", OUTCOME, lambda: False)
    reader = duckdb.connect(str(published), read_only=True)

    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("insert into marts.entities values ('tp_2', 'Goals')")
    publish(warehouse, published, "r1", OUTCOME, lambda: False)

    assert reader.execute("select count(*) from marts.entities").fetchall() == [(1,)]
    reader.close()
    assert read(published, "select count(*) from marts.entities") == [(2,)]


def test_a_cancelled_run_keeps_the_published_file(warehouse, tmp_path):
    published = tmp_path / "trigpoint.duckdb"
    publish(warehouse, published, "r1", OUTCOME, lambda: False)
    before = published.read_bytes()

    assert not publish(warehouse, published, "r2", OUTCOME, lambda: True)

    assert published.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o'neill", "trigpoint.duckdb"]


def test_a_failed_copy_keeps_the_published_file(warehouse, tmp_path):
    published = tmp_path / "trigpoint.duckdb"
    publish(warehouse, published, "r1", OUTCOME, lambda: False)
    before = published.read_bytes()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create view marts.broken as select 1 / (select 0)::integer as x, error('no') as y")

    with pytest.raises(duckdb.Error):
        publish(warehouse, published, "r1", OUTCOME, lambda: False)

    assert published.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o'neill", "trigpoint.duckdb"]


@pytest.fixture
def ranked(warehouse, tmp_path):
    """A published file of two entities, and a build after it that ranked the first, and found the second gone."""
    published = tmp_path / "trigpoint.duckdb"
    marts = [mart for mart in MARTS_KEPT if mart != "entities"]
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            """
            create or replace table marts.entities as select * from (values
                ('tp_1', 'Powerleague', 'powerleague'), ('tp_2', 'Goals', 'goals-000002'), ('tp_3', 'Gym', 'gym'),
                ('tp_4', 'Goals', 'goals-000004')
            ) as t (entity_id, entity_name, slug);
            create table ops.publications as select 1 as publication_no;
            create view marts.publications as from ops.publications;
            create table ops.cell_changes as select 1 as publication_no, 'tp_1' as entity_id;
            create view marts.published_changes as from ops.cell_changes;
            create table ops.build_scope as select 'all' as scope;
            create schema intermediate;
            create table intermediate.int_entity_moments as
                select *
                from (values ('tp_1', 'changed'), ('tp_2', 'gone'), ('tp_3', null), ('tp_4', null))
                    as t (entity_id, ranked_because);
            create table intermediate.int_entity_slugs as
                select * from (values ('tp_1', 'gym-1'), ('tp_3', 'gym-3')) as t (entity_id, slug);
            create table intermediate.int_entity_names as
                select *
                from (values ('tp_1', 'gym'), ('tp_3', 'gym'), ('tp_4', 'goals')) as t (entity_id, wanted_slug);
            create table intermediate.int_entities_reached as select 'tp_2' as entity_id;
            create table marts.entity_id_events as select * from (values
                ('tp_0', 'mint', 1), ('tp_0', 'retire', 1), ('tp_1', 'mint', 1), ('tp_2', 'mint', 1),
                ('tp_3', 'mint', 1)
            ) as t (entity_id, event, happened_at);
            """
        )
        for mart in marts:
            connection.execute(f"create table marts.{mart} as select entity_id, 'before' as value from marts.entities")
    publish(warehouse, published, "r1", OUTCOME, lambda: False)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            """
            update ops.build_scope set scope = 'changed';
            insert into ops.publications values (2);
            update ops.cell_changes set entity_id = 'a build of what changed does not look at it';
            insert into ops.cell_changes values (2, 'tp_2');
            delete from marts.entities where entity_id = 'tp_2';
            update marts.entities set entity_name = 'Gym', slug = 'gym-1' where entity_id = 'tp_1';
            update marts.entities set entity_name = 'not ranked, so not copied', slug = 'gym-3'
            where entity_id = 'tp_3';
            update marts.entities set slug = 'goals' where entity_id = 'tp_4'; -- its name is no longer that of another
            update marts.entity_id_events set happened_at = 2 where event = 'retire';
            insert into marts.entity_id_events values ('tp_2', 'retire', 2);
            update marts.entity_id_events set happened_at = 3 where entity_id = 'tp_3'; -- not reached, so not copied
            """
        )
        for mart in marts:
            connection.execute(f"delete from marts.{mart} where entity_id = 'tp_1'")
            connection.execute(f"insert into marts.{mart} values ('tp_1', 'now'), ('tp_1', 'now, too')")
            connection.execute(f"delete from marts.{mart} where entity_id = 'tp_2'")
    return published


@pytest.mark.parametrize("is_copied_ahead", [False, True])
def test_a_build_of_what_changed_publishes_the_change(warehouse, ranked, is_copied_ahead):
    with copied_ahead(ranked, is_wanted=is_copied_ahead) as copied:
        publish(warehouse, ranked, "r2", OUTCOME, lambda: False, copied=copied)

    assert read(ranked, "from marts.entities order by all") == [
        ("tp_1", "Gym", "gym-1"), ("tp_3", "Gym", "gym-3"), ("tp_4", "Goals", "goals"),
    ]  # fmt: skip
    for mart in MARTS_KEPT[1:]:
        rows = read(ranked, f"from marts.{mart} order by all")
        assert rows == [("tp_1", "now"), ("tp_1", "now, too"), ("tp_3", "before"), ("tp_4", "before")]
    assert read(ranked, "from marts.published_changes order by all") == [(1, "tp_1"), (2, "tp_2")]
    assert read(ranked, "from marts.entity_id_events order by all") == [
        ("tp_0", "mint", 1), ("tp_0", "retire", 2), ("tp_1", "mint", 1),
        ("tp_2", "mint", 1), ("tp_2", "retire", 2), ("tp_3", "mint", 1),
    ]  # fmt: skip
    assert read(ranked, "select max(publication_no) from marts.publications") == [(2,)]
    assert read(ranked, "select count(*) from duckdb_columns() where comment is not null and not internal") == [(0,)]


def test_a_change_publishes_what_a_description_says_now(warehouse, ranked):
    for text in ("One row per kind.", "One row per kind of place."):
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(f"comment on table marts.entity_kinds is '{text}'")
            connection.execute("comment on column marts.entity_kinds.value is 'It stays.'")
        publish(warehouse, ranked, "r2", OUTCOME, lambda: False)
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute("insert into ops.publications select max(publication_no) + 1 from ops.publications")

        assert read(ranked, "select comment from duckdb_tables() where comment is not null") == [(text,)]
        assert read(ranked, "select comment from duckdb_columns() where comment is not null and not internal") == [
            ("It stays.",)
        ]


def test_a_cancelled_build_leaves_no_copy(warehouse, ranked):
    before = ranked.read_bytes()

    with copied_ahead(ranked, is_wanted=True) as copied:
        assert not publish(warehouse, ranked, "r2", OUTCOME, lambda: True, copied=copied)

    assert ranked.read_bytes() == before
    assert [path.name for path in ranked.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    "otherwise",
    [
        "insert into ops.publications values (3)",  # what was ranked in between is not published
        "update ops.build_scope set scope = 'all'",
    ],
)
def test_without_the_state_before_the_whole_is_published(warehouse, ranked, otherwise):
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(otherwise)

    publish(warehouse, ranked, "r2", OUTCOME, lambda: False)

    assert read(ranked, "select entity_name from marts.entities where entity_id = 'tp_3'") == [
        ("not ranked, so not copied",)
    ]


def publish_and_die(warehouse, published, *, before_rename):
    """Publish in a process that ends by `kill -9`."""
    die = partial(os.kill, os.getpid(), signal.SIGKILL)
    publish(warehouse, published, "r2", OUTCOME, die if before_rename else bool)
    die()


async def publish_next(warehouse, published):
    async with sole_writer(published.parent, "build", 1, print):
        publish(warehouse, published, "r3", OUTCOME, lambda: False)


@pytest.mark.parametrize("before_rename", [True, False])
def test_after_kill_9_before_or_after_the_rename_readers_have_one_whole_version(warehouse, ranked, before_rename):
    before = ["tp_1", "tp_2", "tp_3", "tp_4"]
    entities, claims = ["tp_1", "tp_3", "tp_4"], ["tp_1", "tp_1", "tp_3", "tp_4"]
    killed = PROCESSES.Process(
        target=publish_and_die, args=(warehouse, ranked), kwargs={"before_rename": before_rename}
    )
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL

    for mart, after in (("entities", entities), ("entity_claims", claims), ("entity_history", claims)):
        rows = read(ranked, f"select entity_id from marts.{mart} order by all")
        assert [entity for (entity,) in rows] == (before if before_rename else after)

    with duckdb.connect(str(warehouse)) as connection:  # as after every build that was not published
        connection.execute("update ops.build_scope set scope = 'all'")
    asyncio.run(publish_next(warehouse, ranked))

    assert [entity for (entity,) in read(ranked, "select entity_id from marts.entity_claims order by all")] == claims
    assert [path.name for path in ranked.parent.iterdir() if path.name.startswith(".")] == []
