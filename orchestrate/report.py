"""The report of a run, built from the tables alone: looked up later, it tells the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.errors import UsageError
from orchestrate.warehouse import connect

REPORT_VERSION = 1


def build_report(warehouse: Path, published: Path, run_id: str) -> dict[str, Any]:
    """One versioned object with everything the report says; text is rendered from it alone."""
    with connect(warehouse, read_only=True) as work:
        report = {"version": REPORT_VERSION, **_run(work, run_id)}
        report["sources"] = _sources(work, run_id)
        report["reused"] = _reused(work, run_id)
        report["unknown_fields"] = _unknown_fields(work, run_id)
        report["stages"] = _stages(work, run_id)
        report["extraction"] = _extraction(work, run_id)
    with connect(published, read_only=True) as marts:
        report["entities"] = _entities(marts, run_id)
        report["merging"] = _merging(marts, run_id)
    report["published"] = str(published)
    return report


def query_rows(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | dict[str, Any]
) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _run(work: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, Any]:
    rows = query_rows(
        work,
        """
        select run_id, query, mode, ingestion_mode, status, area_name, plan, entities_published,
            budget_spent_usd as cost_usd, epoch(ended_at - started_at) as seconds
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
            max(error_kind) as error_kind, max(error_text) as error_text
        from raw.connector_calls where run_id = ? group by source order by source
        """,
        [run_id],
    )


def _reused(work: duckdb.DuckDBPyConnection, run_id: str) -> list[dict[str, Any]]:
    """The sources that were not asked, because their earlier answer is fresh."""
    return query_rows(
        work, "select source, answered_at, records from raw.answer_uses where run_id = ? order by source", [run_id]
    )


def _unknown_fields(work: duckdb.DuckDBPyConnection, run_id: str) -> list[dict[str, Any]]:
    """Fields that no earlier run had met and no shape knows."""
    return query_rows(
        work, "select source, field from raw.unknown_fields where run_id = ? order by source, field", [run_id]
    )


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
    counts = query_rows(
        work,
        """
        with texts as (
            select distinct extractions.extraction_id, extractions.model
            from raw.serper
            join extract.extractions
                on serper.source_record_id = extractions.source_record_id
                and serper.payload_hash = extractions.payload_hash
            where serper.run_id = ?
        )
        select
            count(*) filter (where claims.verification = 'verified') as verified,
            count(*) filter (where claims.verification = 'inferred') as inferred,
            count(*) filter (where claims.verification = 'rejected') as rejected,
            count(distinct texts.extraction_id) as texts,
            max(texts.model) as model
        from texts
        left join extract.claims on texts.extraction_id = claims.extraction_id
        """,
        [run_id],
    )
    return counts[0]


def _entities(marts: duckdb.DuckDBPyConnection, run_id: str) -> list[dict[str, Any]]:
    """What answers the question: those the run touched, of the kind, name and area asked for."""
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
            round(entities.completeness, 3) as completeness, sources.sources,
            coalesce(contested.contested, 0) as contested,
            entities.street_address, entities.locality, entities.postcode, entities.phone,
            entities.website_url
        from marts.run_entities
        join marts.entities on run_entities.entity_id = entities.entity_id
        left join sources on entities.entity_id = sources.entity_id
        left join contested on entities.entity_id = contested.entity_id
        where run_entities.run_id = ? and run_entities.is_answer
        order by
            entities.source_count desc, entities.completeness desc, entities.entity_name,
            entities.entity_id
        """,
        [run_id],
    )


def _merging(marts: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, Any]:
    """Merging, over the entities that the run touched."""
    return query_rows(
        marts,
        """
        with touched as (select entity_id from marts.run_entities where run_id = ?)

        select
            (select count(*) from touched) as entities_touched,
            (select count(*) from marts.entity_claims semi join touched using (entity_id)) as claims,
            (
                select count(*) from marts.entity_claims semi join touched using (entity_id) where is_winner
            ) as won,
            (select count(*) from marts.entity_conflicts semi join touched using (entity_id)) as contested,
            (select count(*) from marts.entities) as entities_published
        """,
        [run_id],
    )[0]
