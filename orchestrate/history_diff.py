"""Which golden cells changed from one run to another, read from the published history."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.errors import UsageError
from orchestrate.report import query_rows
from orchestrate.warehouse import connect

DIFF_VERSION = 1
LATEST, PREVIOUS = "latest", "previous"
SUGGESTIONS = 5

Run = dict[str, Any]


def diff_runs(published: Path, one: str, other: str) -> dict[str, Any]:
    """The cells whose value differs between the moments of two runs, the earlier of them first.

    A run is given by its id, the start of it, `latest` or `previous`. Raises UsageError when nothing is published
    yet, when no run or more than one fits, and when both are the same.
    """
    if not published.exists():
        raise UsageError('Nothing is published yet. Run: make run QUERY="powerleague portobello"')
    with connect(published, read_only=True) as marts:
        runs = query_rows(
            marts, "select run_id, query, status, started_at from marts.runs order by started_at, run_id", []
        )
        before, after = sorted((find_run(runs, one), find_run(runs, other)), key=runs.index)
        if before == after:
            raise UsageError(f"Both are the run {before['run_id']}; a difference needs two.")
        try:
            changes = _changes(marts, before, after)
        except duckdb.CatalogException:
            raise UsageError("What is published has no history yet; run a query once more.") from None
    return {"version": DIFF_VERSION, "before": before, "after": after, **summary(changes)}


def find_run(runs: list[Run], wanted: str) -> Run:
    """The one of `runs`, which are in order of their start, that `wanted` names. Raises UsageError."""
    if len(runs) < 2:
        raise UsageError("There has been only one run so far; a difference needs two.")
    if wanted in (LATEST, PREVIOUS):
        built = [run for run in runs if run["status"] in ("completed", "partial")]
        back = 1 if wanted == LATEST else 2
        if len(built) < back:
            raise UsageError(f"There is no {wanted} run that came to its end.")
        return built[-back]
    fitting = [run for run in runs if wanted and run["run_id"].startswith(wanted)]
    exact = [run for run in fitting if run["run_id"] == wanted]
    if len(exact or fitting) == 1:
        return (exact or fitting)[0]
    named = ", ".join(run["run_id"] for run in (fitting or runs)[-SUGGESTIONS:])
    if fitting:
        raise UsageError(f'{len(fitting)} runs begin with "{wanted}", such as {named}. Give more of the id.')
    raise UsageError(f'There is no run "{wanted}". Of late there were {named}; {LATEST} and {PREVIOUS} are understood.')


def summary(changes: list[dict[str, Any]]) -> dict[str, Any]:
    """Changed cells, and how many there are of each kind and field."""
    return {
        "changes": changes,
        "by_kind": dict(sorted(Counter(change["kind"] for change in changes).items())),
        "by_field": dict(Counter(change["field_name"] for change in changes).most_common()),
    }


def _changes(marts: duckdb.DuckDBPyConnection, before: Run, after: Run) -> list[dict[str, Any]]:
    return query_rows(
        marts,
        """
        with before as (
            select * from marts.entity_history
            where valid_from <= $before and (valid_to is null or valid_to > $before)
        ),

        after as (
            select * from marts.entity_history
            where valid_from <= $after and (valid_to is null or valid_to > $after)
        )

        select
            entity_id, entities.slug, entities.entity_name, field_name,
            case when before.value is null then 'appeared' when after.value is null then 'gone' else 'changed'
            end as kind,
            before.value as value_before, before.sources as sources_before,
            after.value as value_after, after.sources as sources_after,
            coalesce(after.valid_from, before.valid_to) as changed_at
        from before
        full join after using (entity_id, field_name)
        left join marts.entities using (entity_id)
        where before.value is distinct from after.value
        -- What a person looks for first: where one value took the place of another.
        order by kind = 'changed' desc, kind = 'gone' desc, entities.entity_name, entity_id, field_name
        """,
        {"before": before["started_at"], "after": after["started_at"]},
    )
