"""The application: its routes, and the sentence for each error."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from orchestrate.errors import TrigpointError, UsageError
from orchestrate.serve import browse, deciding, reviewing
from orchestrate.serve.guard import Guard
from orchestrate.serve.seat import make_seat, seat_of
from orchestrate.settings import SEEDS_DIR, Settings

STATIC = Path(__file__).with_name("static")
PAGES: dict[str, Callable[[Request], Response]] = {
    "/": browse.entities_page,
    "/entity/{entity}": browse.entity_page,
    "/columns": browse.columns_page,
    "/evidence.css": browse.evidence_style,
    "/map": browse.map_page,
    "/conflicts": browse.conflicts_page,
    "/events": browse.events_page,
    "/pair": browse.explained_pair_page,
    "/review": reviewing.review_page,
    "/review/pairs": reviewing.pairs_page,
    "/review/pair": reviewing.pair_page,
    "/review/cells": reviewing.cells_page,
    "/review/cell": reviewing.cell_page,
    "/decisions": reviewing.decisions_page,
}
FORMS: dict[str, deciding.Act] = {
    "/review/pair": deciding.decide_pair,
    "/review/cell": deciding.decide_cell,
    "/correct": deciding.correct,
    "/split": deciding.split,
    "/join": deciding.join,
    "/undo": deciding.undo,
    "/build": deciding.build,
}


def make_app(settings: Settings, seeds_dir: Path = SEEDS_DIR) -> Starlette:
    """The application for the data of one mode."""
    app = Starlette(
        routes=[
            *(Route(path, page, methods=["GET"]) for path, page in PAGES.items()),
            *(Route(path, deciding.posted(act), methods=["POST"]) for path, act in FORMS.items()),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guard)],
        exception_handlers={TrigpointError: _sentence, HTTPException: _not_found},
        lifespan=_ending,
    )
    app.state.seat = make_seat(settings, seeds_dir)
    return app


@asynccontextmanager
async def _ending(app: Starlette) -> AsyncIterator[None]:
    yield
    app.state.seat.builder.stop()


def _sentence(request: Request, error: Exception) -> Response:
    """An expected error as a page. What a form would have done is not done."""
    status = 400 if isinstance(error, UsageError) else 503
    is_form = request.method == "POST"
    return seat_of(request).page(request, "error.html", status, sentence=str(error), is_form=is_form)


def _not_found(request: Request, error: Any) -> Response:
    sentence = "There is no such page." if error.status_code == 404 else error.detail
    return seat_of(request).page(request, "error.html", error.status_code, sentence=sentence, is_form=False)
