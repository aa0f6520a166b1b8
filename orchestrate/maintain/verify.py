"""`trigpoint verify`: builds the models again in a scratch copy and compares every mart with the published file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestrate.contracts.maintenance import DifferentCell, VerifiedMart, VerifyReport
from orchestrate.errors import GateError, UsageError
from orchestrate.maintain.rebuild import open_for_maintenance
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.run.progress.events import OnStep
from orchestrate.run.publication.copies import copy_file
from orchestrate.run.publication.record import made_from
from orchestrate.run.publication.scope import SAME_MOMENTS
from orchestrate.seeds.loaded import forget_loaded
from orchestrate.settings import PROJECT_ROOT, Settings
from orchestrate.store.dbt_project import DbtProject
from orchestrate.store.warehouse import connect, sql_text

SHOWN = 20  # differences of a mart that are named; the others are counted
PUBLISHED, REBUILT = "published", "rebuilt"
NAMES_A_CELL = ("entity_id", "field_name")  # also of a mart whose rows are claims or records
LEDGER = {"runs", "run_funnel"}  # a run writes its end into them after it has published


async def verify(settings: Settings, on_wait: Callable[[str], object], on_step: OnStep | None = None) -> VerifyReport:
    """Rebuild as of the moment of the last build, and compare. The warehouse and the published file do not change.

    Raises UsageError if nothing is published, or if the models or seeds have changed since.
    """
    async with open_for_maintenance(settings, "verify", on_wait) as warehouse:
        if not settings.published_path.exists():
            raise UsageError('Nothing is published, so there is nothing to compare: make run QUERY="..."')
        check_made_alike(warehouse.connection)
        warehouse.close()
        with scratch_copy(settings, "verify") as copy:
            keep_moments(copy)
            await build_copy(DbtProject(PROJECT_ROOT, copy, settings.mode_dir / "dbt"), on_step)
            _check_seeds_alike(settings.warehouse_path, copy)
            return compare_marts(settings.published_path, copy)


def check_made_alike(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise UsageError if the models or seeds have changed since the last build, or if Spark made it."""
    last = connection.execute(
        "select made_by, engine from ops.publications order by publication_no desc limit 1"
    ).fetchall()
    if last and last[0][1] == "spark":
        raise UsageError("The last build was on Spark, and this repeats one on DuckDB. Build first: trigpoint build")
    before = json.loads(last[0][0]) if last else {}
    now = made_from(PROJECT_ROOT)
    _refuse(sorted(name for name in now if before.get(name) != now[name]))


def _check_seeds_alike(warehouse: Path, copy: Path) -> None:
    with _side_by_side(warehouse, copy) as connection:
        changed = [seed for seed in _tables(connection, "seeds") if _count(connection, "seeds", seed)]
    _refuse([f"{seed}.csv" for seed in changed])


def _refuse(changed: Sequence[str]) -> None:
    if changed:
        raise UsageError(f"Changed since the last build: {', '.join(changed)}. Build first: trigpoint build")


@contextmanager
def scratch_copy(settings: Settings, name: str) -> Iterator[Path]:
    """A copy of the warehouse in a folder of that name, without a record of seeds.

    dbt's parsed project names the file, so the copy has the same name.
    """
    directory = settings.mode_dir / name
    shutil.rmtree(directory, ignore_errors=True)  # of a command that was killed
    directory.mkdir()
    try:
        copy = directory / settings.warehouse_path.name
        copy_file(settings.warehouse_path, copy)
        with connect(copy) as connection:
            forget_loaded(connection)
        yield copy
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def keep_moments(copy: Path) -> None:
    """Have the build make everything again, each entity as of the moment for which it was ranked last.

    It keeps the version of the statistics of the matching. It gives again the ids that the last build gave, as does a
    build that begins again (`take_back_ids`).
    """
    with duckdb.connect(str(copy)) as connection:
        connection.execute("update ops.build_scope set scope = ?", [SAME_MOMENTS])


async def build_copy(project: DbtProject, on_step: OnStep | None) -> None:
    dbt = DbtProcess(project)
    try:
        built = await dbt.build(on_step=on_step)
    finally:
        dbt.kill()
    if built.failures:
        raise GateError("dbt's checks failed in the copy: " + "; ".join(built.failures[:5]))


def compare_marts(published: Path, rebuilt: Path) -> VerifyReport:
    """Compare the marts of two database files, row by row and cell by cell."""
    with _side_by_side(published, rebuilt) as connection:
        return compare_attached(connection)


