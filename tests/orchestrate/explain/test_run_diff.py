"""Changes between runs, from the published record, and a what-if of trust, compared with a full build."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestrate.contracts.changes import Publication
from orchestrate.errors import UsageError, WarehouseError
from orchestrate.explain.run_diff import diff_runs, find_publication
from orchestrate.explain.trust_whatif import models_between, what_if
from orchestrate.maintain.rebuild import rebuild
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.run.progress.events import Step
from orchestrate.seeds.files import read_seed
from orchestrate.settings import SEEDS_DIR, Settings
from orchestrate.store.dbt_project import DbtProject, dbt_project
from orchestrate.store.sql_macros import rendered_sql
from orchestrate.store.warehouse import Warehouse, sole_writer
from tests.orchestrate.conftest import World
from tests.printed import printed
from tests.project_copy import copy_project

HEADER = "source_name,field_name,trust\n"
DAY = timedelta(days=1)

# --- two publications -------------------------------------------------------------------------------------


def publication(number: int, build_id: str) -> Publication:
    at = datetime(2026, 1, number)
    return Publication(
        publication_no=number, build_id=build_id, command="run", as_of=at, published_at=at, run_id=None, query=None
    )


KNOWN = [publication(1, "2026-a1"), publication(2, "2026-a2"), publication(3, "2026-a")]
FAILED = {"2026-b1": "failed"}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param("2026-a2", "2026-a2", id="its id"),
        pytest.param("2026-a1", "2026-a1", id="the start of it"),
        pytest.param("2026-a", "2026-a", id="an id that others begin with"),
        pytest.param("latest", "2026-a", id="latest"),
        pytest.param("previous", "2026-a2", id="previous"),
    ],
)
def test_a_publication_is_found_by(wanted, found):
    assert find_publication(KNOWN, wanted, FAILED).build_id == found


@pytest.mark.parametrize(
    ("known", "wanted", "sentence"),
    [
        pytest.param(KNOWN, "2025", 'no run or build "2025". The last ones are 2026-a1, ', id="unknown"),
        pytest.param(KNOWN, "", 'There is no run or build ""', id="blank"),
        pytest.param(KNOWN, "2026-", "3 publications begin with .*, such as 2026-a1, .* Give more of", id="ambiguous"),
        pytest.param(KNOWN, "2026-b", "The run 2026-b1 has no recorded publication .it is failed", id="failed"),
        pytest.param(KNOWN[:1], "previous", "There is no previous publication: there are 1 so far", id="no previous"),
    ],
)
def test_a_publication_that_cannot_be_found_is_one_sentence(known, wanted, sentence):
    with pytest.raises(UsageError, match=sentence):
        find_publication(known, wanted, FAILED)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "trigpoint.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema marts;
            create table marts.entities as select 'tp_1' as entity_id, 'club' as slug, 'Club' as entity_name;
            create table marts.runs as select * from (values ('r1', 'one', 'completed'), ('r9', 'nine', 'failed'))
                as t (run_id, query, status);
            create table marts.publications as select *, timestamp '2026-01-01' as as_of,
                timestamp '2026-01-01' as published_at
                from (values (1, 'r1', 'r1', 'run'), (2, 'b2', 'r1', 'correct'), (3, 'b3', 'r1', 'build'))
                as t (publication_no, build_id, run_id, command);
            create table marts.published_changes as select *, 'Club' as entity_name, 'club' as slug,
                hand || ': because' as why, 'b' || publication_no as build_id
                from (values
                (1, 'tp_1', 'city', 'Edinburgh', ['a'], 'source'),
                (1, 'tp_1', 'phone', '1', ['a'], 'source'),
                (1, 'tp_1', 'email', 'x', ['b'], 'source'),
                (2, 'tp_1', 'phone', '2', ['a', 'b'], 'correction'),
                (2, 'tp_1', 'email', null, [], 'time'),
                (2, 'tp_2', 'wifi', 'true', ['c'], 'match'),
                (3, 'tp_1', 'phone', '2', ['b'], 'trust'),
                (3, 'tp_1', 'email', 'x', ['b'], 'rules'),
                (3, 'tp_1', 'city', 'Leith', ['a'], 'trust')
            ) as t (publication_no, entity_id, field_name, value, sources, hand);
            create table marts.entity_id_events (event varchar, entity_id varchar, other_entity_id varchar,
                happened_at timestamp);
            """
        )
    return path


def cells(diff: dict[str, Any]) -> list[tuple]:
    columns = ("field_name", "kind", "value_before", "sources_before", "value_after", "hand", "build_id")
    return [tuple(change[column] for column in columns) for change in diff["changes"]]


