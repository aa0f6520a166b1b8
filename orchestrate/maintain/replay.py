"""Rejects: `trigpoint rejects` lists them with their reasons, and `trigpoint replay` tries them again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestrate.clock import utc_now
from orchestrate.contracts.maintenance import RejectList, ReplayedRecord, ReplayReport
from orchestrate.errors import UsageError
from orchestrate.maintain.rebuild import open_for_maintenance, rebuild
from orchestrate.plan.areas.gazetteer import with_names_of_city
from orchestrate.plan.planner import load_source_catalogue
from orchestrate.run.endpoints import llm_settings
from orchestrate.run.progress.events import OnStep
from orchestrate.settings import SEEDS_DIR, Settings
from orchestrate.store.queries import check_was_built, query_rows
from orchestrate.store.warehouse import Warehouse, connect

if TYPE_CHECKING:
    from extract.engine import ExtractReport
    from extract.llm.client import LlmSettings

NO_MODEL = "No language model is configured to read the failed texts. Set OPENAI_API_KEY or OPENAI_BASE_URL."
# Texts that a model failed on and that no model has read since, by any version and for any query.
FAILED_TEXTS = """
    select * from extract.extractions as failed
    where status = 'failed' and not exists (
        from extract.extractions as read
        where read.status = 'ok' and read.model is not null and read.run_id = failed.run_id
            and read.source_name = failed.source_name and read.source_record_id = failed.source_record_id
            and read.payload_hash = failed.payload_hash
    )
"""


def list_rejects(warehouse: Path, source: str | None, run_id: str | None) -> RejectList:
    """Every record that did not land and every text that could not be read, the latest first.

    Raises UsageError if there was no run yet, and for an unknown source or run.
    """
    if source is not None:
        _check_source(source)
    check_was_built(warehouse)
    with connect(warehouse, read_only=True) as connection:
        if run_id is not None:
            _check_run(connection, run_id)
        rejects = query_rows(
            connection,
            f"""
            with rejects as (
                select 'record' as kind, source, source_record_id, reason, run_id, rejected_at, replayed_at, payload
                from raw.rejects
                union all by name
                select
                    'text' as kind, source_name as source, source_record_id, error as reason, run_id,
                    extracted_at as rejected_at, text as payload
                from ({FAILED_TEXTS})
            )

            from rejects
            where source = coalesce($source, source) and run_id = coalesce($run, run_id)
            order by rejected_at desc, source, source_record_id, reason
            """,  # noqa: S608 (a query of ours)
            {"source": source, "run": run_id},
        )
    return RejectList.model_validate({"rejects": rejects})


def _check_source(source: str) -> None:
    known = list(load_source_catalogue(SEEDS_DIR).sources)
    if source not in known:
        raise UsageError(f"Unknown source: {source}. Known: {', '.join(known)}.")


def _check_run(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    runs = [name for (name,) in connection.execute("select run_id from ops.runs order by started_at desc").fetchall()]
    if run_id not in runs:
        raise UsageError(f"There is no run {run_id}. The latest: {', '.join(runs[:5])}.")


async def replay(
    settings: Settings,
    on_wait: Callable[[str], object],
    max_cost_usd: float | None = None,
    on_step: OnStep | None = None,
) -> ReplayReport:
    """Land the rejected records that are valid now, read the failed texts again, then build and publish.

    Raises GateError if the new state fails a check. The published file is then unchanged.
    """
    from ingest.landing.replay import replay_rejects  # dlt takes a second to import

    llm = llm_settings(settings, max_cost_usd)
    async with open_for_maintenance(settings, "replay", on_wait) as warehouse:
        failed = _count_failed(warehouse)
        reports = await _read_again(warehouse, llm, max_cost_usd) if llm else []
        landed = replay_rejects(warehouse.connection, utc_now())
        still_failed = _count_failed(warehouse)
        rebuilt = await rebuild(warehouse, settings, "replay", on_step) if landed or still_failed < failed else None
        # After the build, because it rejects again the records that still make a model raise.
        left = warehouse.connection.execute(
            "select source, source_record_id from raw.rejects where replayed_at is null"
        ).fetchall()
    errors = [sentence for report in reports for sentence in report.errors]
    return ReplayReport(
        replayed=tuple(
            ReplayedRecord(source=source, source_record_id=record_id)
            for source, record_id in landed
            if (source, record_id) not in left
        ),
        still_rejected=len(left),
        texts_read=failed - still_failed,
        texts_still_failed=still_failed,
        cost_usd=sum(report.cost_usd for report in reports),
        errors=tuple(errors + [NO_MODEL] * bool(failed and not llm)),
        entities_published=rebuilt.entities if rebuilt else None,
    )


async def _read_again(warehouse: Warehouse, llm: LlmSettings, max_cost_usd: float | None) -> list[ExtractReport]:
    """Ask the model again about every failed text, with the query of its run."""
    from extract.engine import Extractor, QueryContext
    from extract.text.lexicon import load_lexicon

    failed = warehouse.connection.execute(
        f"""
        select e.run_id, e.source_name, any_value(r.plan), list(e.source_record_id)
        from ({FAILED_TEXTS}) as e join ops.runs as r using (run_id)
        group by e.run_id, e.source_name order by e.run_id, e.source_name
        """  # noqa: S608 (a query of ours)
    ).fetchall()
    lexicon = load_lexicon(SEEDS_DIR)
    reports: list[ExtractReport] = []
    for run_id, source, plan, record_ids in failed:
        left = None if max_cost_usd is None else max_cost_usd - sum(report.cost_usd for report in reports)
        reports.append(
            await Extractor(lexicon, llm, left).extract_run(
                warehouse.connection,
                run_id=run_id,
                query=with_names_of_city(QueryContext.of_plan(json.loads(plan)), lexicon),
                sources=[source],
                now=utc_now(),
                record_ids=record_ids,
            )
        )
    return reports


def _count_failed(warehouse: Warehouse) -> int:
    return int(warehouse.connection.execute(f"select count(*) from ({FAILED_TEXTS})").fetchall()[0][0])  # noqa: S608
