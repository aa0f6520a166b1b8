"""Every model can be translated for Spark. A construct that no test has met fails here, without a Spark."""

from __future__ import annotations

import duckdb
import pytest

from engines.spark import recursion
from engines.spark.sql.errors import UntranslatableError
from engines.spark.sql.translate import to_spark
from orchestrate.store.dbt_project import DbtProject


@pytest.fixture(scope="module")
def columns(project: DbtProject) -> dict[str, list[str]]:
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select schema_name || '.' || table_name, list(column_name order by column_index) from duckdb_columns() "
            "group by all"
        ).fetchall()
    return dict(rows)


def test_every_model_can_be_translated(project, columns):
    refused = {}
    compiled = project.scratch_dir / "target" / "compiled" / "trigpoint" / "models"
    for path in compiled.rglob("*.sql"):
        if any(folder.suffix == ".yml" for folder in path.parents):  # a unit test
            continue
        sql = path.read_text()
        try:
            if not recursion.is_recursive(sql):
                to_spark(sql, columns.__getitem__)
        except UntranslatableError as error:
            refused[path.stem] = str(error)

    assert refused == {}
