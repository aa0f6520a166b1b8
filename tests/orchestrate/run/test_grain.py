"""The grain of every model over what seven runs left behind; a run itself tests the grain of what it publishes."""

import pytest

from orchestrate.settings import Settings
from orchestrate.store.dbt_project import dbt_project
from tests.project_copy import dbt


@pytest.fixture
def project(world):
    return dbt_project(Settings(_env_file=None, mode="sandbox", data_dir=world.data_dir))


@pytest.mark.slow
def test_no_two_rows_of_any_model_are_one(project):
    done = dbt(project, "test", "--selector=grain")

    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_run_tests_the_grain_of_marts_alone(project):
    listed = dbt(project, "ls", "--selector=run", "--resource-type=test", "--output=name").stdout.split()

    grains = [name for name in listed if name.startswith("one_row_per_")]
    assert "one_row_per_entities_entity_id" in grains
    assert [name for name in grains if name.startswith(("one_row_per_int_", "one_row_per_stg_"))] == []
    assert "not_null_int_record_versions_record_key" in listed
