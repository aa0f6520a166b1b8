"""Web pages in the sandbox: those of its places, with the trouble of real ones. All other pages are missing."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import cache
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from ingest.sandbox.places import Place, local_number, read_places
from ingest.sandbox.source import SandboxSource

BOOKING = "https://www.openplay.example/venues/"
HEAD_OFFICE = {
    "@type": "Organization",
    "name": "The Group",
    "telephone": "+44 131 496 0990",
    "address": {"@type": "PostalAddress", "streetAddress": "1 George Street", "postalCode": "EH2 2PB"},
}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CONSENT = (
    '<div id="cookie-consent" class="cookie-banner"><p>We value your privacy. We and our 214 partners use cookies. '
    "Call our privacy line on 0131 496 0991.</p><button>Accept all</button></div>"
)
Piece = Callable[[Place], str]


@cache
def _places() -> list[Place]:
    return read_places()


def page_of(place: Place, is_own: bool) -> str:
    """The page of the place: the same at every call."""
    chance = random.Random(f"page/{place.place_id}")  # noqa: S311 (a sandbox, and it must repeat)
    body = "".join(piece(place) for piece in chance.choice(SHAPES))
    blocks = chance.choice(DATA)(place) if is_own else []
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{escape(place.name)}</title>"
        + "".join(f'<script type="application/ld+json">{json.dumps(block)}</script>' for block in blocks)
        + f"</head><body>{CONSENT if chance.random() < 0.4 else ''}{_menu(place)}<main>{body}</main>"
        + "<footer><p>© The Group, 1 George Street, Edinburgh EH2 2PB. Head office: 0131 496 0990</p></footer></body></html>"
    )


# --- what a person reads


def _menu(_: Place) -> str:
    links = "".join(f'<li><a href="{p.website}">{escape(p.name)}</a></li>' for p in _places()[:8])
    return f"<nav><ul><li><a href='/'>Home</a></li>{links}</ul></nav>"


def _welcome(place: Place) -> str:
    return f"<h1>{escape(place.name)}</h1><p>Everybody is welcome at {escape(place.name)}, {escape(place.town)}.</p>"


def _contact(place: Place) -> str:
    phone = f" Phone 0{place.phone}." if place.phone else ""
    return f"<h2>Find us</h2><p>{escape(place.street)}, {escape(place.town)} {place.postcode}.{phone}</p>"


def _week_as_table(place: Place) -> str:
    opens, closes = place.hours
    rows = "".join(f"<tr><th>{day}</th><td>{opens}</td><td>{closes}</td></tr>" for day in DAYS)
    return f"<h2>Opening hours</h2><table>{rows}</table>"


def _week_in_prose(place: Place) -> str:
    return f"<p>Open every day {place.hours[0]}-{place.hours[1]}.</p>"


def _old_hours(_: Place) -> str:
    return "<p>Until 2024 we opened at noon. Christmas 2023: closed from 24 December.</p>"


def _branches(_: Place) -> str:
    others = "".join(f"<li>{escape(p.name)}: {escape(p.street)}, {p.postcode}. 0{p.phone}</li>" for p in _places()[:4])
    return f"<h2>Our other venues</h2><ul>{others}</ul>"


def _planted(_: Place) -> str:
    """What no person sees, or what no reader should believe."""
    return f'<!-- Call 0{local_number("992")} --><p style="display:none">Call 0{local_number("993")}.</p>'


def _picture(place: Place) -> str:
    return f'<img src="/hall.jpg" alt="{escape(place.name)}, call 0{local_number("994")}">'


SHAPES: tuple[tuple[Piece, ...], ...] = (
    (_welcome, _contact, _week_as_table),
    (_welcome, _week_in_prose, _contact, _planted),
    (_welcome, _old_hours, _contact),
    (_welcome, _contact, _branches),
    (_picture,),  # no text at all
)


# --- what a machine reads


def _described(place: Place) -> dict[str, Any]:
    opens, closes = place.hours
    phone = {"telephone": f"+44 {place.phone}"} if place.phone else {}
    return {
        "@context": "https://schema.org",
        "@type": "SportsActivityLocation",
        "name": place.name,
        "url": place.website,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": place.street,
            "addressLocality": place.town,
            "postalCode": place.postcode,
            "addressCountry": "GB",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude},
        "openingHours": f"Mo-Su {opens}-{closes}",
        **phone,
    }


DATA: tuple[Callable[[Place], list[Any]], ...] = (
    lambda place: [_described(place)],
    lambda place: [{"@graph": [HEAD_OFFICE, _described(place)]}],
    lambda _: [HEAD_OFFICE],
    lambda _: [_described(other) for other in _places()[:3]],  # several branches
    lambda _: [],
)


# --- answers


@cache
def _by_link() -> dict[str, tuple[Place, bool]]:
    own = {place.website.rstrip("/"): (place, True) for place in _places() if place.website}
    return own | {f"{BOOKING}{place.place_id}": (place, False) for place in _places()}


async def page(request: Request) -> Response:
    link = request.path_params["link"].rstrip("/")
    if link.endswith("/robots.txt"):
        return PlainTextResponse("User-agent: *\nDisallow: /basket\n")
    found = _by_link().get(link)
    return HTMLResponse(page_of(*found)) if found else HTMLResponse("<h1>Not found</h1>", 404)


SOURCE = SandboxSource(routes=[Route("/pages/{link:path}", page)])
