"""The stage that reads the links of search results: pages that are fresh are used again, the others are asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from ingest.calls import PlannedCall, SourceEndpoint
from ingest.connector import WebConnector
from ingest.connectors import CONNECTORS
from ingest.fetch import FetchPolicy
from ingest.fetch.web.pages import Known
from ingest.landing.land import land, record_unknown_fields
from ingest.landing.reading import OnNews, SourceOutcome

# ruff: noqa: S608 (the name of a connector)


@dataclass(frozen=True)
class LinkedReport:
    """Links in, pages out; each link that gave no page is a loss with its reason."""

    links: int
    reused: int
    outcome: SourceOutcome | None  # None if every page was fresh
    losses: Mapping[str, int]

    @property
    def rows_out(self) -> int:
        return self.links - sum(self.losses.values())

    @property
    def cost_usd(self) -> float:
        return self.outcome.cost_usd if self.outcome else 0.0

    @property
    def errors(self) -> tuple[str, ...]:
        return (f"{self.outcome.source}: {self.outcome.sentence}",) if self.outcome and self.outcome.sentence else ()


def read_links(
    call: PlannedCall,
    links: Sequence[str],
    endpoint: SourceEndpoint,
    policy: FetchPolicy,
    *,
    max_age: timedelta,
    run_id: str,
    now: datetime,
    connection: duckdb.DuckDBPyConnection,
    working_dir: Path,
    on_news: OnNews = lambda _: None,
) -> LinkedReport:
    """Land the page of each link. A failure is in the report, never an exception."""
    fresh = _reuse(connection, call.source, links, run_id, now - max_age)
    asked = tuple(link for link in links if link not in fresh)
    if not asked:
        return LinkedReport(len(links), len(fresh), None, {})
    connector = CONNECTORS[call.source]
    assert isinstance(connector, WebConnector)  # noqa: S101 (the seed says that it follows links)
    known = _known(connection, call.source, asked)
    (outcome,) = land(
        [replace(call, ask=replace(call.ask, targets=asked, max_pages=len(asked)))],
        {call.source: endpoint},
        run_id=run_id,
        connection=connection,
        working_dir=working_dir,
        policies={call.source: policy},
        connectors={call.source: replace(connector, known=known)},
        on_news=on_news,
    )
    record_unknown_fields(connection, [outcome], run_id, now)
    return LinkedReport(len(links), len(fresh), outcome, _losses(connection, call.source, run_id, asked))


def _reuse(
    connection: duckdb.DuckDBPyConnection, source: str, links: Sequence[str], run_id: str, landed_after: datetime
) -> set[str]:
    """Give the run the pages that landed after that time, and the places that they describe. Returns their links."""
    copied = connection.execute(
        f"""
        insert into raw.{source} by name
        select * replace (? as run_id) from raw.{source}
        where json_extract_string(payload, '$.link') in (select unnest(?::varchar[]))
            and fetched_at > ? and purged_at is null and run_id != ?
        qualify run_id = first_value(run_id) over (
            partition by json_extract_string(payload, '$.link') order by fetched_at desc, run_id
        )
        returning json_extract_string(payload, '$.link')
        """,
        [run_id, list(links), landed_after, run_id],
    ).fetchall()
    return {link for (link,) in copied}


def _known(connection: duckdb.DuckDBPyConnection, source: str, links: Sequence[str]) -> dict[str, Known]:
    """The latest page of each link whose site said how to ask for a change: with its HTML, as long as that may be kept,
    or with what was read of it, if no copy may be kept at all."""
    landed = connection.execute(
        f"""
        select
            pages.source_record_id,
            arg_max(pages.payload, pages.fetched_at),
            arg_max_null(places.payload, pages.fetched_at)
        from raw.{source} as pages
        left join raw.{source} as places
            on places.source_record_id = pages.source_record_id || '#place' and places.run_id = pages.run_id
            and places.purged_at is null
        where pages.source_record_id in (select unnest(?::varchar[])) and pages.purged_at is null
            and coalesce(pages.payload->>'$.html', pages.payload->>'$.no_copy') is not null
        group by pages.source_record_id
        """,
        [list(links)],
    ).fetchall()
    payloads = {link: (json.loads(payload), json.loads(place) if place else None) for link, payload, place in landed}
    return {
        link: Known(payload, payload.get("etag"), payload.get("last_modified"), place)
        for link, (payload, place) in payloads.items()
        if payload.get("etag") or payload.get("last_modified")
    }


def _losses(connection: duckdb.DuckDBPyConnection, source: str, run_id: str, asked: Sequence[str]) -> dict[str, int]:
    """Reason -> links without a page. A page that did not come is one call with its reason."""
    reasons = dict(
        connection.execute(
            "select error_kind, count(*) from raw.connector_calls where source = ? and run_id = ? "
            "and error_kind is not null group by error_kind order by error_kind",
            [source, run_id],
        ).fetchall()
    )
    landed = connection.execute(
        f"select count(*) from raw.{source} where run_id = ? and source_record_id in (select unnest(?::varchar[]))",
        [run_id, list(asked)],
    ).fetchall()[0][0]
    rejected = len(asked) - landed - sum(reasons.values())
    return {**reasons, "rejected": rejected} if rejected else reasons
