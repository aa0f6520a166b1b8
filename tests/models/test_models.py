"""The unit tests of the models, their documentation, and the data tests that a build must pass to be published.

The unit tests themselves are dbt unit tests in the yml files of the models.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestrate.run.stage_seconds import stage_of
from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject

# These models select columns or union tables, so they have no rule to test.
WITHOUT_A_RULE = {
    "entity_id_events",
    "entity_records",
    "entity_redirects",
    "int_landings",
    "int_records_unioned",
    "known_areas",
    "run_funnel",
    "runs",
    "source_licences",
    "stg_extract__extractions",
    "stg_extract__latin_letters",
    "stg_ops__build_context",
    "stg_ops__cell_changes",
    "stg_ops__lists",
    "stg_ops__correction_values",
    "stg_ops__publications",
    "stg_ops__runs",
    "stg_raw__connector_calls",
}
MIN_WORDS = {"model": 3, "seed": 1, "source": 1}


@pytest.fixture
def warehouse(project: DbtProject, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the built warehouse, under the same name, that a test may change."""
    copy = tmp_path / project.warehouse.name
    shutil.copyfile(project.warehouse, copy)
    with duckdb.connect(str(copy)) as connection:
        yield connection


def nodes_of(manifest: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    nodes = [*manifest["nodes"].values(), *manifest["sources"].values()]
    return [node for node in nodes if node["resource_type"] == kind]


def columns_of(connection: duckdb.DuckDBPyConnection, node: dict[str, Any]) -> set[str]:
    found = connection.execute(
        "select column_name from duckdb_columns() where schema_name = ? and table_name = ?",
        [node["schema"], node.get("identifier") or node["alias"]],
    )
    return {column for (column,) in found.fetchall()}


def test_every_node_that_a_run_builds_has_a_stage(manifest):
    paths = {node["original_file_path"] for kind in ("seed", "model", "test") for node in nodes_of(manifest, kind)}

    assert {stage_of(path) for path in paths} == {"stage", "match", "survivorship", "publish"}


def test_every_unit_test_passes(unit_test_results):
    broken = [
        f"{result['unique_id']}: {result['message']}" for result in unit_test_results if result["status"] != "pass"
    ]

    assert not broken, "\n".join(broken)


def test_every_model_with_a_rule_has_a_unit_test(manifest, unit_test_results):
    models = {model["name"] for model in nodes_of(manifest, "model")}

    tested = {manifest["unit_tests"][result["unique_id"]]["model"] for result in unit_test_results}

    assert models - tested == WITHOUT_A_RULE


@pytest.mark.parametrize("kind", ["model", "seed", "source"])
def test_descriptions_match_the_tables_and_columns(manifest, warehouse, kind):
    nodes = nodes_of(manifest, kind)

    described = {node["name"]: set(node["columns"]) for node in nodes}
    too_short = [
        f"{node['name']}.{column['name']}"
        for node in nodes
        for column in [node | {"name": ""}, *node["columns"].values()]
        if len(column["description"].split()) < MIN_WORDS[kind]
    ]

    assert described == {node["name"]: columns_of(warehouse, node) for node in nodes}
    assert too_short == []


def test_no_description_only_repeats_the_column_name(manifest):
    empty_words = {"a", "an", "as", "is", "it", "its", "of", "the", "this", "which"}

    echoes = [
        f"{model['name']}.{column['name']}"
        for model in nodes_of(manifest, "model")
        for column in model["columns"].values()
        if {word.strip(".,;:").lower() for word in column["description"].split()} - empty_words
        <= set(column["name"].split("_"))
    ]

    assert echoes == []


def test_mart_descriptions_are_in_the_published_file(manifest, warehouse):
    marts = [model for model in nodes_of(manifest, "model") if model["schema"] == "marts"]

    in_file = warehouse.execute(
        "select table_name, column_name, comment from duckdb_columns() where schema_name = 'marts'"
    ).fetchall()

    assert set(in_file) == {
        (mart["alias"], column["name"], column["description"]) for mart in marts for column in mart["columns"].values()
    }


def test_every_mart_enforces_its_contract(manifest):
    marts = [model for model in nodes_of(manifest, "model") if model["schema"] == "marts"]

    assert [mart["name"] for mart in marts if not mart["contract"]["enforced"]] == []


FAR_APART = ("name:exact", "term_frequency:up_to_8", "distance:further", "category:shared")
SAME_SPOT = ("name:exact", "term_frequency:one", "distance:within_50_m")
TOGETHER = ("extra_words:none", "name_contact:same_unknown", "where_contact:spot_unknown", "where_frequency:spot_one")


@pytest.mark.parametrize(
    ("levels", "is_match"),
    [
        pytest.param(FAR_APART, False, id="branches of one brand"),
        pytest.param((*FAR_APART, "phone:same_of_many"), False, id="branches with one call centre"),
        pytest.param(
            (*FAR_APART, "phone:same_of_few", "website:other_page"), False, id="branches with pages of one site"
        ),
        pytest.param(("name:less", "distance:within_15_m", "postcode:same"), False, id="neighbours"),
        pytest.param(
            (
                *("name:from_87", "number:different", "distance:within_80_m", "extra_words:both"),
                *("name_contact:like_unknown", "where_contact:near_unknown", "where_frequency:near_one"),
            ),
            False,
            id="two buildings of one estate",
        ),
        pytest.param((*SAME_SPOT, *TOGETHER, "category:never"), False, id="a charger with its car park's name"),
        pytest.param(SAME_SPOT, True, id="one name in one spot"),
        pytest.param(
            (*SAME_SPOT, "phone:different", "street:other_number_same_street"),
            True,
            id="one name, an old phone and door",
        ),
    ],
)
def test_seed_weights_decide_typical_pairs_like_a_person(warehouse, levels, is_match):
    threshold = yaml.safe_load((PROJECT_ROOT / "dbt_project.yml").read_text())["vars"]["match_threshold"]
    weights = dict(warehouse.execute("select comparison || ':' || level, weight from seeds.match_weights").fetchall())

    odds = 2 ** (weights["prior:any"] + sum(weights[level] for level in levels))

    assert (odds / (1 + odds) >= threshold) is is_match


RECORD = "insert into intermediate.int_record_versions (record_key, loss_reason) values ('a', {})"
ENTITY = "insert into intermediate.int_record_entities (record_key, entity_id) values ('a', 'tp_1')"
RANKED_NOW = "insert into intermediate.int_entity_moments values ('tp_1', '1', timestamp '2026-01-01', 'all')"
CLAIM = (
    f"{RANKED_NOW}; insert into intermediate.int_record_claims (claim_id, entity_id, source_name, field_name) "
    "values ('c1', 'tp_1', '{}', '{}')"
)
BUILT_AT = "timestamp '2026-01-01'"
RANKED = (
    "insert into intermediate.int_claims_ranked (claim_id, snapshot_at, is_winner, lost_because) "
    f"values ('c1', {BUILT_AT}, {{}}, {{}})"
)
WON = (
    "insert into intermediate.int_claims_ranked (claim_id, snapshot_at, entity_id, field_name, source_name, "
    f"source_record_id, is_winner) values ('c1', {BUILT_AT}, 'tp_1', 'phone', '{{}}', 'a', true)"
)
SOURCE_CLAIM = (
    f"{RANKED_NOW}; insert into intermediate.int_record_claims (claim_id, entity_id, run_id, payload_hash) "
    "values ('c1', 'tp_1', 'r1', 'h1')"
)
CELL = (
    "insert into intermediate.int_golden_cells (entity_id, snapshot_at, field_name) "
    f"values ('tp_1', {BUILT_AT}, 'phone')"
)
OTHER_CELL = CELL.replace("'phone'", "'email'")
OF_WHAT_CHANGED = f"{RANKED_NOW}; insert into ops.build_scope (scope, made_from, is_done) values ('changed', '', false)"
OF_ALL = "insert into ops.build_scope (scope, made_from, is_done) values ('all', '', false)"
TO_CLUSTER = "insert into intermediate.int_records_to_cluster by name select 'a' as record_key"
PUBLISHED_CLAIM = "insert into marts.entity_claims by name select '{}' as entity_id, 'c1' as claim_id"
RANKED_TWICE, LEFT_TWICE = 2 * [PUBLISHED_CLAIM.format("tp_1")], 2 * [PUBLISHED_CLAIM.format("tp_2")]
ENDED_TWICE = 2 * ["insert into intermediate.int_entity_id_events (entity_id, event) values ('tp_1', 'retire')"]
REACHED = "insert into intermediate.int_entities_reached (entity_id) values ('{}')"
LISTED_TWICE = 2 * ["insert into intermediate.int_record_versions (record_key, source_name) values ('gyms:a', 'gyms')"]
LIST = "insert into staging.stg_lists__landed (source_name, is_staged) values ('gyms', {})"
LANDED = "insert into raw.serper (source_record_id, run_id, payload_hash) values ('a', 'r1', '{}')"
B_IN = "insert into intermediate.int_record_entities (record_key, entity_id) values ('b', '{}')"
APART = "insert into seeds.match_overrides (left_record_key, right_record_key, decision) values ('b', 'a', '{}')"
COUNTS = (
    "insert into intermediate.int_stage_counts (stage, rows_in, rows_out, losses) "
    "values ('extra', 5, 2, '{{\"trust\": 1, \"tie\": {}}}')"
)


@pytest.mark.parametrize(
    ("data_test", "rows", "failures"),
    [
        pytest.param("every_record_reaches_*", [RECORD.format("null"), ENTITY], 0, id="matched"),
        pytest.param("every_record_reaches_*", [RECORD.format("'no_name'")], 0, id="lost by name"),
        pytest.param("every_record_reaches_*", [RECORD.format("null")], 1, id="vanished"),
        pytest.param("every_record_reaches_*", [RECORD.format("null"), ENTITY, ENTITY], 1, id="in two entities"),
        pytest.param("every_record_reaches_*", [RECORD.format("'no_name'"), ENTITY], 1, id="lost and matched"),
        pytest.param("every_record_reaches_*", [ENTITY], 1, id="matched but unknown"),
        pytest.param("every_record_reaches_*", [OF_WHAT_CHANGED, TO_CLUSTER, RECORD.format("null")], 1, id="clustered"),
        pytest.param("every_record_reaches_*", [OF_WHAT_CHANGED, TO_CLUSTER, ENTITY], 1, id="clustered but gone"),
        pytest.param("every_record_reaches_*", [OF_WHAT_CHANGED, RECORD.format("null")], 0, id="of an older build"),
        pytest.param("every_claim_*", [CLAIM.format("serper", "phone"), RANKED.format("true", "null")], 0, id="won"),
        pytest.param("every_claim_*", [CLAIM.format("serper", "phone"), RANKED.format("false", "'tie'")], 0, id="lost"),
        pytest.param("every_claim_*", [CLAIM.format("serper", "phone")], 1, id="claim dropped"),
        pytest.param("every_claim_*", [RANKED.format("true", "null")], 1, id="unknown claim"),
        pytest.param(
            "every_claim_*", [CLAIM.format("serper", "phone"), RANKED.format("false", "null")], 1, id="no reason"
        ),
        pytest.param(
            "every_golden_cell_*", [CELL, WON.format("serper"), SOURCE_CLAIM, LANDED.format("h1")], 0, id="landed"
        ),
        pytest.param(
            "every_golden_cell_*", [CELL, WON.format("manual_override"), SOURCE_CLAIM], 0, id="correction by a person"
        ),
        pytest.param("every_golden_cell_*", [CELL], 1, id="cell without a winner"),
        pytest.param(
            "every_golden_cell_*", [CELL, WON.format("serper"), SOURCE_CLAIM], 1, id="winner that never landed"
        ),
        pytest.param(
            "every_golden_cell_*",
            [CELL, WON.format("serper"), SOURCE_CLAIM, LANDED.format("h0")],
            1,
            id="other version",
        ),
        pytest.param("one_row_per_int_golden_cells_*", [CELL, OTHER_CELL], 0, id="two cells"),
        pytest.param("one_row_per_int_golden_cells_*", [CELL, CELL], 1, id="one cell twice"),
        pytest.param("one_row_per_entity_claims_*", [OF_WHAT_CHANGED, *RANKED_TWICE], 1, id="a ranked claim twice"),
        pytest.param("one_row_per_entity_claims_*", [OF_WHAT_CHANGED, *LEFT_TWICE], 0, id="a claim of an older build"),
        pytest.param("one_row_per_entity_claims_*", [OF_ALL, *LEFT_TWICE], 1, id="a whole build looks at all"),
        pytest.param(
            "one_row_per_entity_id_events_*",
            [OF_WHAT_CHANGED, REACHED.format("tp_1"), *ENDED_TWICE],
            1,
            id="ended twice",
        ),
        pytest.param(
            "one_row_per_entity_id_events_*",
            [OF_WHAT_CHANGED, REACHED.format("tp_2"), *ENDED_TWICE],
            0,
            id="in the past",
        ),
        pytest.param("one_row_per_entity_id_events_*", [OF_ALL, *ENDED_TWICE], 1, id="ended twice in any build"),
        pytest.param("unique_in_each_source_*", [LIST.format("true"), *LISTED_TWICE], 1, id="a staged record twice"),
        pytest.param("unique_in_each_source_*", [LIST.format("false"), *LISTED_TWICE], 0, id="of a list left alone"),
        pytest.param("unique_in_each_source_*", LISTED_TWICE, 1, id="a record of a source twice"),
        pytest.param("rows_add_up_*", [COUNTS.format(2)], 0, id="rows add up"),
        pytest.param("rows_add_up_*", [COUNTS.format(1)], 1, id="a row short"),
        pytest.param("records_that_*", [APART.format("cannot_match"), ENTITY, B_IN.format("tp_2")], 0, id="kept apart"),
        pytest.param("records_that_*", [APART.format("cannot_match"), ENTITY, B_IN.format("tp_1")], 1, id="rejoined"),
        pytest.param("records_that_*", [APART.format("must_match"), ENTITY, B_IN.format("tp_1")], 0, id="joined"),
        pytest.param("relationships_int_claims_source_name*", [CLAIM.format("serper", "phone")], 0, id="ranked source"),
        pytest.param("relationships_int_claims_source_name*", [CLAIM.format("moon", "phone")], 1, id="unranked source"),
        pytest.param("relationships_int_claims_field_name*", [CLAIM.format("serper", "mood")], 1, id="unknown field"),
    ],
)
def test_a_broken_invariant_fails_its_data_test(manifest, warehouse, data_test, rows, failures):
    (sql,) = (node["compiled_code"] for node in nodes_of(manifest, "test") if fnmatch(node["name"], data_test))
    for row in rows:
        warehouse.execute(row)

    found = warehouse.execute(sql).fetchall()

    assert len(found) == failures
