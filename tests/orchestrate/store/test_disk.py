"""A full disk: one sentence that names it, exit code 1, and an unchanged publication."""

import asyncio
import errno
import multiprocessing
import os
import resource
import subprocess
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import duckdb
import pytest

from orchestrate.errors import DiskFullError, SourcesError
from orchestrate.run import dbt_runner
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.run.publication.publish import publish
from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject
from orchestrate.store.disk import no_room
from orchestrate.store.warehouse import Warehouse, sole_writer
from tests.orchestrate.conftest import TRIGPOINT

NO_BYTECODE = {"PYTHONDONTWRITEBYTECODE": "1"}  # Python keeps a file that it compiled half, and later fails to read it


@contextmanager
def room_for(size: int):
    """No file may grow beyond `size` bytes: to its writer, the disk is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with patch.dict(os.environ, NO_BYTECODE), patch("sys.dont_write_bytecode", True):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


def caused_by(error: Exception) -> Exception:
    try:
        raise RuntimeError("a library's own words") from error
    except RuntimeError as wrapped:
        return wrapped


FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(FULL, id="system"),
        pytest.param(caused_by(FULL), id="wrapped"),
        pytest.param(OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)), id="quota"),
        pytest.param(duckdb.IOException(f"Could not write file: {os.strerror(errno.ENOSPC)}"), id="database"),
        pytest.param(duckdb.OutOfMemoryException("set by the 'max_temp_directory_size' setting"), id="spilling"),
    ],
)
def test_a_full_disk_is_recognised_and_named(tmp_path, error):
    said = str(no_room(error, tmp_path / "sandbox" / "not there yet"))

    assert said.startswith(f"There is no room left to write in {tmp_path} (")
    assert "MB are free. The previous publication is unchanged. Make room, or set TRIGPOINT_DATA_DIR" in said


def test_the_file_that_the_error_names_is_the_one_that_is_said(tmp_path):
    named = duckdb.IOException(f'Could not write file "{tmp_path}/warehouse.duckdb": {os.strerror(errno.ENOSPC)}')

    assert f"to write in {tmp_path} (" in str(no_room(named, Path("/")))


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(PermissionError(errno.EACCES, "no"), id="another error"),
        pytest.param(SourcesError("the server says: No space left on device"), id="another's disk"),
    ],
)
def test_what_is_no_full_disk_of_ours_is_left_as_it_is(tmp_path, error):
    assert no_room(error, tmp_path) is None


def test_a_run_that_has_no_room_says_so_in_a_sentence(tmp_path, clean_environment):
    done = subprocess.run(
        [TRIGPOINT, "run", "libraries in leith"],
        env={**clean_environment, **NO_BYTECODE, "TRIGPOINT_DATA_DIR": str(tmp_path)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT_ROOT,
    )

    assert done.returncode == 1
    assert f"There is no room left to write in {tmp_path / 'sandbox'}" in done.stderr
    assert "Traceback" not in done.stderr
    assert "fault in Trigpoint" not in done.stderr


def test_a_report_that_has_no_room_says_so_in_a_sentence(clean_environment):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [TRIGPOINT, "plan", "padel edinburgh"],
            env=clean_environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=PROJECT_ROOT,
        )

    assert (done.returncode, done.stderr) == (
        1,
        "There is no room left for what is printed (No space left on device).\n",
    )


def test_a_full_disk_keeps_the_previous_publication(tmp_path):
    warehouse, published = tmp_path / "warehouse.duckdb", tmp_path / "trigpoint.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema marts; create table marts.entities as select range as id from range(10)")
    publish(warehouse, published, "r1", {}, lambda: False)
    before = published.read_bytes()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table marts.more as select sha256(range::varchar) as x from range(100000)")

    async def publish_again() -> None:
        async with sole_writer(tmp_path, "run", 1, print):
            with room_for(1_000_000):
                publish(warehouse, published, "r2", {}, lambda: False)

    with pytest.raises(DiskFullError, match="no room left to write"):
        asyncio.run(publish_again())

    assert published.read_bytes() == before


def test_dbt_without_room_says_so_rather_than_that_checks_failed(tmp_path, monkeypatch):
    monkeypatch.setattr(dbt_runner, "PROCESSES", multiprocessing.get_context("spawn"))
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    warehouse.open()
    warehouse.close()
    dbt = DbtProcess(DbtProject(PROJECT_ROOT, warehouse.path, tmp_path / "dbt"))
    with room_for(20_000):
        dbt.start()  # the child has what its parent had when it was started

    with pytest.raises(DiskFullError, match="no room left to write"):
        asyncio.run(dbt.build("--select", "injection_phrases", "query_vocabulary"))  # seeds of more than that
