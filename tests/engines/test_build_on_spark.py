"""`trigpoint build --engine spark` as a whole, in `.venv-spark`: killed half-way, and then right."""

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


def test_a_build_killed_half_way_leaves_what_was_published_and_the_next_is_right(tmp_path):
    data, on_duckdb = tmp_path / "spark", tmp_path / "duckdb"
    mode = data / "sandbox"
    assert command(data, "run", "powerleague portobello").wait() == 0
    parity.set_moment(mode / "warehouse.duckdb")
    shutil.copytree(data, on_duckdb)
    assert command(data, "build", "--engine", "spark").wait() == 0
    before, models = published(mode), random.randrange(1, MODELS)

    killed = command(data, "build", "--engine", "spark")
    kill_after(mode, models, killed, set((mode / "spark").glob("*")))

    assert killed.wait() == 1
    assert published(mode) == before, f"killed after {models} models"
    assert command(data, "build", "--engine", "spark").wait() == 0
    assert command(on_duckdb, "build").wait() == 0
    differences = parity.differences(on_duckdb / "sandbox" / "trigpoint.duckdb", mode / "marts" / "latest")
    assert {mart: why for mart, why in differences.items() if mart not in ("publications", "published_changes")} == {}
    assert len(list((mode / "spark").glob("*"))) == 1
