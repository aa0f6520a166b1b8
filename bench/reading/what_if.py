"""How long `trigpoint diff --trust` takes over many claims: all the sandbox's, again and again under other ids.

python -m bench.reading.what_if [CLAIMS]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from orchestrate.learn.eval_matching import build_sandbox
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.settings import Settings
from orchestrate.store.dbt_project import dbt_project
from orchestrate.store.warehouse import Warehouse, connect

CLAIMS, TIMES = 100_000, 5
TRIGPOINT = str(Path(sys.executable).with_name("trigpoint"))
TABLES = {
    "intermediate.int_record_claims": ("claim_id", "entity_id", "record_key"),
    "intermediate.int_claim_provenance": ("claim_id",),
    "intermediate.int_golden_cells": ("entity_id",),
    "marts.entities": ("entity_id", "slug"),
}


async def build(settings: Settings) -> None:
    settings.mode_dir.mkdir(parents=True)
    warehouse, dbt = Warehouse(settings.warehouse_path), DbtProcess(dbt_project(settings))
    try:
        await build_sandbox(warehouse, dbt)
    finally:
        dbt.kill()
        warehouse.close()


def multiply(warehouse: Path, claims: int) -> None:
    with connect(warehouse) as connection:
        ((held,),) = connection.execute("select count(*) from intermediate.int_claims").fetchall()
        for table, ids in TABLES.items():
            renamed = ", ".join(f"{column} || '-' || copy as {column}" for column in ids)
            connection.execute(
                f"insert into {table} select t.* replace ({renamed}) from {table} as t, range(1, ?) as c (copy)",
                [-(-claims // held)],
            )


def measure(data_dir: Path, trust: Path) -> None:
    environment = {**os.environ, "TRIGPOINT_DATA_DIR": str(data_dir), "TRIGPOINT_MODE": "sandbox"}
    for _ in range(TIMES):
        started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [TRIGPOINT, "diff", "--trust", str(trust)], env=environment, capture_output=True, text=True, check=True
        )
        seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        counts = re.search(r"Of \d+ cells from \d+ claims, \d+ would change", " ".join(done.stdout.split()))
        print(f"{trust.stem}: {seconds:.2f} s, {cpu:.2f} s of CPU time. {counts and counts[0]}")
    print(f"at most {after.ru_maxrss / 1024:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", nargs="?", type=int, default=CLAIMS, help="to rank again")
    claims = parser.parse_args().claims
    with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as directory:
        settings = Settings(_env_file=None, mode="sandbox", data_dir=Path(directory))
        asyncio.run(build(settings))
        multiply(settings.warehouse_path, claims)
        for name, rows in {"same": "serper,*,50", "other": "google_places,*,95\nsport_scotland,*,20"}.items():
            trust = Path(directory) / f"{name}.csv"
            trust.write_text(f"source_name,field_name,trust\n{rows}\n")
            measure(settings.data_dir, trust)


if __name__ == "__main__":
    main()
