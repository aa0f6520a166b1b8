"""What dbt's process is given before it starts."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import duckdb
import pytest

from orchestrate.run.dbt_child import prepare
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import MEGABYTES_PER_THREAD, DbtProject, default_limit


def in_child(variable: str, scratch: Path, parsed_before: Path | None = None) -> str | None:
    project = DbtProject(PROJECT_ROOT, scratch / "warehouse.duckdb", scratch / "dbt", parsed_before)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), prepare, (project,)) as child:
        return child.submit(os.getenv, variable).result()


def memory_limit(scratch: Path) -> str | None:
    return in_child("TRIGPOINT_MEMORY_LIMIT", scratch)


def test_memory_is_that_of_the_threads_or_a_quarter_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRIGPOINT_MEMORY_LIMIT", raising=False)
    with duckdb.connect() as connection:
        settings = "select current_setting('threads'), current_setting('memory_limit')"
        ((threads, memory),) = connection.execute(settings).fetchall()

    assert memory_limit(tmp_path) == default_limit(int(threads), memory)
    assert default_limit(8, "6.2 GiB") == f"{8 * MEGABYTES_PER_THREAD}MB"
    assert default_limit(2, "18.8 GiB") == "6055MB"
    assert default_limit(2, "0 bytes") == f"{2 * MEGABYTES_PER_THREAD}MB"


def test_a_limit_that_the_user_sets_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIGPOINT_MEMORY_LIMIT", "3GB")
    assert memory_limit(tmp_path) == "3GB"
    assert in_child("TRIGPOINT_MEMORY_OF_CHANGE", tmp_path) == "3GB"


def test_to_what_dbt_has_parsed_one_warehouse_is_like_another(tmp_path: Path) -> None:
    one, two = (DbtProject(PROJECT_ROOT, tmp_path / name / "warehouse.duckdb", tmp_path) for name in ("one", "two"))
    assert one.environment() == two.environment()


def test_what_was_parsed_before_is_named_to_dbt_only_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # dbt fails if a named file does not exist, as before the first run.
    monkeypatch.delenv("DBT_PARTIAL_PARSE_FILE_PATH", raising=False)
    parsed = tmp_path / "partial_parse.msgpack"
    assert in_child("DBT_PARTIAL_PARSE_FILE_PATH", tmp_path, parsed) is None

    parsed.touch()
    assert in_child("DBT_PARTIAL_PARSE_FILE_PATH", tmp_path, parsed) == str(parsed)


def test_a_build_that_is_cancelled_ends_at_once(tmp_path: Path) -> None:
    """Were the child waited for, this would take a minute."""
    dbt = DbtProcess(DbtProject(PROJECT_ROOT, tmp_path / "warehouse.duckdb", tmp_path))

    async def cancel() -> None:
        building = asyncio.ensure_future(dbt._in_child(None, time.sleep, 60))
        await asyncio.sleep(1)
        building.cancel()
        await building

    started = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancel())

    assert time.monotonic() - started < 10


STARTS_A_CHILD = """
import sys, time
from pathlib import Path
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.store.dbt_project import DbtProject
if __name__ == "__main__":
    scratch = Path(sys.argv[1])
    dbt = DbtProcess(DbtProject(scratch, scratch / "warehouse.duckdb", scratch))
    dbt._send(time.sleep, 60)
    print(dbt._child.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGTERM])
def test_the_child_goes_with_its_parent_however_that_ends(tmp_path: Path, stop: signal.Signals) -> None:
    script = tmp_path / "parent.py"
    script.write_text(STARTS_A_CHILD)
    parent = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    time.sleep(1)  # long enough for it to be at work

    parent.send_signal(stop)
    parent.wait()

    deadline = time.monotonic() + 10
    while Path(f"/proc/{child}/cmdline").exists() and Path(f"/proc/{child}/cmdline").read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.05)
