"""What dbt's process is given before it starts."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import duckdb
import pytest

from orchestrate.dbt_build import MEGABYTES_PER_THREAD, DbtProject, _prepare_child
from orchestrate.settings import PROJECT_ROOT


def in_child(variable: str, scratch: Path, parsed_before: Path | None = None) -> str | None:
    project = DbtProject(PROJECT_ROOT, scratch / "warehouse.duckdb", scratch / "dbt", parsed_before)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _prepare_child, (project,)) as child:
        return child.submit(os.getenv, variable).result()


def memory_limit(scratch: Path) -> str | None:
    return in_child("TRIGPOINT_MEMORY_LIMIT", scratch)


def test_memory_goes_by_the_threads_that_the_database_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIGPOINT_MEMORY_LIMIT", raising=False)
    with duckdb.connect() as connection:
        ((threads,),) = connection.execute("select current_setting('threads')").fetchall()
    assert memory_limit(tmp_path) == f"{int(threads) * MEGABYTES_PER_THREAD}MB"


def test_a_limit_that_the_user_sets_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIGPOINT_MEMORY_LIMIT", "3GB")
    assert memory_limit(tmp_path) == "3GB"


def test_to_what_dbt_has_parsed_one_warehouse_is_like_another(tmp_path: Path) -> None:
    one, two = (DbtProject(PROJECT_ROOT, tmp_path / name / "warehouse.duckdb", tmp_path) for name in ("one", "two"))
    assert one.environment() == two.environment()


def test_what_was_parsed_before_is_named_to_dbt_only_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # dbt ends with an error when a file that it is told of is not there: so it is before the first run.
    monkeypatch.delenv("DBT_PARTIAL_PARSE_FILE_PATH", raising=False)
    parsed = tmp_path / "partial_parse.msgpack"
    assert in_child("DBT_PARTIAL_PARSE_FILE_PATH", tmp_path, parsed) is None

    parsed.touch()
    assert in_child("DBT_PARTIAL_PARSE_FILE_PATH", tmp_path, parsed) == str(parsed)
