"""What every page needs: the published file, the pairs, the desk for decisions, and the templates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

from jinja2 import Environment, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from orchestrate.render.pages.page import environment
from orchestrate.review.cells import shown_value
from orchestrate.review.decisions import Desk
from orchestrate.review.journal import journal_of
from orchestrate.review.pairs import PairQueue
from orchestrate.serve.building import Builder
from orchestrate.serve.catalogue import Catalogue
from orchestrate.settings import SEEDS_DIR, Settings

REVIEWER = "reviewer"  # the cookie with the name of the person
A_YEAR = 365 * 24 * 3600
LONGEST_NAME = 100


@dataclass(frozen=True)
class Seat:
    settings: Settings
    catalogue: Catalogue
    queue: PairQueue
    desk: Desk
    builder: Builder
    templates: Environment

    def page(self, request: Request, template: str, status: int = 200, **data: Any) -> HTMLResponse:
        shown = self.templates.get_template(template).render(
            mode=self.settings.mode, author=author_of(request), here=request.url.path, **data
        )
        return HTMLResponse(shown, status)


def make_seat(settings: Settings, seeds_dir: Path = SEEDS_DIR) -> Seat:
    return Seat(
        settings=settings,
        catalogue=Catalogue(settings.published_path),
        queue=PairQueue(settings.warehouse_path),
        desk=Desk(seeds_dir, journal_of(settings)),
        builder=Builder(settings),
        templates=_templates(),
    )


def _templates() -> Environment:
    templates = environment(PackageLoader("orchestrate.serve"))
    templates.globals |= {"link": link, "shown_value": shown_value}
    templates.filters |= {"day": lambda moment: f"{moment:%Y-%m-%d}" if moment else ""}
    return templates


def link(path: str, **query: Any) -> str:
    """A path with its query. Blank parts are left out."""
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{quote(path)}?{urlencode(kept)}" if kept else quote(path)


def seat_of(request: Request) -> Seat:
    seat: Seat = request.app.state.seat
    return seat


def author_of(request: Request) -> str:
    """The name with which this browser decided last."""
    return unquote(request.cookies.get(REVIEWER, ""))[:LONGEST_NAME]


def see_other(path: str, author: str = "", **query: Any) -> Response:
    """To the page that shows what a form did. A reload then sends nothing again."""
    response = RedirectResponse(link(path, **query), 303)
    if author:
        name = " ".join(author.split())[:LONGEST_NAME]
        response.set_cookie(REVIEWER, quote(name), max_age=A_YEAR, samesite="strict", httponly=True)
    return response
