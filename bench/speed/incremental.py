"""What a few changed records cost in a large warehouse: `make bench-incremental`.

A large list of invented places is built. A small list is built with it. Then the small list changes: 50 records are
new, 20 have another phone, 5 are gone. Then as much changes in the large list, which lands again. The builds of these
changes are compared with the build of everything.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from bench.speed.lists import COLUMNS, CONTRACT, row, write_list

NEW, CHANGED, GONE = 50, 20, 5
SMALL = 200  # records of the small list


def write_small_list(directory: Path, *, is_changed: bool) -> None:
    chance = random.Random(11)
    rows = [row(9_000_000 + number, chance) for number in range(SMALL + NEW)]
    contract = CONTRACT.replace("source: clubs", "source: recent").replace("clubs.csv", "recent.csv")
    (directory / "recent.yml").write_text(contract)
    write_rows(directory / "recent.csv", with_changes(rows, chance) if is_changed else rows[:SMALL])


def write_large_list_again(directory: Path, count: int) -> None:
    chance = random.Random(7)
    write_rows(directory / "clubs.csv", with_changes([row(number, chance) for number in range(count + NEW)], chance))


def with_changes(rows: list[list[object]], chance: random.Random) -> list[list[object]]:
    """The rows without the first few, and the next few with another phone. The last of `rows` are the new ones."""
    for changed in rows[GONE : GONE + CHANGED]:
        changed[COLUMNS.index("Tel")] = f"01{chance.randint(210000000, 999999999)}"
    return rows[GONE:]


def write_rows(file: Path, rows: list[list[object]]) -> None:
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def build(directory: Path, *options: str) -> tuple[float, float, float]:
    """Seconds of the clock, seconds of the processor and peak megabytes of `trigpoint build`."""
    environment = {
        "TRIGPOINT_DATA_DIR": str(directory / "data"),
        "TRIGPOINT_SOURCES_DIR": str(directory / "sources"),
        "TRIGPOINT_RANK_CHANGED_FROM": "0",
    }
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(
        [Path(sys.executable).with_name("trigpoint"), "build", *options, "--json"],
        env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - started, processor, after.ru_maxrss / 1024


def ranked(directory: Path) -> dict[str, Any]:
    with duckdb.connect(str(directory / "data" / "sandbox" / "warehouse.duckdb"), read_only=True) as connection:
        return dict(
            connection.execute(
                "select coalesce(ranked_because, 'left as it is'), count(*) "
                "from intermediate.int_entity_moments group by 1"
            ).fetchall()
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="a directory for the warehouse, which stays")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as scratch:
        directory = wanted.keep or Path(scratch)
        write_list(directory / "sources", wanted.rows)
        write_small_list(directory / "sources", is_changed=False)
        for what in ("everything, with landing", "everything again", "the change", "the same change of the large list"):
            if what == "the change":
                write_small_list(directory / "sources", is_changed=True)
            if what == "the same change of the large list":
                write_large_list_again(directory / "sources", wanted.rows)
            wall, processor, peak = build(directory, *(["--full"] if what == "everything again" else []))
            print(f"{wanted.rows:,} rows, {what}: {wall:.1f} s, {processor:.1f} s of the processor, {peak:,.0f} MB")
            print("   ", json.dumps(ranked(directory)), flush=True)


if __name__ == "__main__":
    main()
