"""Three databases in memory: one builds what changed, one builds everything, and one is the published copy.

The builds execute the plan that dbt left (`orchestrate/run/prepared`), without dbt and without files.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from extract.payloads.readings import read_payloads
from orchestrate.contracts.maintenance import VerifyReport
from orchestrate.maintain.verify import PUBLISHED, REBUILT, compare_attached
from orchestrate.run.prepared.execution import execute
from orchestrate.run.prepared.plan import Node, Plan
from orchestrate.run.progress.events import Step, Steps
from orchestrate.run.publication.publish import copy_marts
from orchestrate.run.publication.record import Build, record_publication
from orchestrate.run.publication.scope import (
    CHANGED,
    MARTS_KEPT,
    SAME_MOMENTS,
    BuildScope,
    begin_scope,
    end_scope,
)
from orchestrate.seeds.check import check_seeds
from orchestrate.seeds.corrections import read_corrections
from orchestrate.seeds.loaded import changed_seeds
from orchestrate.settings import PROJECT_ROOT

WORK = "work"
# What the builds write themselves: a copy of it would hide a difference.
OWN = ("ops.model_sql", "ops.loaded_seeds", "ops.build_scope")
NOWHERE = Path("/nowhere/published.duckdb")  # the published copy is no file
# A record's number says in which order records came. The marts must not depend on it.
_OTHER_NUMBERS = """
    update intermediate.int_record_numbers as numbered
    set record_no = others.record_no
    from (
        select record_key, row_number() over (order by md5(record_key)) as record_no
        from intermediate.int_record_numbers
    ) as others
    where numbered.record_key = others.record_key
"""
MOST_GROWTH = 0.3  # of the records: some batches learn the statistics again


class KilledError(Exception):
    """The build was stopped between two nodes."""


class _Opened:
    """A connection to one of the databases. Its cursors are in that database, too, and not in the first one."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, database: str) -> None:
        self._connection, self._database = connection.cursor(), database
        self._connection.execute(f"use {database}")

    def cursor(self) -> Any:
        return _Opened(self._connection, self._database)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()


