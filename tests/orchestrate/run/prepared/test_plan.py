"""A plan has what dbt changed, in the order of the graph, and is of one project and of one state of the warehouse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace as Some
from typing import Any

import pytest

from orchestrate.run.prepared.plan import FILES, Plan, fingerprint_of, load, plan_of, save
from orchestrate.store.dbt_project import DbtProject

PROFILE = Some(credentials=Some(settings={"preserve_insertion_order": False}), threads=4)
COMMENT = '/* {"app": "dbt"} */\n'


class Config(Some):
    """dbt's settings of a node: attributes, and ours by `get`."""

    def get(self, name: str) -> object:
        return getattr(self, name, None)


def node(name: str, *parents: str, materialized: str = "table", schema: str = "marts", **config: object) -> Any:
    kind = {"test": "test", "seed": "seed"}.get(materialized, "model")
    return Some(
        unique_id=name,
        name=name,
        resource_type=kind,
        original_file_path=f"models/{name}.sql",
        depends_on=Some(nodes=list(parents)) if kind != "seed" else Some(macros=[]),
        schema=schema,
        alias=name,
        config=Config(materialized=materialized, column_types={"a": "varchar"} if kind == "seed" else None, **config),
    )


def plan(*nodes: Any, before: dict[str, str] | None = None, **statements: list[str]) -> Plan | None:
    return plan_of("f", PROFILE, nodes, statements, before or {}, {"marts.v": "CREATE VIEW v"})


def waits(made: Plan | None) -> dict[str, tuple[str, ...]]:
    assert made
    return {each.unique_id: each.waits_for for each in made.nodes}


@pytest.fixture
def project(tmp_path: Path) -> DbtProject:
    for path in ("models/places.sql", "dbt_project/seeds/_seeds.yml", "dbt_project/seeds/kinds.csv", *FILES):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"of {path}")
    return DbtProject(tmp_path, tmp_path / "warehouse.duckdb", tmp_path)


@pytest.mark.parametrize("path", ["models/places.sql", "dbt_project/seeds/_seeds.yml", *FILES])
def test_another_byte_of_the_project_is_another_project(project: DbtProject, path: str) -> None:
    before = fingerprint_of(project)
    (project.project_dir / path).write_text("else")

    assert fingerprint_of(project) != before


def test_a_model_that_is_new_or_renamed_is_another_project(project: DbtProject) -> None:
    before = fingerprint_of(project)
    places = project.project_dir / "models/places.sql"
    moved = places.rename(places.with_name("spots.sql"))
    assert fingerprint_of(project) != before

    moved.rename(places)
    assert fingerprint_of(project) == before
    (project.project_dir / "models/more.sql").touch()
    assert fingerprint_of(project) != before


def test_rows_of_a_seed_leave_the_project_the_same(project: DbtProject) -> None:
    before = fingerprint_of(project)
    (project.project_dir / "dbt_project/seeds/kinds.csv").write_text("else")

    assert fingerprint_of(project) == before
    assert fingerprint_of(replace(project, warehouse=Path("other.duckdb"))) != before


def test_what_only_reads_is_left_out_and_a_test_keeps_its_question() -> None:
    make = f"{COMMENT} create or replace table marts.a as select '*/ select'"
    ask = f"{COMMENT} select count(*), false, false from marts.a"

    made = plan(
        node("a"),
        node("t", "a", materialized="test"),
        a=["BEGIN", f"{COMMENT} describe (select 1)", make, "COMMIT"],
        t=[f"{COMMENT} select 1 from duckdb_constraints()", ask],
    )

    assert made
    assert [each.statements for each in made.nodes] == [(make,), (ask,)]


def test_a_model_waits_for_the_tests_of_all_that_it_is_made_from() -> None:
    made = plan(
        node("a", "source.raw.places"),
        node("b", "a"),
        node("c", "b"),
        node("t_of_a", "a", materialized="test"),
        node("t_of_c", "c", "a", materialized="test"),
    )

    assert waits(made) == {
        "a": (),
        "b": ("a", "t_of_a"),
        "c": ("b", "t_of_a"),
        "t_of_a": ("a",),
        "t_of_c": ("a", "c"),
    }


def test_the_first_build_of_an_incremental_model_is_no_plan_for_the_second() -> None:
    grows = node("a", materialized="incremental")

    assert plan(grows) is None
    assert plan(grows, before={"marts.a": "table"})
    assert plan(node("a"))


def test_the_first_build_of_a_model_that_reads_itself_is_no_plan() -> None:
    remembers = node("a", reads_itself=True)

    assert plan(remembers) is None
    assert plan(remembers, before={"marts.a": "table"})


def test_a_table_of_entities_that_was_made_anew_is_no_plan_for_a_build_that_keeps_its_rows() -> None:
    entities, before = node("a", keyed_by="entity_id"), {"marts.a": "table"}

    assert plan(entities, before=before, a=[f"{COMMENT}create or replace table a as select 1"]) is None
    assert plan(entities, before=before, a=[f"{COMMENT}delete from a where true; insert into a select 1"])


def test_the_node_for_which_most_others_wait_goes_first() -> None:
    made = plan(node("a"), node("b", "a"), node("c", "b"), node("d"), node("t", "d", materialized="test"))

    assert made
    assert {each.name: made.behind(each) for each in made.nodes} == {"a": 2, "b": 1, "c": 0, "d": 1, "t": 0}


def test_a_view_that_became_a_table_is_no_plan() -> None:
    assert plan(node("a"), before={"marts.a": "view"}) is None


def test_a_plan_fits_where_all_that_it_replaces_is_there() -> None:
    made = plan(node("a"), node("v", materialized="view"), node("t", "a", materialized="test"))

    assert made
    assert made.fits({"marts.a": "table", "marts.v": "view", "marts.other": "table"})
    assert not made.fits({"marts.a": "table"})
    assert not made.fits({"marts.a": "table", "marts.v": "table"})


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = plan(node("s", materialized="seed"), node("a", "s"), s=[f"{COMMENT}create table s"])
    assert made

    save(made, tmp_path / "plan.json")

    held = load(tmp_path / "plan.json", "f")
    assert held == made
    assert [bool(each.seed()) for each in held.nodes] == [True, False]
    assert [each.definition for each in held.nodes] == [None, None]
    assert load(tmp_path / "plan.json", "of another project") is None


def test_no_plan_and_half_a_plan_are_none(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    assert load(path, "f") is None
    path.write_text('{"fingerprint": "f", "no')
    assert load(path, "f") is None
