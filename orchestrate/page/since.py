"""What changed in the answer of a query since it was asked last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from orchestrate.errors import UsageError
from orchestrate.explain.run_diff import diff_runs
from orchestrate.page.model import NamedEntity, Since
from orchestrate.store.queries import query_rows

# Case and spaces make no difference, as in an export.
ASKED_BEFORE = """
with runs as (
    select *, lower(regexp_replace(trim(query), '\\s+', ' ', 'g')) as asked from marts.runs
    where status in ('completed', 'partial')
)

select run_id, started_at from runs
where asked = lower(regexp_replace(trim($query), '\\s+', ' ', 'g')) and started_at < $started_at and run_id != $run_id
order by started_at desc, run_id desc limit 1
"""

MOVED = """
with now as (select * from marts.run_entities where run_id = $now),

before as (select * from marts.run_entities where run_id = $before),

moved as (
    select
        coalesce(now.entity_id, before.entity_id) as entity_id, now.reason,
        coalesce(now.is_answer, false) as is_answer
    from now full join before on now.entity_id = before.entity_id
    where coalesce(now.is_answer, false) != coalesce(before.is_answer, false)
)

select moved.*, entities.entity_name as name
from moved left join marts.entities on moved.entity_id = entities.entity_id
order by is_answer desc, name, entity_id
"""

ANSWERS = "select distinct entity_id from marts.run_entities where is_answer and run_id in ($now, $before)"


def last_asked(marts: duckdb.DuckDBPyConnection, query: str, run_id: str, started_at: object) -> dict[str, Any] | None:
    """The last published run of the query before this one."""
    rows = query_rows(marts, ASKED_BEFORE, {"query": query, "run_id": run_id, "started_at": started_at})
    return rows[0] if rows else None


def since_last_asked(marts: duckdb.DuckDBPyConnection, published: Path, run_id: str, before: dict[str, Any]) -> Since:
    """The entities that entered or left the answer, and the changed cells of all that were in it then or are now."""
    runs = {"now": run_id, "before": before["run_id"]}
    moved = query_rows(marts, MOVED, runs)
    answers = {row["entity_id"] for row in query_rows(marts, ANSWERS, runs)}
    entered = {row["entity_id"] for row in moved if row["is_answer"]}
    try:
        changes = diff_runs(published, before["run_id"], run_id).changes
    except UsageError:  # a run from before publications were recorded
        changes = ()
    return Since(
        run_id=before["run_id"],
        asked_at=before["started_at"],
        entered=tuple(_named(row) for row in moved if row["is_answer"]),
        left=tuple(_named(row) for row in moved if not row["is_answer"]),
        changes=tuple(one for one in changes if one.entity_id in answers and one.entity_id not in entered),
    )


def _named(row: dict[str, Any]) -> NamedEntity:
    return NamedEntity(row["entity_id"], row["name"], row["reason"])
