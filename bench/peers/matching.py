"""Our matching beside Splink's on invented countries with a known truth: python -m bench.peers.matching [PLACES ...].

F1, precision and recall are of all pairs of records that are together. Splink is told as its parts, preparation first
(`matching_splink.py`); ours is the whole of dbt's process, its start and its parsing included, which Splink has no
like of. Landing the records is in neither. Splink has an environment of its own (`bench/peers/peers-matching.txt`).
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from orchestrate.clock import utc_now
from orchestrate.learn.eval_matching import build_models, load_records, pairwise_scores
from orchestrate.learn.tune_matching_em import tune_matching
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject
from orchestrate.store.warehouse import Warehouse, sql_text
from tests.project_copy import copy_project

PLACES = (40_000, 400_000)
SPLINK = PROJECT_ROOT / ".venv-splink" / "bin" / "python"
OURS, TUNED = "trigpoint", "trigpoint, tuned"


def land(records: Path, warehouse_path: Path) -> float:
    """Leave the records as `trigpoint eval matching` would; the seconds it took."""
    started = time.perf_counter()
    warehouse, written = Warehouse(warehouse_path), records.with_suffix(".csv")
    warehouse.connection.execute(
        f"copy (from read_parquet({sql_text(str(records))})) to {sql_text(str(written))} (header)"
    )
    load_records(warehouse.connection, written, utc_now())
    warehouse.close()
    return time.perf_counter() - started


async def measure_ours(records: Path) -> dict[str, Any]:
    """As the weights stand in the seed, and again with weights learned from these very records, unlabelled."""
    truth = read_truth(records)
    with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as scratch:
        warehouse = Warehouse(Path(scratch) / "warehouse.duckdb")
        # In a process of its own: the peak that Linux tells of a child begins at its parent's.
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            landed = pool.submit(land, records, warehouse.path).result()
        project = copy_project(Path(scratch) / "project")
        parts, peak = await build(project, warehouse, "--selector=matching")
        told = {OURS: {"parts": parts, "peak_megabytes": peak, "landed_before": landed, **judge(warehouse.path, truth)}}

        started = time.perf_counter()
        seed = project / "dbt_project" / "seeds" / "match_weights.csv"
        seed.write_text(tune_matching(warehouse.path, seed).seed)
        warehouse.connection.execute("update ops.build_context set run_id = 'again', as_of = as_of + interval 1 day")
        tuned = {**parts, "tune": time.perf_counter() - started}
        again, peak = await build(
            project, warehouse, "--select=match_weights+,+int_record_entities", "--exclude-resource-type=test"
        )
        told[TUNED] = {
            "parts": {**tuned, "start again": again["start"], "build again": again["build"]},
            "peak_megabytes": peak,
            "landed_before": landed,
            **judge(warehouse.path, truth),
        }
    return told


async def build(project: Path, warehouse: Warehouse, *selection: str) -> tuple[dict[str, float], float]:
    started = time.perf_counter()
    dbt = DbtProcess(DbtProject(project, warehouse.path, project.with_name("dbt")))
    dbt.start()
    try:
        built = await build_models(warehouse, dbt, *selection)
    finally:
        dbt.kill()
    start = time.perf_counter() - started - built.seconds
    return {"start": start, "build": built.seconds}, built.peak_megabytes


def judge(warehouse: Path, truth: dict[str, str]) -> dict[str, Any]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        pairs = connection.execute("select count(*) from intermediate.int_candidate_pairs").fetchall()[0][0]
        found = dict(
            connection.execute("select record_key, entity_id from intermediate.int_record_entities").fetchall()
        )
    scores = pairwise_scores(found, truth)
    return {"candidate_pairs": pairs, "precision": scores.precision, "recall": scores.recall, "f1": scores.f1}


def read_truth(records: Path) -> dict[str, str]:
    columns = pq.read_table(records, columns=["source", "source_record_id", "truth"]).to_pydict()
    return {f"{source}:{source_id}": str(place) for source, source_id, place in zip(*columns.values(), strict=True)}


def told_by(*command: str | Path) -> dict[str, Any]:
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])  # DuckDB draws a bar where a query takes long


def compare(places: int, scratch: Path) -> tuple[int, dict[str, dict[str, Any]]]:
    """The number of records, and what each measured; every one in its own process, one after the other."""
    records = scratch / f"{places}.parquet"
    subprocess.run(
        [sys.executable, "-m", "bench.peers.synthetic_places", str(places), records], stdout=sys.stderr, check=True
    )
    told = told_by(SPLINK, Path(__file__).with_name("matching_splink.py"), records) if SPLINK.exists() else {}
    told |= told_by(sys.executable, "-m", "bench.peers.matching", "--ours", records)
    for measured in told.values():
        measured["seconds"] = sum(measured["parts"].values())
    return pq.read_metadata(records).num_rows, told


def print_rows(records: int, told: dict[str, dict[str, Any]]) -> None:
    for who, row in told.items():
        faster = "" if who in (OURS, TUNED) else f"{row['seconds'] / told[OURS]['seconds']:.1f} x"
        parts = ", ".join(f"{part} {seconds:.1f}" for part, seconds in row["parts"].items())
        at = f"; at {row['threshold']}" if "threshold" in row else f"; landing before {row['landed_before']:.1f}"
        print(
            f"{records:>9,}  {who:18}{row['f1']:>7.4f}{row['precision']:>11.4f}{row['recall']:>8.4f}"
            f"{row['seconds']:>9.1f}{faster:>15}{row['peak_megabytes']:>9.0f}{row['candidate_pairs']:>12,}  {parts}{at}"
        )


def print_growth(compared: list[tuple[int, dict[str, dict[str, Any]]]]) -> None:
    (first, few), (last, many) = compared[0], compared[-1]
    grown = {
        "seconds": many[OURS]["seconds"] / few[OURS]["seconds"],
        "candidate pairs": many[OURS]["candidate_pairs"] / few[OURS]["candidate_pairs"],
    }
    told = ", ".join(f"{what} {times:.1f} times" for what, times in grown.items())
    print(f"From {first:,} records to {last:,}, {last / first:.1f} times as many, {OURS} needs: {told}")


def main() -> None:
    if sys.argv[1:2] == ["--ours"]:
        json.dump(asyncio.run(measure_ours(Path(sys.argv[2]))), sys.stdout)
        return
    if not SPLINK.exists():
        print("Splink is not installed: make bench-matching", file=sys.stderr)
    sizes = [int(places) for places in sys.argv[1:]] or PLACES
    compared = []
    with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as scratch:
        print(
            f"{'records':>9}  {'who':18}{'F1':>7}{'precision':>11}{'recall':>8}{'seconds':>9}{'ours is faster':>15}"
            f"{'peak MB':>9}{'candidates':>12}  seconds by part; threshold"
        )
        for places in sizes:
            compared.append(compare(places, Path(scratch)))
            print_rows(*compared[-1])
    if len(compared) > 1:
        print_growth(compared)


if __name__ == "__main__":
    main()
