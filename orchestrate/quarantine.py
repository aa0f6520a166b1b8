"""What could not be used is kept apart with its reason, listed by `trigpoint rejects` and tried again by `replay`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from orchestrate.errors import UsageError
from orchestrate.ledger import utc_now
from orchestrate.rebuild import rebuild, warehouse_to_mend
from orchestrate.report import query_rows
from orchestrate.settings import Settings
from orchestrate.warehouse import connect


def list_rejects(warehouse: Path, source: str | None, run_id: str | None) -> dict[str, Any]:
    """Every record that did not land and every text that could not be read, the latest first.

    Raises UsageError where no run has been yet.
    """
    if not warehouse.exists():
        raise UsageError(f'There is no warehouse at {warehouse} yet. Make one: make run QUERY="..."')
    with connect(warehouse, read_only=True) as connection:
        rejects = query_rows(
            connection,
            """
            with rejects as (
                select 'record' as kind, source, source_record_id, reason, run_id, rejected_at, replayed_at, payload
                from raw.rejects
                union all by name
                select
                    'text' as kind, source_name as source, source_record_id, error as reason, run_id,
                    extracted_at as rejected_at, text as payload
                from extract.extractions where status = 'failed'
            )

            from rejects
            where source = coalesce($source, source) and run_id = coalesce($run, run_id)
            order by rejected_at desc, source, source_record_id, reason
            """,
            {"source": source, "run": run_id},
        )
    return {"version": 1, "rejects": rejects}


async def replay(settings: Settings, on_wait: Callable[[str], object]) -> dict[str, Any]:
    """Land the rejected records that pass by now, then build and publish anew.

    Raises GateError where the new state fails a check: what was published stays as it was.
    """
    from ingest.replay import replay_rejects  # dlt takes a second to import

    async with warehouse_to_mend(settings, "replay", on_wait) as warehouse:
        landed = replay_rejects(warehouse.connection, utc_now())
        ((left,),) = warehouse.connection.execute(
            "select count(*) from raw.rejects where replayed_at is null"
        ).fetchall()
        entities = await rebuild(warehouse, settings) if landed else None
    return {
        "version": 1,
        "replayed": [{"source": source, "source_record_id": record_id} for source, record_id in landed],
        "still_rejected": left,
        "entities_published": entities,
    }
