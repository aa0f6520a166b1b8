"""Reads the page of a run. A run that failed has one too: it says what failed, and what is published still."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.contracts.explain import EntityName
from orchestrate.contracts.run import FoundEntity, ReusedAnswer, SourceCalls, Stage
from orchestrate.errors import UsageError, WarehouseError
from orchestrate.explain.entity import explain_entities
from orchestrate.explain.run_report import found_entities, run_in_ledger
from orchestrate.export.selection import choose_answers, opened, publication
from orchestrate.page.model import Area, Licence, Place, Published, RunFacts, RunPage, Since
from orchestrate.page.sharing import judge_chosen, open_place
from orchestrate.page.since import last_asked, since_last_asked
from orchestrate.store.queries import check_was_built, query_rows
from orchestrate.store.warehouse import connect

SHOWN_PLACES = 500
SHOWN_NAMES = 60


def read_run_page(warehouse: Path, published: Path, run_id: str, now: datetime, licence: Licence = "all") -> RunPage:
    """The page of a run; with the licence `open`, only what may be passed on. Raises UsageError if it is unknown."""
    with _ledger(warehouse) as work:
        run = _facts(work, run_id)
    page = RunPage(run, licence, None, (), 0, frozenset(), (), (), None, (), None)
    if not published.is_file():
        return page
    with opened(published) as connection:
        return _with_answers(page, connection, published, now)


def find_run(warehouse: Path, wanted: str | None) -> str:
    """The id of the run whose id begins with `wanted`, or of the last run. Raises UsageError if there is none."""
    check_was_built(warehouse)
    with _ledger(warehouse) as work:
        found = work.execute(
            "select run_id from ops.runs where starts_with(run_id, $1) order by started_at desc, run_id desc",
            [wanted or ""],
        ).fetchall()
    if not found:
        raise UsageError(f'There is no run "{wanted}" in this warehouse.')
    if wanted and len(found) > 1 and (wanted,) not in found:
        raise UsageError(f'{len(found)} runs begin with "{wanted}". Give more of the id.')
    return wanted if (wanted,) in found and wanted else str(found[0][0])


def _ledger(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """The warehouse to read. This process may have it open to write: then DuckDB wants the same again."""
    try:
        return connect(warehouse, read_only=True)
    except WarehouseError:
        return connect(warehouse)


def _with_answers(page: RunPage, connection: duckdb.DuckDBPyConnection, published: Path, now: datetime) -> RunPage:
    """The page with what the published file holds of the run."""
    run = page.run
    marts = connection.cursor()
    marts.execute("use published")
    before = last_asked(marts, run.query, run.run_id, run.started_at)
    page = replace(
        page,
        published=_published(connection, published, before),
        names_around=_names_around(marts, run.area),
    )
    if not run.is_published:
        return page
    found = [FoundEntity(**row) for row in found_entities(marts, run.run_id)]
    choose_answers(connection, run.run_id)
    judgement = judge_chosen(connection, now)
    since = since_last_asked(marts, published, run.run_id, before) if before else None
    places = _places(marts, found[:SHOWN_PLACES])
    if page.licence == "open":
        places = tuple(open_place(place, judgement.withheld) for place in places)
        since = _open(since) if since else None
    return replace(
        page,
        places=places,
        answers=len(found),
        withheld=judgement.withheld,
        sources=judgement.sources,
        left_out=judgement.left_out,
        since=since,
        delete_by=_delete_by(places),
    )


def _delete_by(places: tuple[Place, ...]) -> datetime | None:
    """When the terms of a source no longer let a claim of the page be kept."""
    limits = (
        claim.expires_at
        for place in places
        for cell in place.explanation.cells
        for claim in cell.claims
        if claim.expires_at
    )
    return min(limits, default=None)


def _places(marts: duckdb.DuckDBPyConnection, found: list[FoundEntity]) -> tuple[Place, ...]:
    names = [EntityName(**one.model_dump(include=set(EntityName.model_fields))) for one in found]
    explained = explain_entities(marts, names)
    return tuple(Place(one, explanation) for one, explanation in zip(found, explained, strict=True))


def _open(since: Since) -> Since:
    """The changes without names and values: the record of a change does not hold their licence."""
    return replace(
        since,
        entered=tuple(replace(one, name=None) for one in since.entered),
        left=tuple(replace(one, name=None) for one in since.left),
        changes=tuple(
            change.model_copy(update={"value_before": None, "value_after": None, "entity_name": None, "slug": None})
            for change in since.changes
        ),
    )


def _facts(work: duckdb.DuckDBPyConnection, run_id: str) -> RunFacts:
    held = run_in_ledger(work, run_id)
    more = query_rows(
        work,
        """
        select error, started_at, ended_at, area_south, area_west, area_north, area_east,
            (select coalesce(sum(cost_usd), 0) from ops.llm_calls where run_id = $run) as paid_usd
        from ops.runs where run_id = $run
        """,
        {"run": run_id},
    )[0]
    return RunFacts(
        run_id=run_id,
        query=held["query"],
        mode=held["mode"],
        status=held["status"],
        error=more["error"],
        started_at=more["started_at"],
        ended_at=more["ended_at"],
        cost_usd=held["cost_usd"],
        seconds=held["seconds"] or 0,
        dbt_seconds=held["dbt_seconds"],
        area=_area(held["area_name"], more),
        stages=tuple(Stage(**row) for row in held["stages"]),
        sources=tuple(SourceCalls(**row) for row in held["sources"]),
        reused=tuple(ReusedAnswer(**row) for row in held["reused"]),
        not_asked=tuple((one["source"], one["reason"]) for one in held["plan"].get("skipped", [])),
        paid_usd=more["paid_usd"],
    )


def _area(name: str | None, row: dict[str, Any]) -> Area | None:
    edges = [row[f"area_{edge}"] for edge in ("south", "west", "north", "east")]
    if name is None or None in edges:
        return None
    south, west, north, east = edges
    return Area(name, south, west, north, east if east >= west else east + 360)


def _published(connection: duckdb.DuckDBPyConnection, published: Path, before: dict[str, Any] | None) -> Published:
    ((entities,),) = connection.execute("select count(*) from published.marts.entities").fetchall()
    return Published(
        path=str(published),
        entities=entities,
        last_answer=before["run_id"] if before else None,
        **publication(connection),
    )


def _names_around(marts: duckdb.DuckDBPyConnection, area: Area | None) -> tuple[tuple[str, float, float], ...]:
    """Names of towns and parts of towns in and around the area, the nearest to its middle first."""
    if area is None:
        return ()
    rows = marts.execute(
        """
        select area_name, latitude, longitude from marts.areas
        where kind in ('city', 'locality') and area_name != $name
            and latitude between $south - ($north - $south) and $north + ($north - $south)
            and longitude between $west - ($east - $west) and $east + ($east - $west)
        order by
            power(latitude - ($south + $north) / 2, 2) + power((longitude - ($west + $east) / 2) / 2, 2),
            area_name
        limit $most
        """,
        {**vars(area), "most": SHOWN_NAMES},
    )
    return tuple(rows.fetchall())
