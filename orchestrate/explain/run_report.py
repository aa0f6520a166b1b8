"""The report of a run, built only from the tables, so that it is the same when it is built later."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.contracts.run import RunReport
from orchestrate.errors import UsageError
from orchestrate.store.queries import query_rows
from orchestrate.store.sql_macros import rendered_sql
from orchestrate.store.warehouse import connect


def build_report(warehouse: Path, published: Path, run_id: str) -> RunReport:
    """The full report of a run. The text is rendered from this object only. Raises UsageError if it has none."""
    with connect(warehouse, read_only=True) as work:
        from_warehouse = {**run_in_ledger(work, run_id), "extraction": _extraction(work, run_id)}
    if from_warehouse["status"] not in ("completed", "partial"):
        raise UsageError(
            f"Run {run_id} is {from_warehouse['status']} and published nothing. "
            f"Its page says what happened: trigpoint page {run_id}"
        )
    with connect(published, read_only=True) as marts:
        return RunReport(
            **from_warehouse,
            entities=found_entities(marts, run_id),
            survivorship=_survivorship(marts, run_id),
            override_reviews=query_rows(marts, "from marts.override_reviews order by override_id", []),
            published=str(published),
        )


def run_in_ledger(work: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, Any]:
    """What the ledger holds of a run. One that was not published has it too."""
    run, stages = _run(work, run_id), _stages(work, run_id)
    return {
        **run,
        "other_seconds": (run["seconds"] or 0) - run["dbt_seconds"] - sum(stage["seconds"] for stage in stages),
        "sources": _sources(work, run_id),
        "reused": _reused(work, run_id),
        "unknown_fields": _unknown_fields(work, run_id),
        "lists": _lists(work, run_id),
        "stages": stages,
        "touched": touched_by(work, run_id),
    }


def touched_by(work: duckdb.DuckDBPyConnection, build_id: str) -> dict[str, Any] | None:
    """What the build of a run or of a command touched. None if it published nothing, or before that was counted."""
    found = work.execute("select touched from ops.publications where build_id = ?", [build_id]).fetchall()
    return json.loads(found[0][0]) if found and found[0][0] else None


def _run(work: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, Any]:
    rows = query_rows(
        work,
        """
        select run_id, query, mode, ingestion_mode, status, area_name, plan, entities_published,
            budget_spent_usd as cost_usd, epoch(ended_at - started_at) as seconds,
            coalesce(dbt_seconds, 0) as dbt_seconds
        from ops.runs where run_id = ?
        """,
        [run_id],
    )
    if not rows:
        raise UsageError(f"There is no run {run_id} in this warehouse.")
    return {**rows[0], "plan": json.loads(rows[0]["plan"])}


def _sources(work: duckdb.DuckDBPyConnection, run_id: str) -> list[dict[str, Any]]:
    return query_rows(
        work,
        """
        select source, count(*) as requests, sum(attempts)::bigint as attempts,
            coalesce(sum(records), 0)::bigint as records, sum(cost_usd) as cost_usd,
            max_by(error_kind, (started_at, request_id)) as error_kind,
            max_by(error_text, (started_at, request_id)) as error_text
        from raw.connector_calls where run_id = ? group by source order by source
        """,
        [run_id],
    )


def _reused(work: duckdb.DuckDBPyConnection, run_id: str) -> list[dict[str, Any]]:
    """The sources that were not asked, because an earlier answer is fresh."""
    return query_rows(
        work, "select source, answered_at, records from raw.answer_uses where run_id = ? order by source", [run_id]
    )


def _unknown_fields(work: duckdb.DuckDBPyConnection, run_id: str) -> list[dict[str, Any]]:
    """Fields that no earlier run received and no payload schema declares."""
    return query_rows(
        work, "select source, field from raw.unknown_fields where run_id = ? order by source, field", [run_id]
    )


def _lists(work: duckdb.DuckDBPyConnection, run_id: str) -> list[dict[str, Any]]:
    """What the run found in the declared lists."""
    looks = "select * exclude (run_id, position) from ops.list_looks where run_id = ? order by position"
    return query_rows(work, looks, [run_id])


def _stages(work: duckdb.DuckDBPyConnection, run_id: str) -> list[dict[str, Any]]:
    stages = query_rows(
        work,
        """
        select stage as name, rows_in, rows_out, losses, seconds, cost_usd, errors
        from ops.run_stages where run_id = ? order by position
        """,
        [run_id],
    )
    return [{**s, "losses": json.loads(s["losses"]), "errors": json.loads(s["errors"])} for s in stages]


def _extraction(work: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, Any]:
    """The counts of the run's extraction: values, missing values, and the cost and savings of the language model."""
    counts: dict[str, Any] = {"nulls": _nulls(work, run_id)}
    for sql in (_TEXTS, _VALUES, _CALLS):
        counts |= query_rows(work, sql, {"run": run_id})[0]
    return counts


