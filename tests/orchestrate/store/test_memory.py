"""Too little memory is one sentence that says how to give more."""

from types import SimpleNamespace

import duckdb
import pytest

from orchestrate.errors import TrigpointError
from orchestrate.run.dbt_child import _check_room
from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject
from orchestrate.store.memory import out_of_memory


def message_of_too_little_memory() -> str:
    with (
        duckdb.connect(config={"memory_limit": "10MB", "temp_directory": ""}) as connection,
        pytest.raises(duckdb.OutOfMemoryException) as caught,
    ):
        connection.execute("create table t as select hash(i) as h, i from range(5_000_000) as r (i) order by h")
    return str(caught.value)


def test_the_model_and_the_limit_are_named(tmp_path, monkeypatch):
    monkeypatch.setenv("TRIGPOINT_MEMORY_LIMIT", "10MB")
    outcome = SimpleNamespace(status="error", message=message_of_too_little_memory(), node=SimpleNamespace(name="big"))

    with pytest.raises(TrigpointError) as caught:
        _check_room([outcome], DbtProject(PROJECT_ROOT, tmp_path / "warehouse.duckdb", tmp_path))

    assert str(caught.value) == (
        "big needs more memory than 10MB. The previous publication is unchanged. Set TRIGPOINT_MEMORY_LIMIT to more, "
        "such as 4GB, and run again."
    )


def test_another_error_is_none_of_memory():
    assert out_of_memory("Conversion Error: Could not convert string to INT32") is None
