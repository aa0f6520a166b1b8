"""`trigpoint purge`: deletes data past its source's retention limit from the warehouse and the published file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import duckdb

from orchestrate.contracts.maintenance import OverdueField, OverdueRows, PurgeReport
from orchestrate.errors import GateError
from orchestrate.export.marts_parquet import remove_marts
from orchestrate.maintain.rebuild import open_for_maintenance, rebuild
from orchestrate.page.files import remove_overdue_pages
from orchestrate.run.on_spark.marts import remove_all
from orchestrate.run.progress.events import OnStep
from orchestrate.run.publication.record import count_overdue_cells, forget_overdue
from orchestrate.settings import SEEDS_DIR, Settings
from orchestrate.store.lists import declare_lists, declared_lists
from orchestrate.store.warehouse import Warehouse, connect
from orchestrate.wording import counted

if TYPE_CHECKING:
    from ingest.retention import Limit


Rows = Counter[tuple[str, str]]  # by source and table, or by source and field


async def look_for_overdue(settings: Settings, as_of: datetime, on_wait: Callable[[str], object]) -> PurgeReport:
    """The data that `purge` would delete at `as_of` (UTC), by table and by payload field. Deletes nothing."""
    from ingest.retention import overdue_fields

    fields: Rows = Counter()
    async with open_for_maintenance(settings, "purge --dry-run", on_wait) as warehouse:
        bounds = _bounds(warehouse, settings, as_of)
        for bound in bounds:
            fields.update(
                {(bound.source, name): rows for name, rows in overdue_fields(warehouse.connection, bound).items()}
            )
        overdue = _delete(warehouse, bounds, as_of, then="rollback")
        left = count_left(warehouse, settings.published_path, bounds, as_of)
    return PurgeReport(
        as_of=as_of,
        dry_run=True,
        overdue=_by_table(overdue),
        overdue_fields=tuple(
            OverdueField(source=source, field=name, rows=rows)
            for (source, name), rows in sorted(fields.items())
            if rows
        ),
        left=left,
        entities_published=None,
    )


async def purge(
    settings: Settings, as_of: datetime, on_wait: Callable[[str], object], on_step: OnStep | None = None
) -> PurgeReport:
    """Delete the data past its limit at `as_of` (UTC), build, publish, and count what is left.

    Raises GateError if a data test fails. Then the raw data are deleted, but the published file is the old one and may
    hold values from them.
    """
    async with open_for_maintenance(settings, "purge", on_wait) as warehouse:
        bounds = _bounds(warehouse, settings, as_of)
        purged = _delete(warehouse, bounds, as_of, then="commit")
        entities = None
        # An earlier purge may have stopped half way.
        if purged.total() or count_left(warehouse, settings.published_path, bounds, as_of):
            if remove_marts(settings.mode_dir):
                on_wait("The folder of Parquet files is deleted. To write it again: trigpoint export --parquet")
            try:
                entities = (await rebuild(warehouse, settings, "purge", on_step)).entities
            except GateError as error:
                raise GateError(
                    f"The raw data were purged, but {error} The published file may still hold values from them: "
                    f"fix the failed check and purge again, or delete {settings.published_path}."
                ) from None
            warehouse.rewrite()
            if remove_all(settings.spark_dir, settings.marts_dir):
                on_wait("The Parquet files of Spark are deleted. To write them again: trigpoint build --engine spark")
        if pages := remove_overdue_pages(settings.runs_dir, as_of):
            on_wait(f"{counted(pages, 'page of a run was', 'pages of runs were')} deleted.")
        left = count_left(warehouse, settings.published_path, bounds, as_of)
    return PurgeReport(as_of=as_of, dry_run=False, purged=_by_table(purged), left=left, entities_published=entities)


def _bounds(warehouse: Warehouse, settings: Settings, as_of: datetime) -> list[Limit]:
    """The limits of the seed `source_terms`, and those of the declared lists."""
    from ingest.retention import limits, limits_of_lists, read_terms

    declare_lists(warehouse.connection, declared_lists(settings))
    of_services = limits(read_terms(SEEDS_DIR / "source_terms.csv"), as_of)
    return [*of_services, *limits_of_lists(warehouse.connection, as_of)]


def _delete(
    warehouse: Warehouse, bounds: Sequence[Limit], as_of: datetime, then: Literal["commit", "rollback"]
) -> Rows:
    """Delete in one transaction, which `then` ends. Returns the changed rows by source and table."""
    from ingest.retention import delete_overdue

    deleted: Rows = Counter()
    with warehouse.connection.cursor() as transaction:
        transaction.execute("begin")
        for bound in bounds:
            for table, rows in delete_overdue(transaction, bound, as_of).items():
                deleted[bound.source, table] += rows
        for source, cells in forget_overdue(transaction, as_of).items():
            if source in {bound.source for bound in bounds}:
                deleted[source, "ops.cell_changes"] += cells
        transaction.execute(then)
    return deleted


def _by_table(rows: Rows) -> tuple[OverdueRows, ...]:
    return tuple(
        OverdueRows(source=source, table=table, rows=number)
        for (source, table), number in sorted(rows.items())
        if number
    )


def count_left(warehouse: Warehouse, published: Path, bounds: Sequence[Limit], as_of: datetime) -> int:
    """The number of rows, in the warehouse and the published file, with data past its limit. Zero after a purge."""
    from ingest.retention import count_overdue

    left = sum(count_overdue(warehouse.connection, bound) for bound in bounds)
    left += count_overdue_cells(warehouse.connection, "ops.cell_changes", as_of)
    if published.exists():
        with connect(published, read_only=True) as marts:
            held = {name for (name,) in marts.execute("select table_name from duckdb_tables()").fetchall()}
            if "published_changes" in held:
                left += count_overdue_cells(marts, "marts.published_changes", as_of)
            for bound in bounds:
                for mart, condition in _overdue_in_marts(bound).items():
                    if mart in held:  # a file of an earlier version has fewer marts
                        left += _count(marts, mart, condition, bound)
    return left


def _overdue_in_marts(bound: Limit) -> dict[str, str]:
    """The SQL condition of an overdue row, by mart. It has one parameter, `landed_before`."""
    overdue = {"record_evidence": bound.is_overdue}
    if bound.kept is None:  # only some fields expire, and a claim does not name its payload field
        return overdue
    return {**overdue, "entity_claims": "fetched_at <= ?", "text_evidence": "extracted_at <= ?"}


def _count(marts: duckdb.DuckDBPyConnection, mart: str, condition: str, bound: Limit) -> int:
    found = marts.execute(
        f"select count(*) from marts.{mart} where source_name = ? and {condition}",  # noqa: S608 (both are ours)
        [bound.source, bound.landed_before],
    )
    return int(found.fetchall()[0][0])
