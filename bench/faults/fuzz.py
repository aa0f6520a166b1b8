"""Lands and stages mutated answers of the six services: python -m bench.faults.fuzz [payloads] [seed].

The tests do this with 20,000 payloads. The exit code is 1 if a record makes a model raise, or if a record is rejected
without a reason.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject
from tests.models.staged_fuzz import copy_of, doubled_claims, read_and_stage
from tests.project_copy import build_empty
from tests.sources import SEARCHED
from tests.wire_fuzz import land_fuzz

PER_ROUND = 4_000  # payloads of each source


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("payloads", nargs="?", type=int, default=200_000)
    parser.add_argument("seed", nargs="?", type=int, default=1, help="of the first round")
    given = parser.parse_args()
    payloads, first_seed = given.payloads, given.seed
    rounds = -(-payloads // (PER_ROUND * len(SEARCHED)))
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "empty").mkdir()
        project = build_empty(PROJECT_ROOT, Path(directory) / "empty")
        results = [one_round(project, seed) for seed in range(first_seed, first_seed + rounds)]
    raised, unnamed = (sum(column) for column in zip(*results, strict=True))
    print(f"{rounds * PER_ROUND * len(SEARCHED):,} payloads: {raised} faults, {unnamed} rejects without a reason")
    return 1 if raised or unnamed else 0


def one_round(project: DbtProject, seed: int) -> tuple[int, int]:
    """The number of faults, and of rejects without a reason."""
    started = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as directory,
        duckdb.connect(str(copy_of(project, Path(directory)))) as connection,
    ):
        outcomes = land_fuzz(connection, Path(directory) / "dlt", PER_ROUND, seed)
        ((unnamed,),) = connection.execute("select count(*) from raw.rejects where reason is null").fetchall()
        lost = [o for o in outcomes if o.fetched != PER_ROUND or o.fetched != o.landed + o.rejected + o.repeated]
        faults = [*read_and_stage(connection, project), *map(str, lost), *map(str, doubled_claims(connection))]
    landed, rejected = sum(o.landed for o in outcomes), sum(o.rejected for o in outcomes)
    print(f"seed {seed}: {landed:,} landed, {rejected:,} rejected, {time.perf_counter() - started:.0f} s", flush=True)
    for fault in faults:
        print("  ", fault[:500])
    return len(faults), unnamed


if __name__ == "__main__":
    sys.exit(main())
