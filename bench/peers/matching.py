"""Compares our matching with Splink on invented countries: python -m bench.peers.matching [PLACES ...].

The truth of these countries is known.

F1, precision and recall count all pairs of records in one cluster. Splink's time is the sum of its parts, from the
preparation on (`matching_splink.py`). Our time is that of the whole process: its start, with the parsing of the dbt
project; `read`, the parsing of phones and postcodes in Python; the models; and dbt between them. Splink has only what
the models do. Landing the records counts for neither. Splink has its own environment
(`bench/peers/peers-matching.txt`).
"""

from __future__ import annotations

import argparse
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
from orchestrate.learn.match_weights.unlabelled import tune_matching
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject
from orchestrate.store.warehouse import Warehouse, sql_text
from tests.project_copy import copy_project

PLACES = (40_000, 400_000)
SPLINK = PROJECT_ROOT / ".venv-splink" / "bin" / "python"
OURS, TUNED = "trigpoint", "trigpoint, tuned"


def land(records: Path, warehouse_path: Path) -> float:
    """Land the records as `trigpoint eval matching` does. Return the seconds."""
    started = time.perf_counter()
    warehouse, written = Warehouse(warehouse_path), records.with_suffix(".csv")
    warehouse.connection.execute(
        f"copy (from read_parquet({sql_text(str(records))})) to {sql_text(str(written))} (header)"
    )
    load_records(warehouse.connection, written, utc_now())
    warehouse.close()
    return time.perf_counter() - started


async def measure_ours(records: Path) -> dict[str, Any]:
    """Measure with the weights of the seed, then with weights learned from these records without labels."""
    truth = read_truth(records)
    with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as scratch:
        warehouse = Warehouse(Path(scratch) / "warehouse.duckdb")
        # In a separate process: on Linux, the peak memory of a child starts at the peak of its parent.
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            landed = pool.submit(land, records, warehouse.path).result()
        project = copy_project(Path(scratch) / "project")
        parts, peak = await build(project, warehouse, "--selector=matching")
        results = {
            OURS: {"parts": parts, "peak_megabytes": peak, "landed_before": landed, **scores_of(warehouse.path, truth)}
        }

        started = time.perf_counter()
        seed = project / "dbt_project" / "seeds" / "match_weights.csv"
        seed.write_text(tune_matching(warehouse.path, seed).seed)
        warehouse.connection.execute("update ops.build_context set run_id = 'again', as_of = as_of + interval 1 day")
        tuned = {**parts, "tune": time.perf_counter() - started}
        again, peak = await build(
            project, warehouse, "--select=match_weights+,+int_record_entities", "--exclude-resource-type=test"
        )
        results[TUNED] = {
            "parts": {**tuned, **{f"{part} again": seconds for part, seconds in again.items()}},
            "peak_megabytes": peak,
            "landed_before": landed,
            **scores_of(warehouse.path, truth),
        }
    return results


async def build(project: Path, warehouse: Warehouse, *selection: str) -> tuple[dict[str, float], float]:
    started = time.perf_counter()
    dbt = DbtProcess(DbtProject(project, warehouse.path, project.with_name("dbt")))
    dbt.start()
    try:
        built = await build_models(warehouse, dbt, *selection)
    finally:
        dbt.kill()
    start = time.perf_counter() - started - built.seconds
    stages = sum(built.stage_seconds.values())
    parts = {
        "start": start,
        "read": built.reading_seconds,
        "models": stages - built.reading_seconds,
        "dbt": built.seconds - stages,
    }
    return parts, built.peak_megabytes


def scores_of(warehouse: Path, truth: dict[str, str]) -> dict[str, Any]:
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


def output_of(*command: str | Path) -> dict[str, Any]:
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])  # DuckDB prints a progress bar for a slow query


def compare(places: int, scratch: Path) -> tuple[int, dict[str, dict[str, Any]]]:
    """The number of records and the measurements. Each runs in its own process, one after the other."""
    records = scratch / f"{places}.parquet"
    subprocess.run(
        [sys.executable, "-m", "bench.peers.synthetic_places", str(places), records], stdout=sys.stderr, check=True
    )
    results = output_of(SPLINK, Path(__file__).with_name("matching_splink.py"), records) if SPLINK.exists() else {}
    results |= output_of(sys.executable, "-m", "bench.peers.matching", "--ours", records)
    for measured in results.values():
        measured["seconds"] = sum(measured["parts"].values())
    return pq.read_metadata(records).num_rows, results


def print_rows(records: int, results: dict[str, dict[str, Any]]) -> None:
    for name, row in results.items():
        faster = "" if name in (OURS, TUNED) else f"{row['seconds'] / results[OURS]['seconds']:.1f} x"
        parts = ", ".join(f"{part} {seconds:.1f}" for part, seconds in row["parts"].items())
        at = f"; at {row['threshold']}" if "threshold" in row else f"; landing before {row['landed_before']:.1f}"
        print(
            f"{records:>9,}  {name:18}{row['f1']:>7.4f}{row['precision']:>11.4f}{row['recall']:>8.4f}"
            f"{row['seconds']:>9.1f}{faster:>15}{row['peak_megabytes']:>9.0f}{row['candidate_pairs']:>12,}  {parts}{at}"
        )


def print_growth(compared: list[tuple[int, dict[str, dict[str, Any]]]]) -> None:
    (first, few), (last, many) = compared[0], compared[-1]
    grown = {
        "seconds of models": many[OURS]["parts"]["models"] / few[OURS]["parts"]["models"],
        "seconds": many[OURS]["seconds"] / few[OURS]["seconds"],
        "candidate pairs": many[OURS]["candidate_pairs"] / few[OURS]["candidate_pairs"],
    }
    growth = ", ".join(f"{what} {times:.1f} times" for what, times in grown.items())
    print(f"From {first:,} records to {last:,}, {last / first:.1f} times as many, {OURS} needs: {growth}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="*", type=int, default=PLACES, help="of each country")
    parser.add_argument("--ours", type=Path, metavar="RECORDS", help="measure only ours, on this file, as JSON")
    given = parser.parse_args()
    if given.ours:
        json.dump(asyncio.run(measure_ours(given.ours)), sys.stdout)
        return
    if not SPLINK.exists():
        print("Splink is not installed. Install and run it with: make bench-matching", file=sys.stderr)
    compared = []
    with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as scratch:
        print(
            f"{'records':>9}  {'name':18}{'F1':>7}{'precision':>11}{'recall':>8}{'seconds':>9}{'ours is faster':>15}"
            f"{'peak MB':>9}{'candidates':>12}  seconds by part; threshold"
        )
        for places in given.places:
            compared.append(compare(places, Path(scratch)))
            print_rows(*compared[-1])
    if len(compared) > 1:
        print_growth(compared)


if __name__ == "__main__":
    main()
