"""What a first build of a made-up country costs on DuckDB and on Spark: `make bench-engines`.

Each engine lands six lists, reads them, builds all models, tests and publishes, by `trigpoint build`. With
`--only-matching`, the records are landed and read before, and `dbt build` builds the models of matching.

Memory and seconds of the processor are of the command and all processes below it. Memory is resident memory, so pages
that processes share count twice.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from bench.peers.matching import land, read_truth
from bench.peers.synthetic_places import declare, generate
from orchestrate.learn.eval_matching import pairwise_scores
from orchestrate.run.dbt_child import read_payloads_of
from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject
from orchestrate.store.warehouse import sql_text

ENGINES = ("duckdb", "spark")
COMMANDS = Path(sys.executable).parent
EVERY = 0.25  # seconds between two looks at the processes
TICKS, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
SLOWEST = 10


@dataclass
class Processes:
    """A process and all below it, as seen from time to time."""

    root: int
    peak_bytes: int = 0
    seconds: dict[int, float] = field(default_factory=dict)  # of each process, as seen last

    def look(self) -> None:
        stats = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                stats[int(folder.name)] = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
        family = {self.root}
        while more := {process for process, stat in stats.items() if int(stat[1]) in family} - family:
            family |= more
        alive = {process: stats[process] for process in family if process in stats}
        self.peak_bytes = max(self.peak_bytes, sum(int(stat[21]) * PAGE for stat in alive.values()))
        self.seconds |= {process: (int(stat[11]) + int(stat[12])) / TICKS for process, stat in alive.items()}


@dataclass(frozen=True)
class Spent:
    """Seconds of the clock and of the processor, and megabytes."""

    wall: float
    processor: float
    peak: float


def measured(command: Sequence[str | Path], **environment: str) -> Spent:
    """Run the command to its end. Raises CalledProcessError."""
    started, is_done = perf_counter(), threading.Event()
    with subprocess.Popen(command, env={**os.environ, **environment}, cwd=PROJECT_ROOT, stdout=sys.stderr) as one:
        processes = Processes(one.pid)

        def follow() -> None:
            while not is_done.wait(EVERY):
                processes.look()

        follower = threading.Thread(target=follow)
        follower.start()
        code = one.wait()
        is_done.set()
        follower.join()
    if code:
        raise subprocess.CalledProcessError(code, command)
    return Spent(perf_counter() - started, sum(processes.seconds.values()), processes.peak_bytes / 1e6)


def build(engine: str, records: pa.Table, scratch: Path) -> tuple[Spent, Path]:
    """What `trigpoint build` spent, and the folder of its data."""
    declare(records, scratch / "lists")
    data = scratch / engine
    command: list[str | Path] = [COMMANDS / "trigpoint", "build", "--engine", engine, "--json"]
    spent = measured(command, TRIGPOINT_DATA_DIR=str(data), TRIGPOINT_SOURCES_DIR=str(scratch / "lists"))
    return spent, data / "sandbox"


def match(engine: str, records: pa.Table, scratch: Path) -> tuple[Spent, Path]:
    """What the models of matching spent, and the folder of the warehouse."""
    data = scratch / engine
    data.mkdir()
    pq.write_table(records, scratch / "records.parquet")
    project = DbtProject(PROJECT_ROOT, data / "warehouse.duckdb", data)
    land(scratch / "records.parquet", project.warehouse)
    os.environ.update(project.environment())
    read_payloads_of(project)
    command: list[str | Path] = [COMMANDS / "dbt", "build", "--selector", "matching"]
    command += ["--exclude-resource-type", "unit_test"]
    log: list[str | Path] = ["--target", engine, "--target-path", data / "target", "--log-path", data / "logs"]
    return measured([*command, *log], TRIGPOINT_WAREHOUSE=str(project.warehouse)), data


def table_of(engine: str, data: Path, name: str) -> str:
    """A table of the last build, as DuckDB reads it."""
    folders = [*data.glob(f"spark/*/tables/{name}")] if engine == "spark" else []
    return f"read_parquet({sql_text(str(folders[0] / '*.parquet'))})" if folders else name


def outcome(engine: str, data: Path, truth: dict[str, str]) -> tuple[float, int]:
    """F1 over all pairs of records, and the number of candidate pairs."""
    entities, pairs = (
        table_of(engine, data, f"intermediate.{name}") for name in ("int_record_entities", "int_candidate_pairs")
    )
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        found = dict(connection.execute(f"select record_key, entity_id from {entities}").fetchall())
        ((counted,),) = connection.execute(f"select count(*) from {pairs}").fetchall()
    return pairwise_scores(found, truth).f1, counted


def slowest(data: Path) -> str:
    """The models of Spark that took the most seconds."""
    found = [*data.glob("spark/*/seconds.json")]
    if found:
        seconds: dict[str, float] = json.loads(found[0].read_text())
    else:
        results = json.loads((data / "target" / "run_results.json").read_text())["results"]
        seconds = {one["unique_id"].split(".")[2]: one["execution_time"] for one in results}
    ordered = sorted(seconds.items(), key=lambda one: -one[1])
    return ", ".join(f"{name} {spent:.1f}" for name, spent in ordered[:SLOWEST])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", type=int, nargs="?", default=40_000)
    parser.add_argument("--only-matching", action="store_true")
    parser.add_argument("--engines", nargs="+", default=ENGINES, choices=ENGINES)
    parser.add_argument("--keep", type=Path, help="a folder for the data, which stay")
    wanted = parser.parse_args()
    records = generate(wanted.places)
    print(f"{records.num_rows:,} records of {wanted.places:,} places, load {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as made:
        scratch = wanted.keep or Path(made)
        scratch.mkdir(exist_ok=True)
        for engine in wanted.engines:
            spent, data = (match if wanted.only_matching else build)(engine, records, scratch)
            pq.write_table(records, scratch / "records.parquet")
            truth = read_truth(scratch / "records.parquet")
            if not wanted.only_matching:  # a declared list has a name of its own
                truth = {key.replace(":", "_list:", 1): place for key, place in truth.items()}
            f1, pairs = outcome(engine, data, truth)
            print(
                f"{engine:7}{spent.wall:8.0f} s{spent.processor:8.0f} s of the processor"
                f"{spent.peak:8,.0f} MB   F1 {f1:.4f}   {pairs:,} candidate pairs",
                flush=True,
            )
            if engine == "spark":
                print(f"        slowest, in seconds: {slowest(data)}", flush=True)
            if not wanted.keep:
                shutil.rmtree(scratch / engine)


if __name__ == "__main__":
    main()