def test_a_cell_can_appear_change_or_go(published):
    diff = printed(diff_runs(published, "b2", "r1"))

    assert (diff["before"]["build_id"], diff["after"]["build_id"]) == ("r1", "b2")
    assert cells(diff) == [
        ("phone", "changed", "1", ["a"], "2", "correction", "b2"),
        ("email", "gone", "x", ["b"], None, "time", "b2"),
        ("wifi", "appeared", None, None, "true", "match", "b2"),
    ]
    assert diff["by_kind"] == {"appeared": 1, "changed": 1, "gone": 1}
    assert diff["by_hand"] == {"correction": 1, "time": 1, "match": 1}


def test_a_change_that_is_undone_is_no_difference(published):
    assert cells(printed(diff_runs(published, "r1", "latest"))) == [
        ("city", "changed", "Edinburgh", ["a"], "Leith", "trust", "b3"),
        ("phone", "changed", "1", ["a"], "2", "correction", "b2"),  # since, only its sources changed
        ("wifi", "appeared", None, None, "true", "match", "b2"),
    ]


def test_a_record_in_files_of_spark_is_compared_too(published):
    before = printed(diff_runs(published, "r1", "latest"))
    with duckdb.connect(str(published)) as connection:
        connection.execute("alter table marts.published_changes rename to in_files")
        connection.execute("create view marts.published_changes as from marts.in_files")

    assert printed(diff_runs(published, "r1", "latest")) == before


def test_one_publication_is_no_difference(published, tmp_path):
    with pytest.raises(UsageError, match="Both are the publication b3"):
        diff_runs(published, "latest", "b3")
    with pytest.raises(UsageError, match="Nothing has been built yet"):
        diff_runs(tmp_path / "none.duckdb", "latest", "previous")


def test_a_file_without_a_record_of_changes_is_one_sentence(published):
    with duckdb.connect(str(published)) as connection:
        connection.execute("drop table marts.publications")

    with pytest.raises(UsageError, match="has no record of earlier publications"):
        diff_runs(published, "r1", "b2")


# --- what another landing leaves in history -----------------------------------------------------------------


@pytest.fixture(scope="module")
def moved_on(world: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str, datetime]:
    """The world a day later, when Google has another phone for one place: settings, the place's id, the run's start."""
    settings = Settings(_env_file=None, mode="sandbox", data_dir=tmp_path_factory.mktemp("moved_on"))
    shutil.copytree(world.data_dir / "sandbox", settings.mode_dir)
    ((entity_id, record_id),) = world.rows(
        "select entity_id, source_record_id from marts.entity_claims join marts.entities using (entity_id) "
        "where entity_name ilike '%powerleague%portobello%' and field_name = 'phone' and is_winner "
        "and source_name = 'google_places'"
    )
    warehouse = Warehouse(settings.warehouse_path)
    land_again(warehouse.connection, record_id)
    ((started_at,),) = warehouse.connection.execute("select as_of from ops.build_context").fetchall()
    steps: list[Step] = []
    assert asyncio.run(rebuild(warehouse, settings, "replay", steps.append)).entities
    assert steps[-1].done == steps[-1].of
    return settings, entity_id, started_at


def land_again(connection: duckdb.DuckDBPyConnection, record_id: str) -> None:
    """A run on the day after the last, whose answer has another phone; fetched, as ever, after its start."""
    connection.execute(
        "insert into ops.runs select * replace ('later' as run_id, started_at + ? as started_at, ended_at + ? as "
        "ended_at) from ops.runs order by started_at desc limit 1",
        [DAY, DAY],
    )
    connection.execute("update ops.build_context set run_id = 'later', as_of = (select max(started_at) from ops.runs)")
    connection.execute(
        "insert into raw.google_places select * replace ('later' as run_id, 'other' as payload_hash, "
        "regexp_replace(payload, '131 ?496 ?0000', '131 496 0999', 'g') as payload, "
        "(select as_of + interval 5 second from ops.build_context) as fetched_at) "
        "from raw.google_places where source_record_id = ? order by fetched_at desc limit 1",
        [record_id],
    )


def history(settings: Settings, which: str = "true") -> list[tuple]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        return connection.execute(f"from marts.entity_history where {which} order by all").fetchall()


def test_history_keeps_the_old_value_until_the_new_run(moved_on):
    settings, entity_id, started_at = moved_on

    old, new = history(settings, f"entity_id = '{entity_id}' and field_name = 'phone'")

    (*_, old_value, _, _, old_from, old_to), (*_, new_value, new_sources, _, new_from, new_to) = old, new
    assert (old_value, old_to) == ("+441314960000", started_at)
    assert old_from < started_at
    assert (new_value, new_sources, new_from, new_to) == ("+441314960999", ["google_places"], started_at, None)


