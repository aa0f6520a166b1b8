"""Builds one warehouse on DuckDB and on Spark, and compares every mart row by row: `make parity`."""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

ROOT = Path(__file__).parents[2]
TOLERANCE = 1e-9
MADE_BY_MODELS = ("staging", "intermediate", "marts")
OF_ONE_BUILD = {"build_id", "published_at", "engine", "ranks_all_because"}  # columns in which two builds differ


def prepare(warehouse: Path, data: Path) -> None:
    """Copy the warehouse to the folder `data`, as if its models were never built. Both builds are as of one moment."""
    copy = data / "sandbox" / "warehouse.duckdb"
    copy.parent.mkdir(parents=True)
    shutil.copyfile(warehouse, copy)
    with duckdb.connect(str(copy)) as connection:
        for schema in MADE_BY_MODELS:
            connection.execute(f"drop schema if exists {schema} cascade")
    set_moment(copy)


def set_moment(warehouse: Path) -> None:
    """Have all builds of the next hours be as of one moment: a build is never as of a time before the last one."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update ops.build_context set as_of = date_trunc('hour', now()::timestamp) + to_hours(6)")


def build(data: Path, engine: str) -> float:
    """Build and publish by the command. Returns its seconds."""
    started = time.perf_counter()
    subprocess.run(
        [Path(sys.executable).parent / "trigpoint", "build", "--engine", engine, "--json"],
        cwd=ROOT, env={**os.environ, "TRIGPOINT_DATA_DIR": str(data)}, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.perf_counter() - started


def differences(published: Path, marts: Path) -> dict[str, str]:
    """The marts of the DuckDB file that differ from the Parquet files, each with the first difference."""
    files = json.loads((marts / "manifest.json").read_text())["marts"]
    found = {}
    with duckdb.connect(str(published), read_only=True) as connection:
        names = [name for (name,) in connection.sql("select table_name from duckdb_tables() order by all").fetchall()]
        for name in sorted({*names, *files}):
            if name not in names or name not in files:
                found[name] = f"only of {'Spark' if name in files else 'DuckDB'}"
                continue
            ours = connection.sql(f"from marts.{name}").to_arrow_table()
            theirs = pq.read_table(marts / name)
            difference = first_difference(ours.to_pylist(), theirs.to_pylist())
            if difference:
                found[name] = difference
    return found


def first_difference(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> str | None:
    """Rows in any order, columns by name, floats to the tolerance."""
    if len(ours) != len(theirs):
        return f"{len(ours)} rows and {len(theirs)}"
    if ours and set(ours[0]) != set(theirs[0]):
        return f"other columns: {sorted(set(ours[0]) ^ set(theirs[0]))}"
    columns = sorted(set(ours[0]) - OF_ONE_BUILD) if ours else []
    pairs = zip(*(sorted(_rows(rows, columns), key=_order) for rows in (ours, theirs)), strict=True)
    for one, other in pairs:
        for column, left, right in zip(columns, one, other, strict=True):
            if not is_same(left, right):
                return f"{column}: {left!r} and {right!r}"
    return None


def _rows(rows: list[dict[str, Any]], columns: list[str]) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def _order(value: Any) -> str:
    """A text by which rows are sorted; digits beyond the sixth do not count."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)):
        return "|".join(_order(item) for item in value)
    return str(value)


def is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        return one is not None and other is not None and math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(is_same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", type=Path, nargs="?", default=ROOT / "data" / "sandbox" / "warehouse.duckdb")
    parser.add_argument("--keep", type=Path, help="a folder for the data of both engines")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="trigpoint-parity-") as made:
        scratch = wanted.keep or Path(made)
        seconds = {}
        for engine in ("duckdb", "spark"):
            prepare(wanted.warehouse, scratch / engine)
            seconds[engine] = build(scratch / engine, engine)
        marts = scratch / "spark" / "sandbox" / "marts" / "latest"
        differing = differences(scratch / "duckdb" / "sandbox" / "trigpoint.duckdb", marts)
    print(f"DuckDB {seconds['duckdb']:.0f} s, Spark {seconds['spark']:.0f} s; {len(differing)} marts differ")
    for name, why in differing.items():
        print(f"{name}: {why}")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
