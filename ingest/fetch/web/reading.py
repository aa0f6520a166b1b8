"""The title, the main text and the structured data of a page."""

from __future__ import annotations

import re
from typing import Any

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from ingest.fetch.web.structured import elements, place_in, structured
from ingest.fetch.web.weeks import stated_weeks

MOST_CHARACTERS = 50_000  # of a text
# Matches an element this deep in others. The time for the main text grows with the depth, and browsers stop near it.
TOO_DEEP = ">".join(["*"] * 150)
# Styles by which an element is in the page and not on the screen. The library leaves out what is `display: none`.
UNSEEN = re.compile(
    r"font-size:\s*0(?:[a-z%;\s]|$)|opacity:\s*0(?:\.0+)?\s*(?:;|$)|text-indent:\s*-\d{3,}|visibility:\s*hidden|"
    r"(?:left|top):\s*-\d{3,}|clip:\s*rect\(\s*[01](?:px)?\b|color:\s*(?:#fff(?:fff)?\b|white\b|transparent\b)",
    re.IGNORECASE,
)


def read_page(html: str, url: str) -> dict[str, Any]:
    """What the payload of a page holds beside its HTML. No HTML raises."""
    tree = HTMLTree.parse(html)
    found = structured(tree)
    place = place_in(found, url)
    return {
        "title": " ".join((tree.title or "").split()),
        "text": _main_text(tree)[:MOST_CHARACTERS],
        "structured": found,
        "place": place[1] if place else None,
        "place_at": place[0] if place else None,
        "weeks": stated_weeks(place[1]) if place else None,
    }


def _main_text(tree: HTMLTree) -> str:
    """What a person reads, without menus, banners and footers; one line for each block."""
    if elements(tree, TOO_DEEP):
        return ""
    _drop_unseen(tree)
    text = extract_plain_text(
        tree, main_content=True, alt_texts=False, list_bullets=False, comments=False, post_meta=False
    )
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _drop_unseen(tree: HTMLTree) -> None:
    for element in elements(tree, "[style]"):
        if UNSEEN.search(element.getattr("style") or "") and element.parent:
            element.decompose()
