"""Serper in the sandbox: pages about places, and pages about no place, found by their words."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingest.sandbox.places import Place
from ingest.sandbox.query.search import Index
from ingest.sandbox.source import Holding, SandboxSource, is_key_accepted, records
from ingest.sandbox.view import View

UNRELATED_PAGES = Path(__file__).parent / "serper_unrelated_pages.csv"
COUNTS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 8: "eight", 9: "nine", 10: "ten"}
NOUNS = {
    "pitch5": "five-a-side pitch",
    "padel": "covered padel court",
    "tennisin": "indoor tennis court",
    "tennisout": "floodlit tennis court",
    "squash": "squash court",
    "pool": "swimming pool",
}

# --- records


def add_records(holding: Holding, view: View) -> None:
    """The venue's own page, and for some places further pages that write about it."""
    place, chance = view.place, view.chance
    facts = _facts(place)
    title = chance.choice(["{n} | {w}", "{n} - Edinburgh" if place.in_edinburgh else "{n}", "Home | {n}", "{n}"])
    snippet = _own_snippets(view, facts)[chance.randrange(3)]
    _add_page(holding, view, place.website, title.format(n=place.name, w=_where(place)), snippet, "own page")
    if chance.random() < 0.5:
        likes = chance.randint(200, 9000)
        text = f"{place.name}, {place.town}. {likes} likes. {facts.strip()} {view.phone('0{}') or ''}".strip()
        _add_page(holding, view, place.facebook, f"{place.name} | {place.town} | Facebook", text, "social page")
    if place.kind == "gym" and "padel" in place.activities:
        text = f"{place.name}'s padel courts are open to members and guests.{facts}"
        title = f"Padel courts in {_where(place)}"
        _add_page(holding, view, f"{place.website}/padel", title, text, "page about a part")
    if place.facilities and chance.random() < 0.6:
        link = f"https://www.openplay.example/venues/{place.place_id}"
        text = f"Book at {place.name}, {place.street}, {place.postcode}.{facts}"
        _add_page(holding, view, link, f"{place.name} | OpenPlay", text, "booking page")


def _own_snippets(view: View, facts: str) -> list[str]:
    place, where, phone = view.place, _where(view.place), view.phone("0{}")
    opens, closes = ("7am" if place.kind == "gym" else "9am"), "9.30pm"
    return [
        f"{place.name} is at {place.street}, {where} {place.postcode}.{facts} Open Mon-Fri {opens}-{closes}.",
        f"{facts.strip() or 'All welcome.'} Find {place.name} on {place.street}, {place.town}. Call us on {phone}.",
        f"Opening times, prices and how to get to {place.name}, {where}. Tel: {phone}. No parking on site.",
    ]


def _where(place: Place) -> str:
    return place.locality if place.in_edinburgh else place.town


def _facts(place: Place) -> str:
    phrases = [_in_prose(facility, count) for facility, count in place.facilities]
    return f" We have {' and '.join(filter(None, phrases))}." if any(phrases) else ""


def _in_prose(facility: str, count: int) -> str:
    if facility not in NOUNS:
        return ""
    plural = "es" if NOUNS[facility].endswith("pitch") else "s"
    return f"{COUNTS.get(count, str(count))} {NOUNS[facility]}{plural if count > 1 else ''}"


def _add_page(holding: Holding, view: View, link: str, title: str, snippet: str, note: str) -> None:
    position = len(holding.records) + 1
    holding.add(link, {"title": title, "link": link, "snippet": snippet, "position": position}, view, note=note)


def add_unrelated_records(holding: Holding) -> None:
    """Directories, news, shops: what a web search finds beside the places."""
    with UNRELATED_PAGES.open(newline="", encoding="utf-8") as file:
        for position, row in enumerate(csv.DictReader(file), start=1):
            record = {"title": row["title"], "link": row["link"], "snippet": row["snippet"], "position": position}
            holding.add_unrelated(row["link"], record, row["note"])


# --- answers


@cache
def _index() -> Index:
    return Index([" ".join(str(r["record"][k]) for k in ("title", "snippet", "link")) for r in records("serper")])


async def search(request: Request) -> Response:
    if not is_key_accepted(request.headers.get("X-API-KEY")):
        return JSONResponse({"message": "Unauthorized.", "statusCode": 403}, 403)
    body = await request.json()
    if not body.get("q"):
        return JSONResponse({"message": "Missing query parameter", "statusCode": 400}, 400)
    size, page = int(body.get("num", 10)), int(body.get("page", 1))
    found = _index().search(body["q"])[(page - 1) * size : page * size]
    organic = [{**records("serper")[i]["record"], "position": n} for n, i in enumerate(found, start=1)]
    echo = {"q": body["q"], "hl": body.get("hl", "en"), "type": "search", "num": size, "engine": "google"}
    return JSONResponse({"searchParameters": echo, "organic": organic, "credits": 1 if size <= 10 else 2})


SOURCE = SandboxSource(
    letter="s",
    add_records=add_records,
    add_unrelated_records=add_unrelated_records,
    routes=[Route("/serper/search", search, methods=["POST"])],
)