_TEXTS = """
    select
        count(*) as texts,
        max(model) as model,
        coalesce(sum(agreed), 0)::bigint as agreed,
        coalesce(sum(disagreed), 0)::bigint as disagreed,
        coalesce(sum(cost_usd) filter (where is_reused), 0) as avoided_usd,
        count(*) filter (where is_reused) as reused
    from extract.uses
    inner join extract.extractions using (extraction_id)
    where uses.run_id = $run
"""
_VALUES = """
    select
        count(*) filter (where verification = 'verified') as verified,
        count(*) filter (where verification = 'inferred') as inferred,
        count(*) filter (where verification = 'rejected') as rejected,
        count(*) filter (where flag = 'suspicious') as suspicious
    from extract.uses
    inner join extract.claims using (extraction_id)
    where uses.run_id = $run
"""
_CALLS = """
    select
        count(*) filter (where purpose = 'extract') as calls,
        count(*) filter (where purpose = 'extract' and outcome != 'ok') as failed_calls,
        coalesce(sum(cost_usd), 0) as paid_usd,
        max_by(response_mode, started_at) as response_mode
    from ops.llm_calls
    where run_id = $run
"""


def _nulls(work: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, int]:
    """The number of fields without a value, by reason."""
    reasons = work.execute(
        rendered_sql("""
        with fields as (
            select
                extraction_id, field_name,
                max_by(null_reason, {{ null_reason_rank('null_reason') }}) as reason
            from extract.uses join extract.claims using (extraction_id)
            where uses.run_id = ? and entity_index = 0
            group by extraction_id, field_name
            having bool_and(value is null or verification = 'rejected')
        )

        select reason, count(*) from fields group by reason order by count(*) desc, reason
        """),
        [run_id],
    )
    return dict(reasons.fetchall())


def found_entities(marts: duckdb.DuckDBPyConnection, run_id: str) -> list[dict[str, Any]]:
    """The entities that answer the query: the run touched them, and category, name and area match."""
    return query_rows(
        marts,
        """
        with sources as (
            select entity_id, list(distinct source_name order by source_name) as sources
            from marts.entity_records group by entity_id
        ),

        contested as (
            select entity_id, count(*) as contested from marts.entity_conflicts group by entity_id
        )

        select
            entities.entity_id, entities.slug, entities.entity_name, entities.entity_class,
            entities.operating_status,
            round(entities.completeness, 3) as completeness,
            round(run_completeness.completeness - run_completeness.completeness_before, 3) as completeness_change,
            sources.sources,
            coalesce(contested.contested, 0) as contested,
            entities.street_address, entities.locality, entities.postcode, entities.phone,
            entities.website_url
        from marts.run_entities
        join marts.entities on run_entities.entity_id = entities.entity_id
        left join marts.run_completeness
            on run_entities.run_id = run_completeness.run_id and entities.entity_id = run_completeness.entity_id
        left join sources on entities.entity_id = sources.entity_id
        left join contested on entities.entity_id = contested.entity_id
        where run_entities.run_id = ? and run_entities.is_answer
        order by
            entities.source_count desc, entities.completeness desc, entities.entity_name,
            entities.entity_id
        """,
        [run_id],
    )


def _survivorship(marts: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, Any]:
    """The counts of survivorship, over the entities that the run touched."""
    return query_rows(
        marts,
        """
        with touched as (select entity_id from marts.run_entities where run_id = ?)

        select
            (select count(*) from touched) as entities_touched,
            (
                select count(*) from marts.entity_claims semi join touched using (entity_id)
                where source_name != 'derived'
            ) as claims,
            (
                select count(*) from marts.entity_claims semi join touched using (entity_id)
                where is_winner and source_name != 'derived'
            ) as won,
            (select count(*) from marts.entity_conflicts semi join touched using (entity_id)) as contested,
            (select count(*) from marts.entities) as entities_published
        """,
        [run_id],
    )[0]
