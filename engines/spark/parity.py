"""Builds one warehouse on DuckDB and on Spark, and compares every mart row by row: `make parity`."""

from __future__ import annotations

import argparse
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

from engines.spark.build import Build, Built, publish
from engines.spark.session import start
from engines.spark.tables import write_sources

ROOT = Path(__file__).parents[2]
NOT_YET = Path(__file__).with_name("not_yet.txt")
TOLERANCE = 1e-9
MADE_BY_MODELS = ("staging", "intermediate", "marts")


def not_yet() -> set[str]:
    """The models that do not run on Spark yet, or give other rows. The list may only shrink."""
    lines = NOT_YET.read_text().splitlines()
    return {line.partition("#")[0].strip() for line in lines} - {""}


def prepare(warehouse: Path, scratch: Path) -> Path:
    """Build on DuckDB as if for the first time, and compile for a first build. Returns dbt's target folder."""
    mode = scratch / "data" / "sandbox"
    mode.mkdir(parents=True)
    shutil.copyfile(warehouse, mode / "warehouse.duckdb")
    _without_models(mode / "warehouse.duckdb")
    environment = {**os.environ, "TRIGPOINT_DATA_DIR": str(scratch / "data")}
    bin_folder = Path(sys.executable).parent
    subprocess.run([bin_folder / "trigpoint", "build", "--json"], cwd=ROOT, env=environment, check=True, stdout=2)
    compiled = scratch / "compiled" / "warehouse.duckdb"
    compiled.parent.mkdir()
    shutil.copyfile(mode / "warehouse.duckdb", compiled)
    _without_models(compiled)
    write_sources(compiled, scratch / "tables")
    target = scratch / "target"
    subprocess.run(
        [bin_folder / "dbt", "--quiet", "compile", "--target-path", target, "--log-path", scratch / "logs"],
        cwd=ROOT, env={**environment, "TRIGPOINT_WAREHOUSE": str(compiled)}, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return target


def _without_models(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        for schema in MADE_BY_MODELS:
            connection.execute(f"drop schema if exists {schema} cascade")


def differences(warehouse: Path, directory: Path) -> dict[str, str]:
    """The marts that differ, with the first difference. A mart that Spark has not is not among them."""
    found = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for folder in sorted(directory.glob("marts.*")):
            ours = connection.sql(f"from {folder.name}").to_arrow_table()
            theirs = pq.read_table(folder)
            difference = first_difference(ours.to_pylist(), theirs.to_pylist())
            if difference:
                found[folder.name] = difference
    return found


def first_difference(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> str | None:
    """Rows in any order, columns by name, floats to the tolerance."""
    if len(ours) != len(theirs):
        return f"{len(ours)} rows and {len(theirs)}"
    if ours and set(ours[0]) != set(theirs[0]):
        return f"other columns: {sorted(set(ours[0]) ^ set(theirs[0]))}"
    columns = sorted(ours[0]) if ours else []
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


def report(built: Built, differing: dict[str, str], duckdb_seconds: float, spark_seconds: float) -> bool:
    """Print what holds. Returns whether nothing is wrong but what `not_yet.txt` names."""
    known = not_yet()
    wrong = {**built.failed, **{name.partition(".")[2]: why for name, why in differing.items()}}
    print(f"{len(built.seconds)} models built on Spark in {spark_seconds:.0f} s; DuckDB {duckdb_seconds:.0f} s")
    for name, why in wrong.items():
        print(f"{'known' if name in known else 'NEW'}: {name}: {why}")
    for name in built.left_out:
        print(f"left out: {name}")
    better = known - set(wrong)
    for name in sorted(better):
        print(f"{name} holds: take it out of not_yet.txt")
    return not better and not set(wrong) - known


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", type=Path, nargs="?", default=ROOT / "data" / "sandbox" / "warehouse.duckdb")
    parser.add_argument("--keep", type=Path, help="a folder for the tables of both engines")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="trigpoint-parity-") as made:
        scratch = wanted.keep or Path(made)
        started = time.perf_counter()
        target = prepare(wanted.warehouse, scratch)
        duckdb_seconds = time.perf_counter() - started
        session = start(scratch)
        started = time.perf_counter()
        built = Build(session, target, scratch / "tables").run()
        spark_seconds = time.perf_counter() - started
        publish(built, scratch / "tables", scratch / "published")
        differing = differences(scratch / "data" / "sandbox" / "warehouse.duckdb", scratch / "tables")
        is_good = report(built, differing, duckdb_seconds, spark_seconds)
        session.stop()
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
