"""dbt on Spark, with a project of a few models: `dbt build --target spark` does what dbt does on any engine."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

pytest.importorskip("pyspark", reason="Spark is not installed")
pytestmark = pytest.mark.long

FILES = {
    "dbt_project.yml": """
        {name: small, profile: small, model-paths: [models], seed-paths: [seeds],
         seeds: {small: {weights: {+column_types: {word: varchar, weight: double}}}}}""",
    "profiles.yml": """
        {small: {target: spark, outputs: {spark: {type: duckdb_on_spark, path: warehouse.duckdb, threads: 2,
         server: "{{ env_var('TRIGPOINT_SPARK_REMOTE', '') }}"}}}}""",
    "seeds/weights.csv": "word,weight\nred,0.5\n",
    "models/things.sql": "select id, words[1] as word, payload->>'$.at' as at from raw.landed",
    "models/weighed.sql": """
        {{ config(materialized='table', contract={'enforced': true}) }}
        select things.id, weights.weight from {{ ref('things') }} as things inner join {{ ref('weights') }} as weights
            on things.word = weights.word""",
    "models/log.sql": """
        {{ config(materialized='incremental', incremental_strategy='append') }}
        select id from {{ ref('things') }}
        {% if is_incremental() %} where id not in (select id from {{ this }}) {% endif %}""",
    "models/reached.sql": """
        {{ config(materialized='table') }}
        with recursive links as (select * from {{ ref('things') }}),
        reached (id) using key (id) as (
            select id from links where id = 1
            union
            (select links.id from reached inner join links on links.at::bigint = reached.id)
        )
        select id from reached""",
    "models/chained.sql": """
        with step_0 as (select id from raw.landed)
        {% for n in range(8) %},
        step_{{ n + 1 }} as (select one.id from step_{{ n }} as one join step_{{ n }} using (id))
        {% endfor %} select id from step_8""",
    "models/behind.sql": "select * from {{ ref('weighed') }}",
    "models/models.yml": """
        {models: [{name: weighed, columns: [{name: id, data_type: integer}, {name: weight, data_type: double}]},
                  {name: things, columns: [{name: at, data_tests: [not_null]}]},
                  {name: log, columns: [{name: id, data_tests: [{accepted_values: {values: [1, 3]}}]}]}],
         unit_tests: [{name: the_first_word_counts, model: things,
                       given: [{input: "source('raw', 'landed')", rows: [{id: 1, words: "[a, b]"}, {id: 2}]}],
                       expect: {rows: [{id: 1, word: a}, {id: 2, word: null}]}},
                      {name: all_are_reached, model: reached,
                       given: [{input: ref('things'), rows: [{id: 1, at: '0'}, {id: 5, at: '1'}, {id: 6, at: '5'}]}],
                       expect: {rows: [{id: 1}, {id: 5}, {id: 6}]}},
                      {name: no_weight_is_made_up, model: weighed,
                       given: [{input: ref('things'), rows: [{id: 1, word: red}]},
                               {input: ref('weights'), rows: [{word: red, weight: 0.25}]}],
                       expect: {rows: [{id: 1, weight: 0.5}]}},
                      {name: a_row_stays_itself, model: chained,
                       given: [{input: "source('raw', 'landed')", rows: [{id: 1}]}], expect: {rows: [{id: 1}]}}],
         sources: [{name: raw, tables: [{name: landed}]}]}""",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("raw.landed", "{{ source('raw', 'landed') }}"), encoding="utf-8")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create schema raw")
        connection.execute("create table raw.landed (id integer, words varchar[], payload json)")
        connection.execute(
            """insert into raw.landed values (1, ['red'], '{"at": "0"}'), (2, ['green'], '{"at": "1"}')"""
        )
    return tmp_path


def dbt(project: Path, *command: str, before: Callable[[], None] | None = None) -> None:
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    program = Path(sys.executable).with_name("dbt")
    subprocess.run(
        [program, *command], cwd=project, env=environment, check=False, stdout=subprocess.DEVNULL, preexec_fn=before
    )


def outcomes(project: Path, *command: str) -> dict[str, str]:
    """The status of each node that dbt ran, by its name."""
    dbt(project, *command)
    results = json.loads((project / "target" / "run_results.json").read_text())["results"]
    return {
        result["unique_id"].split(".")[-1 if "unit_test" in result["unique_id"] else 2]: result["status"]
        for result in results
    }


def message(project: Path, name: str) -> str:
    """What the last command of dbt says of a node."""
    results = json.loads((project / "target" / "run_results.json").read_text())["results"]
    (said,) = (result["message"] for result in results if f".{name}" in result["unique_id"])
    return said


def rows(project: Path, table: str) -> list[tuple]:
    with duckdb.connect() as connection:
        return connection.execute(f"from '{project}/spark/dbt/tables/main.{table}/*.parquet' order by all").fetchall()


def test_dbt_builds_and_tests_and_tries_again(project):
    first = outcomes(project, "build")

    assert first == {
        "weights": "success", "the_first_word_counts": "pass", "things": "success", "all_are_reached": "pass",
        "reached": "success", "log": "success", "not_null_things_at": "pass",
        "accepted_values_log_id__1__3": "fail", "no_weight_is_made_up": "fail",
        "weighed": "skipped", "behind": "skipped", "a_row_stays_itself": "pass", "chained": "success",
    }  # fmt: skip
    assert message(project, "accepted_values_log_id").startswith("Got 1 result")
    assert rows(project, "reached") == [(1,), (2,)]
    steps_of_unit_tests = (project / "spark" / "dbt" / "steps").glob("step_*")
    assert len(list(steps_of_unit_tests)) == 1, "the long chain is written once: a plan of copies grows without bound"

    path = project / "models" / "models.yml"
    path.write_text(path.read_text().replace("weight: 0.5", "weight: 0.25"))
    assert outcomes(project, "retry") == {
        "no_weight_is_made_up": "pass", "weighed": "success", "behind": "success",
        "accepted_values_log_id__1__3": "fail",
    }  # fmt: skip
    assert rows(project, "weighed") == [(1, 0.5)]
    assert outcomes(project, "run", "--select", "log") == {"log": "success"}
    assert rows(project, "log") == [(1,), (2,)]
    dbt(project, "docs", "generate")
    catalog = json.loads((project / "target" / "catalog.json").read_text())
    columns = catalog["nodes"]["model.small.weighed"]["columns"].values()
    assert [(column["name"], column["type"]) for column in columns] == [("id", "INTEGER"), ("weight", "DOUBLE")]


def test_a_contract_is_kept_or_the_model_fails(project):
    (project / "models" / "weighed.sql").write_text(
        FILES["models/weighed.sql"].replace("weights.weight", "weights.weight as w")
    )

    made = outcomes(project, "build", "--select", "+weighed", "--exclude-resource-type", "unit_test")

    assert (made["weights"], made["weighed"]) == ("success", "error")
    assert "its contract has other columns: w, weight" in message(project, "weighed")


def test_a_model_that_fails_says_why_and_what_reads_it_is_left_out(project):
    (project / "models" / "weighed.sql").write_text("select 'red'::integer as id, 0.5::double as weight")

    ran = outcomes(project, "run", "--select", "weighed+")

    assert ran == {"weighed": "error", "behind": "skipped"}
    assert "CAST_INVALID_INPUT" in message(project, "weighed")
    assert "JVM" not in message(project, "weighed")


def test_a_full_disk_is_named_as_the_cause(project):
    """No file may grow beyond four megabytes: to its writer, the disk is full."""
    (project / "models" / "weighed.sql").write_text(
        "select md5(n::varchar) as id from (select unnest(range(400000)) as n)"
    )

    small = (4_000_000, 4_000_000)
    dbt(project, "run", "--select", "weighed", before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, small))

    assert "File too large" in message(project, "weighed")
    assert "\tat " not in message(project, "weighed")
