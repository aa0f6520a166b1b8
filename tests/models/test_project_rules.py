"""The rules of dbt's own project evaluator that this project follows, checked over the manifest.

An exception has its reason beside it.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import Any

import pytest

from orchestrate.run.publication.scope import TABLES_KEPT
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR
from tests.yaml_files import read_yaml

MOST_PARENTS = 8
# The list of sources, one below the other.
UNIONS = {"int_landings", "int_records_unioned"}
# One step of the same source before another: too much for one file.
STAGED_IN_STEPS = {
    *(
        "stg_extract__claims",
        "stg_lists__landed",
        "stg_lists__places",
        "stg_openstreetmap__places",
        "stg_pages__places",
        "stg_serper__places",
    ),
}
# Not asked again, and so never stale.
NEVER_STALE = {"list_departures", "list_fields", "rejects"}
MODELS = PROJECT_ROOT / "models"
PREFIXES = {"staging": "stg_", "intermediate": "int_", "marts": ""}


def nodes_of(manifest: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == kind}


@pytest.fixture(scope="module")
def models(manifest) -> dict[str, dict[str, Any]]:
    return nodes_of(manifest, "model")


def parents(manifest: dict[str, Any], node: dict[str, Any]) -> list[dict[str, Any]]:
    known = manifest["nodes"] | manifest["sources"]
    return [known[name] for name in node["depends_on"]["nodes"]]


def layer(model: dict[str, Any]) -> str:
    return model["path"].split("/")[0]


def test_every_model_has_a_tested_grain(manifest, models):
    tested = Counter(
        test["attached_node"].rpartition(".")[2]
        for test in nodes_of(manifest, "test").values()
        if (test.get("test_metadata") or {}).get("name") == "one_row_per" and test["attached_node"]
    )

    assert {name: tested[name] for name in models if tested[name] != 1} == {}


def test_only_staging_reads_a_source(manifest, models):
    readers = {
        name
        for name, model in models.items()
        if layer(model) != "staging"
        for parent in parents(manifest, model)
        if parent["resource_type"] == "source"
    }

    assert readers - READ_FROM_SOURCES == set()


# The union of what was landed uses the list of sources, and no staging model has it.
READ_FROM_SOURCES = {"int_landings"}


def test_staging_reads_no_other_layer_and_itself_only_in_steps(manifest, models):
    read = {
        (name, parent["name"])
        for name, model in models.items()
        if layer(model) == "staging"
        for parent in parents(manifest, model)
        if parent["resource_type"] == "model"
    }

    assert {name for name, _ in read} <= STAGED_IN_STEPS
    assert {name for _, name in read if not name.startswith("stg_")} == set()


def test_no_model_reads_a_later_layer(manifest, models):
    order = list(PREFIXES)

    backwards = {
        (name, parent["name"])
        for name, model in models.items()
        for parent in parents(manifest, model)
        if parent["resource_type"] == "model" and order.index(layer(parent)) > order.index(layer(model))
    }

    assert backwards == set()


def test_a_model_is_named_by_its_folder(models):
    misnamed = [name for name, model in models.items() if not name.startswith(PREFIXES[layer(model)])]
    staged = {name: model["path"].split("/")[1] for name, model in models.items() if layer(model) == "staging"}

    assert misnamed == []
    assert [name for name, folder in staged.items() if not name.startswith(f"stg_{folder}__")] == []
    assert [
        name for name, model in models.items() if layer(model) == "marts" and name.startswith(("int_", "stg_"))
    ] == []


def test_every_raw_source_says_when_it_was_loaded_and_when_that_is_long_ago(manifest):
    raw = [source for source in manifest["sources"].values() if source["source_name"] == "raw"]

    unsaid = {
        source["name"]
        for source in raw
        if not (source["loaded_at_field"] and (source["freshness"] or {}).get("warn_after", {}).get("count"))
    }

    assert len(raw) > 6
    assert unsaid == NEVER_STALE


def test_no_model_has_more_parents_than_a_reader_can_hold(manifest, models):
    read = {name: len(parents(manifest, model)) for name, model in models.items()}

    assert {name for name, count in read.items() if count > MOST_PARENTS} <= UNIONS


def test_every_exposure_has_an_owner_and_every_mart_a_reader(manifest, models):
    exposures = list(manifest["exposures"].values())

    read = {name.rpartition(".")[2] for exposure in exposures for name in exposure["depends_on"]["nodes"]}

    assert [exposure["name"] for exposure in exposures if not exposure["owner"]["name"]] == []
    assert {name for name, model in models.items() if layer(model) == "marts"} - read == set()


def test_every_table_that_keeps_rows_is_known_to_the_build(models):
    keeping = {
        f"{layer(model)}.{name}"
        for name, model in models.items()
        if model["config"].get("keyed_by") or model["config"].get("reads_itself")
    }

    assert keeping == set(TABLES_KEPT)


def test_a_stage_keeps_to_itself_what_no_other_stage_reads(manifest, models):
    """A model is private unless another group, a test of the whole or only Python reads it."""
    read_elsewhere = {
        parent["name"]
        for node in [*models.values(), *nodes_of(manifest, "test").values()]
        for parent in parents(manifest, node)
        if parent["resource_type"] == "model" and parent["group"] != node.get("group")
    }

    assert {model["group"] for model in models.values()} == {"sources", "matching", "survivorship", "marts"}
    assert {name for name, model in models.items() if model["access"] == "public"} == {
        name for name, model in models.items() if layer(model) == "marts"
    }
    assert {name for name, model in models.items() if model["access"] == "protected"} == {
        name for name in read_elsewhere if layer(models[name]) != "marts"
    }


def test_the_graph_goes_from_the_landed_texts_through_extraction_to_the_claims(manifest, models):
    with (SEEDS_DIR / "text_paths.csv").open() as file:
        texts = {("raw", row["source_name"]) for row in csv.DictReader(file)}

    extraction = parents(manifest, models["stg_extract__extractions"])

    assert {(parent["source_name"], parent["name"]) for parent in extraction} == texts | {("extract", "extractions")}
    assert "stg_extract__extractions" in {parent["name"] for parent in parents(manifest, models["stg_extract__claims"])}


READ = r"\{\{ (?:ref|source)\([^)]*\) \}\}"
STEP = r"^(?:with (?:recursive )?)?(\w+)(?: \([^)]*\))?(?: using key \(\w+\))? as (?:not materialized )?\("
ENDING = r"^\)\n\nselect \* from (\w+)(?:\n(?:--.*\n)?order by .*)?\s*\Z"


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_a_model_reads_in_steps_of_their_own_and_ends_in_its_last(path):
    """One edit of the last line shows any step; no join reads another model directly."""
    sql = re.sub(r"^--.*\n", "", path.read_text(), flags=re.MULTILINE)

    ending = re.search(ENDING, sql, re.MULTILINE)
    reading = [line for line in sql.splitlines() if re.search(READ, line)]

    assert ending is not None
    assert ending[1] == re.findall(STEP, sql, re.MULTILINE)[-1]
    assert [line for line in reading if not re.fullmatch(rf"    (?:select [^()]* )?from {READ}", line)] == []


def test_a_column_that_two_models_share_is_described_once():
    written = Counter(
        (path.name, column["description"])
        for path in MODELS.rglob("*.yml")
        for model in read_yaml(path).get("models", [])
        for column in model["columns"]
        if "doc(" not in column["description"]
    )
    shared = Counter(description for _, description in written.elements())

    assert [description for description, count in shared.items() if count > 1] == []


def test_the_hash_of_an_engine_is_named_in_one_file():
    files = [*MODELS.rglob("*.sql"), *(PROJECT_ROOT / "dbt_project").rglob("*.sql")]

    naming = {path.name for path in files if re.search(r"(?<!\w)hash\(", path.read_text())}

    assert naming == {"keys.sql"}
