"""Checks that the same records give the same bytes: python -m bench.speed.determinism [RUNS].

It builds everything in the sandbox's world. Each build has another row order of the landed tables and 1 to 8 threads.
It prints one sha256 over the marts for each build. The exit code is 1 if two differ.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.project_copy import copy_project
from tests.repeated_builds import build, fingerprint, land_world, set_threads, shuffled_copy

RUNS, MOST_THREADS = 20, 8


def built_anew(landed: Path, scratch: Path, run: int, threads: int) -> str:
    directory = scratch / str(run)
    project = copy_project(directory / "project")
    set_threads(project, threads)
    warehouse = shuffled_copy(landed, directory, seed=run)
    build(project, warehouse)
    fingerprinted = fingerprint(warehouse)
    shutil.rmtree(directory)
    return fingerprinted


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="?", type=int, default=RUNS, help="builds of shuffled records")
    runs = parser.parse_args().runs
    hashes: Counter[str] = Counter()
    print(f"{'run':>3}  {'threads':>7}  {'seconds':>7}  sha256 over the marts")
    with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as scratch:
        landed = land_world(Path(scratch) / "warehouse.duckdb")
        for run in range(1, runs + 1):
            threads, started = (run - 1) % MOST_THREADS + 1, time.perf_counter()
            marts = built_anew(landed, Path(scratch), run, threads)
            print(f"{run:>3}  {threads:>7}  {time.perf_counter() - started:>7.1f}  {marts}", flush=True)
            hashes[marts] += 1
    print(f"{runs} runs, {len(hashes)} distinct hash{'es' if len(hashes) > 1 else ''}")
    return int(len(hashes) > 1)


if __name__ == "__main__":
    sys.exit(main())