def test_every_golden_cell_is_in_history(moved_on):
    settings, *_ = moved_on

    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        golden, result = (
            connection.execute(f"select entity_id, field_name from {table} order by all").fetchall()
            for table in (
                "(from intermediate.int_golden_cells where is_current)",
                "(from marts.entity_history where valid_to is null)",
            )
        )

    assert golden == result


def test_the_command_shows_the_changed_cell(moved_on, command):
    settings, entity_id, _ = moved_on

    code, shown, errors = command(settings.data_dir, "diff", "previous", "latest")
    _, as_json, _ = command(settings.data_dir, "diff", "latest", "previous", "--json")

    assert code == 0, errors
    assert "+441314960000" in shown
    assert "1 changed. By field: phone 1." in shown
    assert "Changed by: source 1." in shown
    assert [(c["entity_id"], c["value_after"], c["hand"]) for c in json.loads(as_json)["changes"]] == [
        (entity_id, "+441314960999", "source")
    ]


def test_history_built_anew_from_the_claims_is_the_same(moved_on):
    settings, *_ = moved_on
    before = history(settings)

    build(dbt_project(settings), "--full-refresh", "--select", "+entity_history")

    assert history(settings) == before


def build(project: DbtProject, *selection: str) -> None:
    report = asyncio.run(DbtProcess(project).build(*selection, "--exclude-resource-type=test"))
    assert report.failures == ()


# --- another trust ------------------------------------------------------------------------------------------


def ask(settings: Settings, rows: str, tmp_path: Path) -> dict[str, Any]:
    file = tmp_path / "other.csv"
    file.write_text(rows)
    return printed(asyncio.run(what_if(settings, file, print)))


@pytest.fixture
def world_settings(world: World) -> Settings:
    return Settings(_env_file=None, mode="sandbox", data_dir=world.data_dir, lock_timeout_seconds=0)


def test_the_prediction_equals_a_build_with_that_seed(world_settings, tmp_path):
    other = ["google_places,*,95", "sport_scotland,*,20", "serper,phone,97"]
    project = copy_project(tmp_path / "project")
    lay_over(project / "dbt_project" / "seeds" / "source_trust.csv", other)
    warehouse = Path(shutil.copyfile(world_settings.warehouse_path, tmp_path / "warehouse.duckdb"))

    result = ask(world_settings, HEADER + "\n".join(other), tmp_path)
    before = golden_cells(warehouse)
    build(DbtProject(project, warehouse, tmp_path / "dbt"), "--select", "source_trust+")
    after = golden_cells(warehouse)

    pairs = {cell: (before.get(cell), after.get(cell)) for cell in before.keys() | after.keys()}
    changed = {cell for cell, (was, now) in pairs.items() if was is None or now is None or was[0] != now[0]}
    kept = [pair for cell, pair in pairs.items() if cell not in changed]
    assert {
        (change["entity_id"], change["field_name"]): (side(change, "before"), side(change, "after"))
        for change in result["changes"]
    } == {cell: pairs[cell] for cell in changed}
    assert len(changed) > 20
    assert result["other_source_only"] == sum(was[1] != now[1] for was, now in kept)
    assert result["other_confidence_only"] == sum(was[1] == now[1] and was[2] != now[2] for was, now in kept)


def side(change: dict[str, Any], when: str) -> tuple | None:
    """Value, sources and confidence of a changed cell before or after; None where it has no value."""
    cell = tuple(change[f"{column}_{when}"] for column in ("value", "sources", "confidence"))
    return None if cell[0] is None else cell


def lay_over(seed: Path, rows: list[str]) -> None:
    units = {tuple(row.split(",")[:2]) for row in rows}
    kept = [line for line in seed.read_text().splitlines() if tuple(line.split(",")[:2]) not in units]
    seed.write_text("\n".join([*kept, *(f"{row},a test" for row in rows)]) + "\n")


def golden_cells(warehouse: Path) -> dict[tuple[str, str], tuple[str, list[str], float]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            f"select entity_id, field_name, {rendered_sql('{{ cell_as_text() }}')}, sources, confidence::double "
            "from intermediate.int_golden_cells where is_current"
        ).fetchall()
    return {(entity_id, field_name): (*result,) for entity_id, field_name, *result in rows}


