"""Executes the plan of a build: the statements of each node in a transaction of its own, several nodes side by side."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any

import duckdb

from orchestrate.clock import utc_now
from orchestrate.run.prepared.plan import Node, Plan
from orchestrate.run.progress.events import Steps
from orchestrate.store.warehouse import sql_text

KINDS = """
    select schema_name || '.' || table_name, 'table' from duckdb_tables() where database_name = current_database()
    union all
    select schema_name || '.' || view_name, 'view' from duckdb_views() where database_name = current_database()
"""

EXCLUDED = re.compile(r"(?<=EXCLUDE \()[^()]*(?=\))")
VIEWS = """
    select schema_name || '.' || view_name, sql from duckdb_views() where database_name = current_database()
"""


class CheckFailedError(Exception):
    """A data test of the plan found something. dbt says what."""


@dataclass(frozen=True)
class Executed:
    """A node, and when it ran."""

    node: Node
    started_at: datetime
    ended_at: datetime


def relations_of(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The kind of each table and view of the warehouse."""
    return dict(connection.execute(KINDS).fetchall())


def views_of(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The definition of each view of the warehouse. DuckDB writes the columns of `exclude` in any order."""
    return {view: EXCLUDED.sub(_in_order, sql) for view, sql in connection.execute(VIEWS).fetchall()}


def _in_order(excluded: re.Match[str]) -> str:
    return ", ".join(sorted(excluded[0].split(", ")))


def execute(
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    settings: Mapping[str, Any],
    left_out: Collection[str],
    steps: Steps,
) -> list[Executed]:
    """Execute every node but those of `left_out`.

    Raises CheckFailedError or DuckDB's error for the first node that fails, and starts no other.
    """
    queue = TopologicalSorter({node.unique_id: node.waits_for for node in plan.nodes})
    queue.prepare()
    executed: list[Executed] = []
    with ThreadPoolExecutor(plan.threads, thread_name_prefix="node") as pool:
        ready: list[Node] = []
        running: set[Future[Executed]] = set()
        while queue.is_active():
            ready = sorted((*ready, *_ready(queue, plan, left_out)), key=plan.behind, reverse=True)
            free = plan.threads - len(running)
            for node in ready[:free]:
                steps.begun(node.name)
                running.add(pool.submit(_execute, connection.cursor(), node, settings))
            ready = ready[free:]
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for one in _results(finished, running):
                queue.done(one.node.unique_id)
                executed.append(one)
                steps.finished(one.node.name)
    return executed


def _ready(queue: TopologicalSorter[str], plan: Plan, left_out: Collection[str]) -> list[Node]:
    """The nodes that need not wait any longer. What is left out lets others go on at once."""
    ready: list[str] = []
    while found := queue.get_ready():
        ready += [unique_id for unique_id in found if unique_id not in left_out]
        queue.done(*(unique_id for unique_id in found if unique_id in left_out))
    return [plan.by_id[unique_id] for unique_id in ready]


def _results(finished: Collection[Future[Executed]], running: Collection[Future[Executed]]) -> Iterator[Executed]:
    """What was finished. Raises the error of a node that failed, after the nodes that wait are cancelled."""
    for future in finished:
        if future.exception():
            for other in running:
                other.cancel()
        yield future.result()


def _execute(cursor: duckdb.DuckDBPyConnection, node: Node, settings: Mapping[str, Any]) -> Executed:
    started_at = utc_now()
    with cursor:
        for name, value in settings.items():
            cursor.execute(f"set {name} = {sql_text(str(value))}")
        if node.resource_type == "test":
            _test(cursor, node)
        else:
            _make(cursor, node)
    return Executed(node, started_at, utc_now())


def _make(cursor: duckdb.DuckDBPyConnection, node: Node) -> None:
    cursor.execute("begin")  # what fails is rolled back when the cursor closes
    for statement in node.statements:
        cursor.execute(statement)
    cursor.execute("commit")


def _test(cursor: duckdb.DuckDBPyConnection, node: Node) -> None:
    for statement in node.statements:
        ((_, should_warn, should_error),) = cursor.execute(statement).fetchall()
        if should_warn or should_error:
            raise CheckFailedError(node.name)
