import asyncio
import os
import re
import shutil
import sys
from pathlib import Path

import duckdb
import pytest

from orchestrate.errors import WarehouseError
from orchestrate.settings import SEEDS_DIR
from orchestrate.store.sources import read_sources
from orchestrate.store.warehouse import Warehouse, connect, create_tables, prepare_directory, sole_writer


@pytest.mark.parametrize("name", ["warehouse.duckdb", "clock.duckdb"], ids=["any", "a lock in its name"])
def test_a_file_that_is_not_duckdb_is_named_in_one_sentence(tmp_path, name):
    path = tmp_path / name
    path.write_text("this is a letter, not a database" * 400)

    with pytest.raises(WarehouseError, match=f"{re.escape(name)} is not a DuckDB database"):
        connect(path)

    assert path.read_text().startswith("this is a letter"), "the file is the user's: it is left as it was"


def test_a_long_query_prints_no_bar_among_the_results(tmp_path):
    with connect(tmp_path / "warehouse.duckdb") as connection:
        assert connection.execute("select current_setting('enable_progress_bar')").fetchall() == [(False,)]


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(WarehouseError, match="TRIGPOINT_DATA_DIR"):
        prepare_directory(tmp_path / "file" / "sandbox")


@pytest.mark.parametrize("name", ["o'neill", "which?", "back\\slash"])
def test_an_unusable_data_directory_is_refused_first(tmp_path, name):
    with pytest.raises(WarehouseError, match=r"cannot be opened.*TRIGPOINT_DATA_DIR"):
        prepare_directory(tmp_path / name / "sandbox")

    assert not (tmp_path / name).exists()


def test_every_table_python_writes_is_there_after_opening(tmp_path):
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")

    tables = warehouse.connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables order by 1"
    ).fetchall()
    warehouse.close()

    assert {"ops.runs", "ops.run_stages", "raw.serper", "raw.connector_calls", "extract.claims"} <= {
        table for (table,) in tables
    }


def test_opening_twice_keeps_what_is_in_the_tables(tmp_path):
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    warehouse.connection.execute("insert into ops.build_context values ('r1', '2026-01-01')")
    warehouse.close()

    again = warehouse.connection.execute("select run_id from ops.build_context").fetchall()
    warehouse.close()

    assert again == [("r1",)]


def test_a_file_open_elsewhere_is_said_to_be(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    duckdb.connect(str(path)).close()
    holder = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print('open', flush=True); sys.stdin.read()"

    async def connect_while_held():
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            holder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ},
        )
        await process.stdout.readline()
        try:
            with pytest.raises(WarehouseError, match="open in another program"):
                connect(path)
        finally:
            process.stdin.close()
            await process.wait()

    asyncio.run(connect_while_held())


def test_a_second_writer_waits_and_gives_up(tmp_path):
    messages = []

    async def two_writers():
        async with (
            sole_writer(tmp_path, 'run "libraries in leith"', 5, messages.append),
            sole_writer(tmp_path, "run two", 0.3, messages.append),
        ):
            pytest.fail("two writers at once")

    with pytest.raises(WarehouseError, match=r"libraries in leith.*Waited 0\.3 s"):
        asyncio.run(two_writers())

    assert len(messages) == 1
    assert f"process {os.getpid()}" in messages[0]


def test_a_waiting_writer_gets_its_turn(tmp_path):
    order = []

    async def write(name, hold_seconds):
        async with sole_writer(tmp_path, name, 10, lambda _: None):
            order.append(f"{name} in")
            await asyncio.sleep(hold_seconds)
            order.append(f"{name} out")

    async def both():
        await asyncio.gather(write("first", 0.3), write("second", 0))

    asyncio.run(both())

    assert order == ["first in", "first out", "second in", "second out"]


def test_an_unknown_holder_does_not_break_the_wait(tmp_path):
    async def two_writers():
        async with sole_writer(tmp_path, "one", 5, lambda _: None):
            (tmp_path / "warehouse.holder.json").write_text('{"pid": ')
            async with sole_writer(tmp_path, "two", 0, lambda _: None):
                pytest.fail("two writers at once")

    with pytest.raises(WarehouseError, match="an unknown process"):
        asyncio.run(two_writers())


def test_the_next_command_removes_unfinished_files(tmp_path):
    kept = [tmp_path / "trigpoint.duckdb", tmp_path / "warehouse.duckdb", tmp_path / "warehouse.duckdb.wal"]
    drafts = [
        tmp_path / name for name in (".trigpoint.duckdb.r1", ".trigpoint.duckdb.r1.wal", ".warehouse.duckdb.copy")
    ]
    for path in (*kept, *drafts):
        path.touch()
    (tmp_path / ".trigpoint.duckdb.r1.tmp").mkdir()

    async def hold() -> None:
        async with sole_writer(tmp_path, "run", 1, print):
            pass

    asyncio.run(hold())

    assert {path.name for path in tmp_path.glob("*duckdb*")} == {path.name for path in kept}


def test_each_listed_source_has_a_raw_table(tmp_path):
    seeds = Path(shutil.copytree(SEEDS_DIR, tmp_path / "seeds"))
    listed = seeds / "sources.csv"
    listed.write_text(listed.read_text().replace("openstreetmap,open map", "made_up,open map"))

    with duckdb.connect() as connection:
        create_tables(connection, seeds)
        shapes = connection.execute(
            "select table_name, list(column_name || ' ' || data_type order by column_index) from duckdb_columns() "
            "where schema_name = 'raw' group by table_name having list_contains(list(column_name), 'purged_at')"
        ).fetchall()

    shapes = [(name, columns) for name, columns in shapes if not name.startswith("list")]
    assert {name for name, _ in shapes} == {source.name for source in read_sources(seeds)}
    assert "made_up" in dict(shapes)
    assert {tuple(columns) for _, columns in shapes} == {tuple(shapes[0][1])}