def test_the_present_trust_changes_nothing(world, world_settings, tmp_path):
    before = [hashlib.sha256(path.read_bytes()).digest() for path in (world.warehouse, world.published)]

    result = ask(world_settings, (SEEDS_DIR / "source_trust.csv").read_text(), tmp_path)

    assert (result["trust"], result["changes"], result["seed_rows_kept"]) == ([], [], 0)
    assert (result["other_source_only"], result["other_confidence_only"]) == (0, 0)
    assert result["cells"] == len(golden_cells(world.warehouse))
    assert [hashlib.sha256(path.read_bytes()).digest() for path in (world.warehouse, world.published)] == before


def test_the_command_shows_the_trust_and_the_changes(world, command, tmp_path):
    (file := tmp_path / "other.csv").write_text(HEADER + "google_places,phone,5\n")

    code, out, errors = command(world.data_dir, "diff", "--trust", str(file))

    assert code == 0, errors
    assert "google_places phone: trust 70 -> 5" in out
    rows = len(read_seed(SEEDS_DIR / "source_trust.csv"))
    assert f"{rows} of the seed's {rows} rows are not in the file" in " ".join(out.split())
    assert "Nothing was changed." in " ".join(out.split())


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        pytest.param("source_name,trust\nserper,5", "lacks the columns field_name. It needs", id="a column missing"),
        pytest.param(HEADER, "has no rows", id="no row"),
        pytest.param("", "the file is empty", id="empty"),
        pytest.param(HEADER + "serper,*,much", "trust is not a number in the row serper,\\*,much", id="no number"),
        pytest.param(HEADER + "serper,*", "the row has 2 cells where the header has 3", id="a short row"),
        pytest.param(HEADER + "serper,*,101", "trust is 101 for serper,\\*; it must be from 0 to 100", id="too much"),
        pytest.param(HEADER + "serper,*,nan", "it must be from 0 to 100", id="nan"),
        pytest.param(HEADER + "serper,*,1\nserper,*,2", "serper,\\* has two rows", id="twice"),
        pytest.param(HEADER + "bing,*,1", "there is no source bing; there are edinburgh_council,", id="no source"),
        pytest.param(HEADER + "serper,fax,1", "there is no field fax; there are ", id="no field"),
        pytest.param(HEADER + ",,1", "there is no source \\(blank\\)", id="blank"),
        pytest.param("caf\xe9", "the text is not UTF-8", id="another encoding"),
    ],
)
def test_a_file_that_is_no_trust_is_one_sentence(world_settings, tmp_path, rows, sentence):
    file = tmp_path / "other.csv"
    file.write_text(rows, encoding="latin-1")

    with pytest.raises(UsageError, match=sentence):
        asyncio.run(what_if(world_settings, file, print))


def test_a_run_that_holds_the_warehouse_is_named(world_settings, tmp_path):
    async def while_another_runs() -> None:
        async with sole_writer(world_settings.mode_dir, 'run "padel"', 0, print):
            await what_if(world_settings, SEEDS_DIR / "source_trust.csv", print)

    with pytest.raises(WarehouseError, match=r'Another run holds the warehouse: process \d+, run "padel"'):
        asyncio.run(while_another_runs())


def test_without_claims_or_their_sql_it_says_what_to_do(tmp_path):
    settings = Settings(_env_file=None, mode="sandbox", data_dir=tmp_path)
    with pytest.raises(UsageError, match="Nothing has been built yet"):
        ask(settings, HEADER + "serper,*,5", tmp_path)

    settings.mode_dir.mkdir()
    Warehouse(settings.warehouse_path).open()
    with pytest.raises(UsageError, match="did not keep its survivorship SQL"):
        ask(settings, HEADER + "serper,*,5", tmp_path)


def test_only_models_between_trust_and_cells_are_rebuilt():
    def of(name: str) -> str:
        return f'"w"."s"."{name}"'

    reads = {
        "golden": "ranked",
        "ranked": "scored claims",
        "scored": "terms claims",
        "terms": "trust",
        "other": "terms",
    }
    sql = {of(model): " ".join(map(of, read.split())) for model, read in reads.items()}

    assert models_between(sql, of("trust"), of("golden")) == [of(m) for m in ("terms", "scored", "ranked", "golden")]


@pytest.mark.parametrize(
    "arguments", [(), ("latest",), ("latest", "previous", "--trust", "other.csv")], ids=["nothing", "one run", "both"]
)
def test_what_is_to_be_compared_must_be_said(command, tmp_path, arguments):
    code, out, errors = command(tmp_path, "diff", *arguments)

    assert (code, out) == (2, "")
    assert errors.startswith(
        "Give two published files, or two runs or builds (each as an id, the start of an id, latest or previous)"
    )