def compare_attached(connection: duckdb.DuckDBPyConnection) -> VerifyReport:
    """Compare the marts of the attached databases `published` and `rebuilt`."""
    tables = sorted(set(_tables(connection, "marts")) - LEDGER, key=lambda mart: (mart != "entities", mart))
    marts = tuple(
        VerifiedMart(mart=mart, rows=_rows(connection, mart), different=_count(connection, "marts", mart))
        for mart in tables
    )
    cells = tuple(cell for mart in marts if mart.different for cell in _cells(connection, mart.mart))
    return VerifyReport(equal=not any(mart.different for mart in marts), marts=marts, differences=cells)


@contextmanager
def _side_by_side(published: Path, rebuilt: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for path, name in ((published, PUBLISHED), (rebuilt, REBUILT)):
            connection.execute(f"attach {sql_text(str(path))} as {name} (read_only)")
        yield connection


def _tables(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    found = connection.execute(
        "select table_name from information_schema.tables where table_catalog = ? and table_schema = ? order by all",
        [PUBLISHED, schema],
    ).fetchall()
    return [name for (name,) in found]


def _columns(connection: duckdb.DuckDBPyConnection, mart: str) -> set[str]:
    found = connection.execute(
        "select column_name from duckdb_columns() where database_name = ? and schema_name = 'marts' and table_name = ?",
        [PUBLISHED, mart],
    ).fetchall()
    return {name for (name,) in found}


def _rows(connection: duckdb.DuckDBPyConnection, mart: str) -> int:
    ((rows,),) = connection.execute(f"select count(*) from {PUBLISHED}.marts.{mart}").fetchall()  # noqa: S608 (ours)
    return int(rows)


def _count(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> int:
    """The rows that the other side does not have, on the side that has more of them."""
    sides = [f"from {side}.{schema}.{table}" for side in (PUBLISHED, REBUILT)]
    (counts,) = connection.execute(
        f"select (select count(*) from ({sides[0]} except all {sides[1]})), "  # noqa: S608 (our names)
        f"(select count(*) from ({sides[1]} except all {sides[0]}))"
    ).fetchall()
    return int(max(counts))


def _cells(connection: duckdb.DuckDBPyConnection, mart: str) -> Iterator[DifferentCell]:
    """The different cells of the first rows of a mart, by its grain. A row that only one side has is one difference."""
    grain = _grain(mart)
    named_by = [*(column for column in NAMES_A_CELL if column in _columns(connection, mart) - set(grain)), *grain]
    same_row = " and ".join(f"{PUBLISHED}.{column} is not distinct from {REBUILT}.{column}" for column in grain)
    keys = ", ".join(f"coalesce({PUBLISHED}.{column}, {REBUILT}.{column})" for column in grain)
    pairs = connection.execute(
        f"select {PUBLISHED}, {REBUILT} from {PUBLISHED}.marts.{mart} as {PUBLISHED} "  # noqa: S608 (our names)
        f"full join {REBUILT}.marts.{mart} as {REBUILT} on {same_row} "
        f"where {PUBLISHED} is distinct from {REBUILT} order by {keys} limit {SHOWN}"
    ).fetchall()
    for was, now in pairs:
        row = {column: str(was[column] if was[column] is not None else now[column]) for column in named_by}
        for column in _different(was, now, grain):
            yield DifferentCell(
                mart=mart, row=row, column=column, published=_text(was, column), rebuilt=_text(now, column)
            )


def _different(was: dict[str, Any], now: dict[str, Any], grain: Sequence[str]) -> list[str | None]:
    """The columns that differ, or None for a row that only one side has."""
    if any(was[column] != now[column] for column in grain):
        return [None]
    return [column for column in was if was[column] != now[column]]


def _text(row: dict[str, Any], column: str | None) -> str | None:
    if column is None:
        return "a row" if any(value is not None for value in row.values()) else None
    return None if row[column] is None else str(row[column])


def _grain(mart: str) -> list[str]:
    """The columns that together name a row, by the test of the model's grain."""
    described = yaml.safe_load((PROJECT_ROOT / "models" / "marts" / f"{mart}.yml").read_text(encoding="utf-8"))
    tests: list[Any] = described["models"][0]["data_tests"]
    grains = [test["one_row_per"]["arguments"]["columns"] for test in tests if "one_row_per" in test]
    return list(grains[0])
