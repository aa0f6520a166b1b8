"""Builds and publishes again from the data of the warehouse and the declared lists, without asking any service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Literal

import duckdb

from orchestrate.clock import utc_now
from orchestrate.contracts.changes import BuildReport, BuildSeconds
from orchestrate.contracts.lists import ListReport
from orchestrate.contracts.run import Touched
from orchestrate.errors import GateError, UsageError
from orchestrate.explain.run_diff import LATEST, PREVIOUS, diff_runs
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.run.ledger import new_id
from orchestrate.run.lists import bring_in_lists, map_declared_lists
from orchestrate.run.on_spark.available import check_spark
from orchestrate.run.on_spark.marts import latest, remove_unused, removed_if_the_disk_is_full
from orchestrate.run.on_spark.publication import BuiltOnSpark, publish_from_spark
from orchestrate.run.progress.events import OnStep
from orchestrate.run.publication.copies import copied_ahead
from orchestrate.run.publication.publish import publish
from orchestrate.run.publication.record import Build, keep_baseline, record_publication
from orchestrate.run.publication.scope import BuildScope, begin_scope, count_ranked, end_scope
from orchestrate.seeds.check import check_seeds
from orchestrate.seeds.corrections import read_corrections
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR, Settings
from orchestrate.store.dbt_project import dbt_project
from orchestrate.store.lists import declared_lists
from orchestrate.store.queries import check_was_built
from orchestrate.store.warehouse import Warehouse, prepare_directory, sole_writer

if TYPE_CHECKING:
    from ingest.lists.declaration.contract import ListContract
    from ingest.lists.loads import ListOutcome


Engine = Literal["duckdb", "spark"]
NOTHING_TO_BUILD = 'No run has reached the models, so there is nothing to build: make run QUERY="..."'
RANKS_ALL = {  # these commands change payloads and texts that have landed
    "purge": "data past their limit were deleted",
    "replay": "what failed before was read again",
}


@dataclass(frozen=True)
class Rebuilt:
    """What was published, and the seconds of the models, of their tests, and of the publication."""

    entities: int = 0
    models: float = 0.0
    tests: float = 0.0
    publication: float = 0.0
    reading: float = 0.0  # the values of what landed, before the models


@asynccontextmanager
async def open_for_maintenance(
    settings: Settings, what: str, on_wait: Callable[[str], object], *, may_be_first: bool = False
) -> AsyncIterator[Warehouse]:
    """The warehouse, locked for the block. Raises UsageError if there was no run yet, SeedError for bad seeds.

    `may_be_first`: the command may make the warehouse.
    """
    check_seeds(SEEDS_DIR)
    if not may_be_first:
        check_was_built(settings.warehouse_path)
    async with sole_writer(settings.mode_dir, what, settings.lock_timeout_seconds, on_wait):
        warehouse = Warehouse(settings.warehouse_path)
        try:
            yield warehouse
        finally:
            warehouse.close()


async def build(
    settings: Settings,
    on_wait: Callable[[str], object],
    on_step: OnStep | None = None,
    *,
    full: bool = False,
    engine: Engine = "duckdb",
) -> BuildReport:
    """Build from the landed data with the current seeds, and publish. `full` ranks what did not change, too.

    Raises UsageError if `engine` is not installed.
    """
    if engine == "spark":
        check_spark(settings.spark_remote)
    contracts = declared_lists(settings)
    if contracts:
        prepare_directory(settings.mode_dir)
    async with open_for_maintenance(settings, "build", on_wait, may_be_first=bool(contracts)) as warehouse:
        started = perf_counter()
        outcomes = _land_lists(warehouse, contracts, settings)
        landed = perf_counter() - started
        if engine == "spark":
            seconds = None
            on_spark = await rebuild_on_spark(warehouse, settings, on_step)
            entities = on_spark.entities
        else:
            on_spark = None
            rebuilt = await rebuild(warehouse, settings, "build", on_step, asked="it was asked for" if full else None)
            entities = rebuilt.entities
            seconds = BuildSeconds(
                lists=round(landed + rebuilt.reading, 3),
                models=round(rebuilt.models, 3),
                tests=round(rebuilt.tests, 3),
                publication=round(rebuilt.publication, 3),
            )
        ranked = count_ranked(warehouse.connection)
        touched = _last_touched(warehouse.connection)
        publications = warehouse.connection.execute("select count(*) from ops.publications").fetchall()[0][0]
    diff = diff_runs(settings.published_path, PREVIOUS, LATEST) if publications > 1 else None
    lists = tuple(ListReport.model_validate(outcome) for outcome in outcomes)
    return BuildReport(
        engine=engine,
        marts=str(on_spark.marts) if on_spark else None,
        left_in_files=on_spark.left_in_files if on_spark else (),
        entities_published=entities,
        entities_ranked=ranked.entities,
        ranks_all_because=ranked.reason,
        touched=touched,
        seconds=seconds,
        lists=lists,
        diff=diff,
    )


def _last_touched(connection: duckdb.DuckDBPyConnection) -> Touched | None:
    found = connection.execute("select touched from ops.publications order by publication_no desc limit 1").fetchall()
    return Touched.model_validate_json(found[0][0]) if found and found[0][0] else None


def _land_lists(warehouse: Warehouse, contracts: Sequence[ListContract], settings: Settings) -> tuple[ListOutcome, ...]:
    """Land the lists that changed. Raises UsageError if neither a run nor a list gave anything to build from."""
    now = utc_now()
    outcomes = bring_in_lists(warehouse.connection, contracts, settings, new_id(now), now)
    if warehouse.connection.execute("from ops.build_context").fetchall():
        return outcomes
    if not any(outcome.records for outcome in outcomes):
        failed = [f"{outcome.source}: {outcome.sentence}" for outcome in outcomes if outcome.sentence]
        raise UsageError(" ".join(failed) or NOTHING_TO_BUILD)
    warehouse.connection.execute("insert into ops.build_context values (?, ?)", [new_id(now), now])
    return outcomes


async def rebuild(
    warehouse: Warehouse,
    settings: Settings,
    command: str,
    on_step: OnStep | None = None,
    *,
    asked: str | None = None,
) -> Rebuilt:
    """Build the models as of now for the last built run and the declared lists, and publish.

    `asked` is a reason to rank every entity.

    Raises GateError if a data test fails. The published file is then unchanged.
    """
    with ExitStack() as cleanup:
        dbt = DbtProcess(dbt_project(settings))
        cleanup.callback(dbt.kill)
        dbt.start()  # its import and parsing take seconds, which pass while the rest is prepared
        begun = _begin(warehouse, settings, command, asked or RANKS_ALL.get(command))
        if not begun:
            return Rebuilt()  # no run has reached the models, so there is nothing to build again
        context, scope = begun
        copied = cleanup.enter_context(copied_ahead(settings.published_path, is_wanted=scope.is_of_what_changed))
        built = await dbt.build(on_step=on_step)
        _check(built.failures)
        started = perf_counter()
        entities: int = warehouse.connection.execute("select count(*) from marts.entities").fetchall()[0][0]
        record_publication(warehouse.connection, context, PROJECT_ROOT, settings.published_path)
        warehouse.close()
        publish(settings.warehouse_path, settings.published_path, context.build_id, {}, lambda: False, copied=copied)
        end_scope(warehouse.connection)
    return Rebuilt(
        entities,
        models=sum(built.stage_seconds.values()) - built.test_seconds - built.reading_seconds,
        tests=built.test_seconds,
        publication=perf_counter() - started,
        reading=built.reading_seconds,
    )


async def rebuild_on_spark(warehouse: Warehouse, settings: Settings, on_step: OnStep | None = None) -> BuiltOnSpark:
    """Build everything on Spark, and publish. The warehouse then reads the Parquet files that Spark made.

    Raises GateError if a model or a data test fails, UsageError if nothing has landed, and DiskFullError. Then the
    published files stay as they were.
    """
    dbt = DbtProcess(dbt_project(settings))
    try:
        remove_unused(warehouse.connection, settings.spark_dir, settings.marts_dir, latest(settings.marts_dir))
        begun = _begin(warehouse, settings, "build", "Spark makes everything again", engine="spark")
        if not begun:
            raise UsageError(NOTHING_TO_BUILD)
        context, _ = begun
        work = settings.spark_dir / context.build_id
        with removed_if_the_disk_is_full(work):
            built = await dbt.build_on_spark(work, settings.spark_remote, settings.spark_memory, on_step)
    finally:
        dbt.kill()
    _check(built.report.failures)
    return publish_from_spark(warehouse, settings, context, built.nodes)


def _begin(
    warehouse: Warehouse, settings: Settings, command: str, asked: str | None, engine: Engine = "duckdb"
) -> tuple[Build, BuildScope] | None:
    """Write what the models read of lists, corrections and of the build itself. None if there is nothing to build."""
    keep_baseline(warehouse.connection, settings.published_path)
    map_declared_lists(warehouse.connection, declared_lists(settings))
    context = _move_to_now(warehouse.connection, command, engine)
    read_corrections(warehouse.connection, check_seeds(SEEDS_DIR))
    begun = None
    if context:
        scope = begin_scope(
            warehouse.connection, PROJECT_ROOT, least_records=settings.rank_changed_from, asked=asked,
            most_growth=settings.learn_again_growth, engine=engine,
        )  # fmt: skip
        begun = context, scope
    warehouse.close()
    return begun


def _check(failures: Sequence[str]) -> None:
    if failures:
        raise GateError("Models or data tests failed, so nothing was published: " + "; ".join(failures[:5]))


def _move_to_now(connection: duckdb.DuckDBPyConnection, command: str, engine: Engine) -> Build | None:
    """The build of the last run, as of now: a correction of today has no effect as of an earlier day."""
    last = connection.execute("select run_id, as_of from ops.build_context").fetchall()
    if not last:
        return None
    ((run_id, as_of),) = last
    now = utc_now()
    build = Build(new_id(now), run_id, command, max(as_of, now), now, engine)
    connection.execute("update ops.build_context set as_of = ?", [build.as_of])
    return build
