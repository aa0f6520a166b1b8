"""The pages that show: the list, an entity with its evidence, the map, the conflicts, the events of ids, a pair."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from orchestrate.errors import UsageError
from orchestrate.explain.entity import explain
from orchestrate.explain.pair import explain_pair
from orchestrate.render.pages.map_drawing import MapPoint, draw_map
from orchestrate.render.pages.page import template_text
from orchestrate.render.pages.pair_page import pair_page
from orchestrate.render.pages.shown import shown_entity
from orchestrate.review.reasons import JOIN_REASONS, SPLIT_REASONS, VALUE_REASONS
from orchestrate.seeds.files import read_seed
from orchestrate.serve.catalogue import FACETS, MOST_EVENTS, MOST_POINTS, PAGE, Search
from orchestrate.serve.guard import PAGE_POLICY, STYLED_POLICY
from orchestrate.serve.seat import seat_of, see_other
from orchestrate.store.queries import check_was_built
from orchestrate.store.warehouse import opened_between_runs
from orchestrate.wording import cut

GATHERED = ("raw_categories", "external_ids", "discovered_attributes")  # no single value can correct them


def entities_page(request: Request) -> Response:
    search = Search.of(request.query_params)
    found = seat_of(request).catalogue.search(search)
    if found.total == 1 and request.query_params.get("go") == "1":
        return see_other(f"/entity/{found.entities[0]['entity_id']}")
    pages = -(-found.total // PAGE)
    return seat_of(request).page(
        request, "entities.html", search=search, chosen=_chosen(search), found=found, pages=max(pages, 1)
    )


def _chosen(search: Search) -> dict[str, str]:
    return {FACETS[column]: value for column, value in search.facets}


def entity_page(request: Request) -> Response:
    seat = seat_of(request)
    explanation = explain(seat.catalogue.published, request.path_params["entity"], None)
    entity = explanation.entity
    life = seat.catalogue.life(entity.entity_id)
    history = {name: list(rows) for name, rows in groupby(life["history"], itemgetter("field_name"))}
    return seat.page(
        request,
        "one_entity.html",
        shown=shown_entity(explanation),
        entity=entity,
        redirected_from=explanation.redirected_from,
        life=life,
        history=history,
        near=seat.catalogue.near(entity.entity_id, request.query_params.get("near", "")),
        near_words=request.query_params.get("near", ""),
        waiting=_waiting(seat.desk.seeds_dir, entity.entity_id, life["records"]),
        join_reasons=JOIN_REASONS,
        split_reasons=SPLIT_REASONS,
        value_reasons=VALUE_REASONS,
        gathered=GATHERED,
        has_columns=_columns(request).is_file(),
    )


def _waiting(seeds_dir: Any, entity_id: str, records: list[dict[str, Any]]) -> list[Mapping[str, str]]:
    """The decisions of the seeds about an entity or its records."""
    keys = {record["record_key"] for record in records}
    pairs = read_seed(seeds_dir / "match_overrides.csv")
    values = read_seed(seeds_dir / "manual_overrides.csv")
    return [
        *(row for row in values if row["entity_id"] == entity_id or row["record_key"] in keys),
        *(row for row in pairs if keys & {row["left_record_key"], row["right_record_key"]}),
    ]


def columns_page(request: Request) -> Response:
    """The lineage of each column, as `trigpoint docs` wrote it."""
    page = _columns(request)
    if not page.is_file():
        raise UsageError("There is no lineage of the columns yet. Write it: trigpoint docs")
    return HTMLResponse(page.read_bytes(), headers={"Content-Security-Policy": PAGE_POLICY})


def _columns(request: Request) -> Path:
    return seat_of(request).settings.columns_path


def evidence_style(request: Request) -> Response:
    """The style that the page of a run has, too."""
    return Response(template_text("evidence.css"), media_type="text/css")


def map_page(request: Request) -> Response:
    seat, search = seat_of(request), Search.of(request.query_params)
    rows = seat.catalogue.points(search)
    points = [
        MapPoint(
            anchor=f"/entity/{row['entity_id']}",
            name=cut(row["entity_name"], 200),
            kind=row["kind"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            is_closed=row["operating_status"] == "closed_permanently",
        )
        for row in rows
    ]
    drawing = draw_map(points)
    return seat.page(
        request, "all_points.html", search=search, chosen=_chosen(search), drawing=drawing, most=MOST_POINTS
    )


def conflicts_page(request: Request) -> Response:
    search = Search.of(request.query_params)
    rows, total = seat_of(request).catalogue.conflicts(search.page)
    pages = max(-(-total // PAGE), 1)
    return seat_of(request).page(request, "conflicts.html", rows=rows, total=total, page=search.page, pages=pages)


def events_page(request: Request) -> Response:
    return seat_of(request).page(request, "events.html", events=seat_of(request).catalogue.events(), most=MOST_EVENTS)


def explained_pair_page(request: Request) -> Response:
    left, right = (request.query_params.get(side, "") for side in ("left", "right"))
    warehouse = seat_of(request).settings.warehouse_path
    check_was_built(warehouse)
    with opened_between_runs(warehouse) as connection:
        if connection is None:
            raise UsageError("A run is writing the warehouse. Reload the page when it has ended.")
        shown = pair_page(explain_pair(warehouse, left, right))
    return HTMLResponse(shown, headers={"Content-Security-Policy": STYLED_POLICY})
