"""`trigpoint build --engine spark` as a whole, in `.venv-spark`: with failures, killed half-way, and then right."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from engines.spark import parity

pytest.importorskip("pyspark", reason="Spark is not installed")
pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]

TRIGPOINT = str(Path(sys.executable).with_name("trigpoint"))
MODELS = 135


def command(data: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([TRIGPOINT, *arguments], env=environment(data), cwd=parity.ROOT)


def environment(data: Path) -> Mapping[str, str]:
    return {**os.environ, "TRIGPOINT_DATA_DIR": str(data)}


def published(mode: Path) -> dict[str, str]:
    """The digest of each file that a reader may open."""
    files = [mode / "trigpoint.duckdb", *sorted((mode / "marts" / "latest").rglob("*"))]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()}


def driver_of(build: subprocess.Popen[bytes]) -> int:
    """The process that builds: a child of the command."""
    children = Path(f"/proc/{build.pid}/task/{build.pid}/children").read_text().split()
    return next(int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes())


def kill_after(mode: Path, models: int, build: subprocess.Popen[bytes], before: set[Path]) -> None:
    while build.poll() is None:
        work = set((mode / "spark").glob("*")) - before
        if work and sum(1 for one in work for _ in one.glob("tables/*")) >= models:
            os.kill(driver_of(build), signal.SIGKILL)
            return
        time.sleep(0.05)


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of one run. All builds after it are as of one moment."""
    data = tmp_path_factory.mktemp("landed") / "data"
    assert command(data, "run", "powerleague portobello").wait() == 0
    parity.set_moment(data / "sandbox" / "warehouse.duckdb")
    return data


@pytest.fixture(scope="module")
def built(landed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, built and published on Spark."""
    data = tmp_path_factory.mktemp("built") / "data"
    shutil.copytree(landed, data)
    assert command(data, "build", "--engine", "spark").wait() == 0
    return data


def change(data: Path, *statements: str) -> None:
    with duckdb.connect(str(data / "sandbox" / "warehouse.duckdb")) as warehouse:
        for statement in statements:
            warehouse.execute(statement)


def test_a_model_or_a_data_test_that_fails_is_named_and_publishes_nothing(built):
    """No seed has a strategy for the field of the claim, by which a value could win."""
    before = published(built / "sandbox")
    change(
        built,
        "alter table ops.run_stages rename column errors to faults",
        "insert into extract.claims by name select * replace ('shoe_size' as field_name, '44' as value) "
        "from extract.claims where field_name = 'entity_name' and value is not null",
    )

    failed = subprocess.run(
        [TRIGPOINT, "build", "--engine", "spark"],
        env=environment(built), cwd=parity.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    change(
        built,
        "alter table ops.run_stages rename column faults to errors",
        "delete from extract.claims where field_name = 'shoe_size'",
    )
    said = failed.stderr.partition("so nothing was published: ")[2]
    assert failed.returncode == 5
    assert "model stg_ops__run_stages: " in said
    assert "data test " in said
    assert published(built / "sandbox") == before


def test_a_build_killed_half_way_leaves_what_was_published_and_the_next_is_right(landed, built, tmp_path):
    mode, on_duckdb = built / "sandbox", tmp_path / "duckdb"
    shutil.copytree(landed, on_duckdb)
    before, models = published(mode), random.randrange(1, MODELS)

    killed = command(built, "build", "--engine", "spark")
    kill_after(mode, models, killed, set((mode / "spark").glob("*")))

    assert killed.wait() == 1
    assert published(mode) == before, f"killed after {models} models"
    assert command(built, "build", "--engine", "spark").wait() == 0
    assert command(on_duckdb, "build").wait() == 0
    differences = parity.differences(on_duckdb / "sandbox" / "trigpoint.duckdb", mode / "marts" / "latest")
    assert {mart: why for mart, why in differences.items() if mart not in ("publications", "published_changes")} == {}
    assert len(list((mode / "spark").glob("*"))) == 1
