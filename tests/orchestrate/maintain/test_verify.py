"""`trigpoint verify`: a difference is named, and a change of the seeds is not taken for one."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from orchestrate.maintain.verify import compare_marts, keep_moments
from orchestrate.render.maintenance import render_verify
from tests.orchestrate.conftest import World
from tests.project_copy import copy_project

pytestmark = pytest.mark.xdist_group("world")


@pytest.fixture
def rebuilt(world: World, tmp_path: Path) -> Path:
    """A copy of the published file, to be changed as a wrong build would."""
    return Path(shutil.copy(world.published, tmp_path / "rebuilt.duckdb"))


def change(file: Path, *statements: str) -> None:
    with duckdb.connect(str(file)) as connection:
        for statement in statements:
            connection.execute(statement)


def rendered(report) -> str:
    console = Console(record=True, width=80)
    render_verify(report, console)
    return console.export_text()


def test_equal_marts_are_counted(world, rebuilt):
    report = compare_marts(world.published, rebuilt)

    assert (report.equal, report.differences) == (True, ())
    rows = world.rows("select (select count(*) from marts.entities), (select count(*) from marts.entity_claims)")[0]
    assert {mart.mart: mart.rows for mart in report.marts if mart.mart in ("entities", "entity_claims")} == {
        "entities": rows[0],
        "entity_claims": rows[1],
    }
    assert f"A rebuild gives the same {len(report.marts)} marts" in rendered(report)


def test_a_rebuild_is_of_the_moments_of_the_last_rankings(tmp_path):
    copy = tmp_path / "copy.duckdb"
    change(copy, "create schema ops", "create table ops.build_scope as select 'changed' as scope")

    keep_moments(copy)

    with duckdb.connect(str(copy)) as connection:
        assert connection.execute("from ops.build_scope").fetchall() == [("same_moments",)]


def test_a_changed_cell_is_named_with_both_values(world, rebuilt):
    ((entity, phone),) = world.rows("select entity_id, phone from marts.entities where phone is not null limit 1")
    change(rebuilt, f"update marts.entities set phone = '+44 131 000' where entity_id = '{entity}'")

    report = compare_marts(world.published, rebuilt)

    (cell,) = report.differences
    assert (cell.mart, cell.row, cell.column) == ("entities", {"entity_id": entity}, "phone")
    assert (cell.published, cell.rebuilt) == (phone, "+44 131 000")
    assert (
        f"""
entities: 1 of {len(world.rows("from marts.entities"))} rows differ
  {entity}: phone
    published {phone}
    rebuilt   +44 131 000
"""
        in "\n" + "".join(f"{line.rstrip()}\n" for line in rendered(report).splitlines())
    )


def test_of_long_values_the_part_that_differs_is_shown(world, rebuilt):
    ((entity,),) = world.rows("select min(entity_id) from marts.entities")
    change(rebuilt, f"update marts.entities set summary = repeat('long ', 90) || 'end' where entity_id = '{entity}'")
    before = Path(shutil.copy(rebuilt, rebuilt.with_name("published.duckdb")))
    change(rebuilt, f"update marts.entities set summary = summary || ' of it' where entity_id = '{entity}'")

    text = rendered(compare_marts(before, rebuilt))

    assert "long end\n" in text
    assert "long end of it\n" in text
    assert len(text.splitlines()) < 10


def test_a_row_of_one_side_is_one_difference(world, rebuilt):
    ((claim, entity, field),) = world.rows(
        "select claim_id, entity_id, field_name from marts.entity_claims order by claim_id limit 1"
    )
    change(rebuilt, f"delete from marts.entity_claims where claim_id = '{claim}'")

    report = compare_marts(world.published, rebuilt)

    (cell,) = report.differences
    assert cell.row == {"entity_id": entity, "field_name": field, "claim_id": claim}
    assert (cell.column, cell.published, cell.rebuilt) == (None, "a row", None)
    assert f"{entity} {field} {claim}" in " ".join(rendered(report).split())


def test_a_value_that_is_gone_is_a_difference_too(world, rebuilt):
    change(rebuilt, "update marts.entities set entity_name = null")

    report = compare_marts(world.published, rebuilt)

    (entities,) = (mart for mart in report.marts if mart.mart == "entities")
    assert entities.different == entities.rows > len(report.differences) == 20
    assert {cell.rebuilt for cell in report.differences} == {None}


def test_a_changed_seed_is_not_taken_for_a_difference(world, tmp_path, trigpoint):
    data_dir = tmp_path / "data"
    shutil.copytree(world.data_dir / "sandbox", data_dir / "sandbox")
    project = copy_project(tmp_path / "project")
    seed = project / "dbt_project" / "seeds" / "sources.csv"
    seed.write_text(seed.read_text() + "\n")

    done = trigpoint("verify", TRIGPOINT_DATA_DIR=str(data_dir), TRIGPOINT_PROJECT_DIR=str(project))

    assert done.returncode == 2
    assert "Changed since the last build: sources.csv. Build first: trigpoint build" in " ".join(done.stderr.split())
    assert not (data_dir / "sandbox" / "verify").exists()
