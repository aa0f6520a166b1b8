"""Builds a warehouse or a made-up country on DuckDB and on Spark, and compares every mart: `make parity`."""

from __future__ import annotations

import argparse
import hashlib
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
LISTS = "lists"
TOLERANCE = 1e-9
MADE_BY_MODELS = ("staging", "intermediate", "marts")
OF_ONE_BUILD = {"build_id", "published_at", "engine", "ranks_all_because"}  # columns in which two builds differ


def prepare(warehouse: Path, data: Path) -> None:
    """Copy the warehouse to the folder `data`, as if its models were never built, with the moment of all builds."""
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


def invent(places: int, scratch: Path) -> Path:
    """Six lists of a made-up country, with so many true places, in the folder `lists`. Returns a warehouse of them."""
    country = [sys.executable, "-m", "bench.peers.synthetic_places", str(places), str(scratch / LISTS)]
    subprocess.run(country, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    build(scratch / "landed", "duckdb", scratch / LISTS)
    return scratch / "landed" / "sandbox" / "warehouse.duckdb"


def build(data: Path, engine: str, lists: Path | None = None) -> float:
    """Build and publish by the command. Returns its seconds."""
    started = time.perf_counter()
    folders = {"TRIGPOINT_DATA_DIR": str(data)} | ({"TRIGPOINT_SOURCES_DIR": str(lists)} if lists else {})
    subprocess.run(
        [Path(sys.executable).parent / "trigpoint", "build", "--engine", engine, "--json"],
        cwd=ROOT, env={**os.environ, **folders}, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.perf_counter() - started


def differences(published: Path, marts: Path) -> dict[str, str]:
    """The marts of the DuckDB file that differ from the Parquet files, each with the first difference."""
    files = _files(marts)
    found = {}
    with duckdb.connect(str(published), read_only=True) as connection:
        for name in sorted({*_tables(connection), *files}):
            if name not in _tables(connection) or name not in files:
                found[name] = f"only of {'Spark' if name in files else 'DuckDB'}"
                continue
            difference = first_difference(_table(connection, name), pq.read_table(marts / name).to_pylist())
            if difference:
                found[name] = difference
    return found


def digests(published: Path, marts: Path) -> tuple[str, str]:
    """The sha256 over all marts of the DuckDB file, and over the Parquet files, where all digits of floats count."""
    ours, theirs = hashlib.sha256(), hashlib.sha256()
    with duckdb.connect(str(published), read_only=True) as connection:
        for name in sorted(_files(marts)):
            add_rows(ours, name, _table(connection, name))
            add_rows(theirs, name, pq.read_table(marts / name).to_pylist())
    return ours.hexdigest(), theirs.hexdigest()


def add_rows(digest: Any, name: str, rows: list[dict[str, Any]]) -> None:
    """Rows in any order, columns by name."""
    digest.update(name.encode())
    columns = sorted(set(rows[0]) - OF_ONE_BUILD) if rows else []
    for row in sorted(repr([row[column] for column in columns]) for row in rows):
        digest.update(row.encode())


def _files(marts: Path) -> list[str]:
    return list(json.loads((marts / "manifest.json").read_text())["marts"])


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [name for (name,) in connection.sql("select table_name from duckdb_tables() order by all").fetchall()]


def _table(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = connection.sql(f"from marts.{name}").to_arrow_table().to_pylist()
    return rows


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
    parser.add_argument("--places", type=int, help="compare a made-up country with so many true places instead")
    parser.add_argument("--keep", type=Path, help="a folder for the data of both engines")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="trigpoint-parity-") as made:
        scratch = wanted.keep or Path(made)
        warehouse = invent(wanted.places, scratch) if wanted.places else wanted.warehouse
        lists = scratch / LISTS if wanted.places else None
        prepare(warehouse, scratch / "duckdb")
        shutil.copytree(scratch / "duckdb", scratch / "spark")
        seconds = {engine: build(scratch / engine, engine, lists) for engine in ("duckdb", "spark")}
        published, marts = (
            scratch / path for path in ("duckdb/sandbox/trigpoint.duckdb", "spark/sandbox/marts/latest")
        )
        differing = differences(published, marts)
        ours, theirs = digests(published, marts) if not differing else ("", "")
    print(f"DuckDB {seconds['duckdb']:.0f} s, Spark {seconds['spark']:.0f} s; {len(differing)} marts differ")
    if not differing:
        print(f"sha256 of all marts: {ours}" + ("" if ours == theirs else f" and {theirs}: last digits differ"))
    for name, why in differing.items():
        print(f"{name}: {why}")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
