"""What a few changed records cost beside a large list: `make bench-incremental`.

Warehouses with lists of several sizes are built, and a small list beside each. Then the small list changes twice: 50
records are new, 20 have another phone, 5 are gone. The first change lets dbt prepare the builds that follow. The
second is measured, by part. An empty warehouse has the small list only.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.speed.lists import COLUMNS, CONTRACT, row, write_list

NEW, CHANGED, GONE = 50, 20, 5
SMALL = 200  # records of the small list
SIZES = (0, 10_000, 100_000, 1_000_000)  # records of the large list
PARTS = ("models", "tests", "publication")


@dataclass(frozen=True)
class Measured:
    """What a command took: `wall` and `processor` in seconds, `peak` in megabytes of its largest process."""

    wall: float
    processor: float
    peak: float
    report: dict[str, Any]

    @property
    def of_parts(self) -> float:
        return sum(self.report["seconds"][part] for part in PARTS)


def write_small_list(directory: Path, *, changes: int) -> None:
    """The small list after this number of changes. Each brings new records and other phones, and some leave."""
    rows = [row(9_000_000 + number, random.Random(number)) for number in range(SMALL + NEW * changes)]
    for change in range(changes):
        give_other_phones(rows[GONE * (change + 1) :], random.Random(change))
    contract = CONTRACT.replace("source: clubs", "source: recent").replace("clubs.csv", "recent.csv")
    (directory / "recent.yml").write_text(contract)
    write_rows(directory / "recent.csv", rows[GONE * changes :])


def write_large_list_again(directory: Path, count: int) -> None:
    """As much changes in the large list as in the small one."""
    chance = random.Random(7)
    rows = [row(number, chance) for number in range(count + NEW)][GONE:]
    give_other_phones(rows, chance)
    write_rows(directory / "clubs.csv", rows)


def give_other_phones(rows: list[list[object]], chance: random.Random) -> None:
    for changed in rows[:CHANGED]:
        changed[COLUMNS.index("Tel")] = f"01{chance.randint(210000000, 999999999)}"


def write_rows(file: Path, rows: list[list[object]]) -> None:
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def build(directory: Path, *options: str) -> Measured:
    """Run `trigpoint build` on the warehouse and the lists of this directory."""
    environment = {
        "TRIGPOINT_DATA_DIR": str(directory / "data"),
        "TRIGPOINT_SOURCES_DIR": str(directory / "sources"),
        "TRIGPOINT_RANK_CHANGED_FROM": "0",
    }
    command = [str(Path(sys.executable).with_name("trigpoint")), "build", *options, "--json"]
    started = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.PIPE)
    assert process.stdout
    report = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)  # with the processes that it waited for
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Measured(
        time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, json.loads(report)
    )


def change_of(directory: Path, size: int, *, large: bool) -> Measured:
    """Build everything, then the change of the small list. Returns the second change, or that of the large list."""
    sources = directory / "sources"
    if size:
        write_list(sources, size)
    sources.mkdir(exist_ok=True, parents=True)
    for changes in range(3):
        write_small_list(sources, changes=changes)
        measured = build(directory)
        print(f"  {size:,} records, build {changes + 1}: {as_text(measured)}", flush=True)
    if large and size:
        write_large_list_again(sources, size)
        print(f"  {size:,} records, as much in the large list: {as_text(build(directory))}", flush=True)
    return measured


def as_text(measured: Measured) -> str:
    seconds, touched = measured.report["seconds"], measured.report["touched"]
    parts = ", ".join(f"{name} {seconds[name]:.1f}" for name in ("lists", *PARTS))
    return (
        f"{measured.wall:.1f} s ({parts}), {measured.processor:.1f} s of the processor, {measured.peak:,.0f} MB; "
        f"{touched['records_new']} new, {touched['records_changed']} changed, {touched['records_gone']} gone, "
        f"{measured.report['entities_ranked']} entities ranked"
    )


def table(found: dict[int, Measured]) -> str:
    """The measurements by size, in seconds of the clock."""
    head = ("records", "command", "lists", *PARTS, "the three", "processor", "MB")
    lines = [" ".join(f"{name:>12}" for name in head)]
    for size, measured in found.items():
        seconds = measured.report["seconds"]
        values = (
            measured.wall, seconds["lists"], *(seconds[part] for part in PARTS), measured.of_parts, measured.processor
        )  # fmt: skip
        lines.append(" ".join((f"{size:>12,}", *(f"{value:12.1f}" for value in values), f"{measured.peak:12,.0f}")))
    sizes = [size for size in found if size]
    if len(sizes) > 1:
        growth = found[sizes[-1]].of_parts / found[sizes[0]].of_parts
        lines.append(f"the three grow {growth:.1f} times from {sizes[0]:,} to {sizes[-1]:,} records")
    if 0 in found and sizes:
        lines.append(
            f"the command takes {found[sizes[-1]].wall / found[0].wall:.1f} times that of an empty warehouse "
            f"at {sizes[-1]:,} records"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, help="records of the large list, smallest first")
    parser.add_argument("--keep", type=Path, help="a directory for the warehouses, which stay")
    parser.add_argument("--large", action="store_true", help="change the large list, too")
    wanted = parser.parse_args(arguments)
    with ExitStack() as stack:
        found = {}
        for size in wanted.rows:
            scratch = wanted.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="trigpoint-bench-")))
            found[size] = change_of(scratch / str(size), size, large=wanted.large)
    print(f"Seconds of the clock, of the processor, and megabytes; load {os.getloadavg()[0]:.1f}")
    print(table(found))


if __name__ == "__main__":
    main()
