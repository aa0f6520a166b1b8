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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from engines.spark.session import REMOTE

ROOT = Path(__file__).parents[2]
LISTS = "lists"
TOLERANCE = 1e-9
MADE_BY_MODELS = ("staging", "intermediate", "marts")
OF_ONE_BUILD = {"build_id", "published_at", "engine", "ranks_all_because"}  # columns in which two builds differ

Rows = list[dict[str, Any]]


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
    with duckdb.connect(str(published), read_only=True) as connection:
        tables = _tables(connection)
    found = {name: f"only of {'Spark' if name in files else 'DuckDB'}" for name in {*tables} ^ {*files}}
    for name, ours, theirs in _marts_of_both(published, marts):
        if difference := first_difference(ours, theirs):
            found[name] = difference
    return dict(sorted(found.items()))


def digests(published: Path, marts: Path) -> tuple[str, str]:
    """The sha256 over all marts of the DuckDB file, and over the Parquet files, where all digits of floats count."""
    digests = hashlib.sha256(), hashlib.sha256()
    for name, *both in _marts_of_both(published, marts):
        for digest, rows in zip(digests, both, strict=True):
            add_rows(digest, name, rows)
    return digests[0].hexdigest(), digests[1].hexdigest()


def other_digits(published: Path, marts: Path) -> dict[str, str]:
    """The columns, such as `entities.latitude`, that differ in any digit: how many rows, and the first values."""
    return {
        f"{name}.{column}": found
        for name, ours, theirs in _marts_of_both(published, marts)
        for column, found in columns_with_other_digits(ours, theirs).items()
    }


def add_rows(digest: Any, name: str, rows: Rows) -> None:
    """Rows in any order, columns by name."""
    digest.update(name.encode())
    columns = sorted(set(rows[0]) - OF_ONE_BUILD) if rows else []
    for row in sorted(repr([row[column] for column in columns]) for row in rows):
        digest.update(row.encode())


def _files(marts: Path) -> list[str]:
    return list(json.loads((marts / "manifest.json").read_text())["marts"])


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [name for (name,) in connection.sql("select table_name from duckdb_tables() order by all").fetchall()]


def _marts_of_both(published: Path, marts: Path) -> Iterator[tuple[str, Rows, Rows]]:
    """The name and rows of each mart that the DuckDB file and the Parquet files have."""
    with duckdb.connect(str(published), read_only=True) as connection:
        for name in sorted({*_tables(connection)} & {*_files(marts)}):
            ours: Rows = connection.sql(f"from marts.{name}").to_arrow_table().to_pylist()
            yield name, ours, pq.read_table(marts / name).to_pylist()


def first_difference(ours: Rows, theirs: Rows) -> str | None:
    """Rows in any order, columns by name, floats to the tolerance."""
    if len(ours) != len(theirs):
        return f"{len(ours)} rows and {len(theirs)}"
    if ours and set(ours[0]) != set(theirs[0]):
        return f"other columns: {sorted(set(ours[0]) ^ set(theirs[0]))}"
    for column, left, right in _values_of_both(ours, theirs):
        if not is_same(left, right):
            return f"{column}: {left!r} and {right!r}"
    return None


def columns_with_other_digits(ours: Rows, theirs: Rows) -> dict[str, str]:
    """Of marts without a difference to the tolerance: the columns whose values are not written alike."""
    found: dict[str, list[str]] = {}
    for column, left, right in _values_of_both(ours, theirs):
        if repr(left) != repr(right):
            found.setdefault(column, []).append(f"{left!r} and {right!r}")
    return {column: f"{len(values)} of {len(ours)} rows, first {values[0]}" for column, values in found.items()}


def _values_of_both(ours: Rows, theirs: Rows) -> Iterator[tuple[str, Any, Any]]:
    """Each column of each row, with its values."""
    columns = sorted(set(ours[0]) - OF_ONE_BUILD) if ours else []
    for one, other in zip(*(sorted(_rows(rows, columns), key=_order) for rows in (ours, theirs)), strict=True):
        yield from zip(columns, one, other, strict=True)


def _rows(rows: Rows, columns: list[str]) -> list[tuple[Any, ...]]:
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
    if not wanted.places and not wanted.warehouse.is_file():
        parser.error(f'there is no warehouse {wanted.warehouse}; first: make run QUERY="powerleague portobello"')
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
        digits = other_digits(published, marts) if ours != theirs else {}
    where = os.environ.get(REMOTE, "this machine")
    print(f"DuckDB {seconds['duckdb']:.0f} s, Spark on {where} {seconds['spark']:.0f} s; {len(differing)} marts differ")
    if not differing:
        print(f"sha256 of all marts: {ours}" + ("" if ours == theirs else f" and {theirs}: last digits differ"))
    for name, why in (differing | digits).items():
        print(f"{name}: {why}")
    sys.exit(1 if differing or digits else 0)


if __name__ == "__main__":
    main()
