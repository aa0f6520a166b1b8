"""For dbt users: the published tables as sources, and a project that plain dbt commands can read."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from orchestrate.maintain.dbt_sources import dbt_sources
from orchestrate.settings import PROJECT_ROOT


@pytest.fixture(scope="module")
def tables() -> dict[str, list[dict[str, str]]]:
    """Name -> columns."""
    (source,) = yaml.safe_load(dbt_sources(PROJECT_ROOT))["sources"]
    return {table["name"]: table["columns"] for table in source["tables"]}


def test_the_file_in_docs_is_what_the_command_writes():
    written = (PROJECT_ROOT / "docs" / "trigpoint_sources.yml").read_text(encoding="utf-8")

    assert written == dbt_sources(PROJECT_ROOT), "run: trigpoint dbt sources > docs/trigpoint_sources.yml"


def test_every_description_is_whole_without_our_project(tables):
    descriptions = [column["description"] for columns in tables.values() for column in columns]

    assert all(descriptions)
    assert not [text for text in descriptions if "{{" in text or "{%" in text]
    assert tables["entities"][0]["description"].startswith("The place, as `tp_`")


@pytest.mark.slow
def test_the_sources_are_the_published_tables_column_by_column(tables, world):
    published = world.rows(
        """
        select table_name, list({'name': column_name, 'type': lower(data_type)} order by column_index)
        from duckdb_columns() where schema_name = 'marts' group by table_name
        """
    )

    assert {
        name: [{"name": c["name"], "type": c["data_type"]} for c in columns] for name, columns in tables.items()
    } == (dict(published))


@pytest.mark.slow
def test_plain_dbt_commands_work_in_the_repository(tmp_path, clean_environment):
    listed = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--quiet", "ls", "--resource-type", "source", "model"],
        cwd=PROJECT_ROOT,
        # Only dbt's scratch files go elsewhere: the tests leave none in the repository.
        env=clean_environment | {"DBT_TARGET_PATH": str(tmp_path / "target"), "DBT_LOG_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (listed.returncode, listed.stderr) == (0, "")
    assert {"source:trigpoint.raw.openstreetmap", "trigpoint.marts.entities"} <= set(listed.stdout.split())
