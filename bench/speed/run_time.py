"""Measures the parts of a warm `trigpoint run`: python -m bench.speed.run_time ["query"].

It prints medians over RUNS runs of the whole command in a new data directory. dbt builds in the two runs before them,
and the second leaves the plan of the others.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5
TRIGPOINT = [str(Path(sys.executable).with_name("trigpoint")), "run", "--json", "--max-age", "0"]
IMPORTS = {
    "ours": "import orchestrate.cli, orchestrate.run.pipeline, orchestrate.explain.run_report",
    "dlt": "import ingest.stage",
    "dbt (only where it builds)": "import dbt.cli.main",
}


def timed(command: list[str], environment: dict[str, str]) -> tuple[float, bytes]:
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    return time.perf_counter() - started, done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("query", nargs="?", default="powerleague portobello")
    query = parser.parse_args().query
    with tempfile.TemporaryDirectory() as data_dir:
        environment = {**os.environ, "QUERY": query, "TRIGPOINT_DATA_DIR": data_dir}
        cold, _ = timed(TRIGPOINT, environment)
        by_dbt, _ = timed(TRIGPOINT, environment)
        runs = [timed(TRIGPOINT, environment) for _ in range(RUNS)]
    walls = [seconds for seconds, _ in runs]
    reports = [json.loads(output) for _, output in runs]

    print(f'"{query}", {RUNS} warm runs on {os.cpu_count()} cores')
    print(f"{'the first run, cold':44} {cold:6.1f} s")
    print(f"{'the second run, built by dbt':44} {by_dbt:6.1f} s")
    print(
        f"{'whole command, warm, median (min, max)':44} {statistics.median(walls):6.1f} s "
        f"({min(walls):.1f}, {max(walls):.1f})"
    )
    stages: dict[str, list[float]] = {}
    for report in reports:
        for stage in report["stages"]:
            stages.setdefault(stage["name"], []).append(stage["seconds"])
    for name, seconds in stages.items():
        print(f"  stage {name:36} {statistics.median(seconds):6.2f} s")
    staged = [sum(stage["seconds"] for stage in report["stages"]) for report in reports]
    rest = statistics.median(wall - seconds for wall, seconds in zip(walls, staged, strict=True))
    print(f"  {'start-up, report':42} {rest:6.2f} s")
    for name, statement in IMPORTS.items():
        costs = [timed([sys.executable, "-c", statement], dict(os.environ))[0] for _ in range(3)]
        print(f"  import {name:35} {statistics.median(costs):6.2f} s")


if __name__ == "__main__":
    main()