class Databases:
    """A warehouse that changes, the same warehouse built whole, and the published copy of the first."""

    def __init__(self, plan: Plan, base: Path, project: Path) -> None:
        self.project, self._root = project, duckdb.connect()
        self._root.execute("set threads = 1; set preserve_insertion_order = false")
        self._root.execute(f"attach '{base}' as base (read_only)")
        for name in (WORK, REBUILT):
            self._root.execute(f"attach ':memory:' as {name}; copy from database base to {name}")
        self._root.execute(f"attach ':memory:' as {PUBLISHED}; detach base")
        self._plans = {name: _moved(plan, base.stem, name, project) for name in (WORK, REBUILT)}
        self._with_views = {WORK, REBUILT}  # a view that was copied names the database that it was copied from
        # A version of the statistics holds until all is built again.
        models = sorted((project / "models").rglob("*.sql"))
        self._statistics = [path.stem for path in models if "keyed_by='statistics'" in path.read_text()]
        self.work = self.in_database(WORK)

    def in_database(self, name: str) -> duckdb.DuckDBPyConnection:
        return _Opened(self._root, name)  # type: ignore[return-value] # it has all that a connection has

    def close(self) -> None:
        self._root.close()

    # --- builds -----------------------------------------------------------------------------------------------

    def begin(self, now: datetime, asked: str | None = None) -> BuildScope:
        """What comes before the first model of a build."""
        self.work.execute("delete from ops.build_context")
        self.work.execute("insert into ops.build_context values (?, ?)", [f"r{now:%Y%m%d%H%M}", now])
        read_corrections(self.work, check_seeds(self.project / "dbt_project" / "seeds"))
        scope = begin_scope(self.work, self.project, least_records=0, asked=asked, most_growth=MOST_GROWTH)
        read_payloads(self.work, self.project / "dbt_project" / "seeds")
        return scope

    def build(self, *, tested: bool = False, killed_after: int | None = None) -> None:
        """Build what changed. Raises KilledError after that number of nodes."""
        self._execute(WORK, tested=tested, killed_after=killed_after)

    def publish(self, now: datetime) -> None:
        """Record and copy the marts, as a run does."""
        build_id = f"r{now:%Y%m%d%H%M}"
        record_publication(self.work, Build(build_id, build_id, "build", now, now), self.project, NOWHERE)
        self._root.execute("reset memory_limit")  # it set one for a file, which has a disk to spill to
        ((scope,),) = self.work.execute("select scope from ops.build_scope").fetchall()
        with self.in_database(PUBLISHED) as published:
            copy_marts(published, set(MARTS_KEPT) if scope == CHANGED else set())
        end_scope(self.work)
        ended_at = now + timedelta(seconds=30)
        self.work.execute("update ops.runs set status = 'completed', ended_at = ? where status = 'running'", [ended_at])

    def rebuild(self, *, with_ids: bool) -> VerifyReport:
        """Build everything as of the same moments, from what landed, with other record numbers, and compare.

        `with_ids` takes the log of ids.
        """
        with self.in_database(REBUILT) as whole:
            for table in self._landed():
                whole.execute(f"delete from {table}; insert into {table} by name from {WORK}.{table}")
            for model in (
                "int_entity_moments",
                "int_record_numbers",
                *self._statistics,
                *(["int_entity_id_log"] if with_ids else []),
            ):
                table = f"intermediate.{model}"
                whole.execute(f"delete from {table}; insert into {table} by name from {WORK}.{table}")
            whole.execute(_OTHER_NUMBERS)
            whole.execute(
                f"delete from ops.build_scope; insert into ops.build_scope from {WORK}.ops.build_scope; "
                f"update ops.build_scope set scope = '{SAME_MOMENTS}'"
            )
        self._execute(REBUILT)
        return compare_attached(self._root)

    def _landed(self) -> list[str]:
        tables = self.work.execute(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where database_name = ? and schema_name in ('raw', 'extract', 'ops') order by 1",
            [WORK],
        ).fetchall()
        return [table for (table,) in tables if table not in OWN]

    def _execute(self, name: str, *, tested: bool = False, killed_after: int | None = None) -> None:
        plan = self._plans[name]

        def count(step: Step) -> None:
            if step.name and step.done == killed_after:
                raise KilledError

        with self.in_database(name) as connection:
            seeds = {node.unique_id: seed for node in plan.nodes if (seed := node.seed())}
            changed = changed_seeds(connection, seeds.values(), self.project)
        left_out = {unique_id for unique_id, seed in seeds.items() if seed not in changed}
        if name not in self._with_views:
            left_out |= {node.unique_id for node in plan.nodes if node.kind == "view"}
        if not tested:
            left_out |= {node.unique_id for node in plan.nodes if node.resource_type == "test"}
        execute(self.in_database(name), plan, {}, left_out, Steps(count))
        self._with_views.discard(name)

    # --- what a build did -------------------------------------------------------------------------------------

    def ranked(self) -> dict[str, int]:
        """The number of entities by the reason why the last build ranked them."""
        return dict(
            self.work.execute(
                "select ranked_because, count(*) from intermediate.int_entity_moments "
                "where ranked_because is not null group by 1 order by 1"
            ).fetchall()
        )


def _moved(plan: Plan, database: str, to: str, project: Path) -> Plan:
    """The plan for another database and another folder, one node at a time."""
    named = re.compile(rf'"{database}"\.|\b{database}\.(?=(?:"?(?:intermediate|marts|ops|raw|seeds|staging|extract)))')

    def moved(node: Node) -> Node:
        statements = (named.sub(f"{to}.", sql).replace(str(PROJECT_ROOT), str(project)) for sql in node.statements)
        return replace(node, statements=tuple(statements))

    return replace(plan, threads=1, nodes=tuple(map(moved, plan.nodes)))
