"""The title, the main text and the structured data of a page."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from ingest.fetch.web.structured import elements, place_in, structured
from ingest.fetch.web.weeks import stated_weeks

MOST_CHARACTERS = 50_000  # of a text
MOST_RULES = 100  # of the style sheets in a page
TOLD_APART = 8  # the last digits of a phone do not depend on how it is written
# Matches an element this deep in others. The time for the main text grows with the depth, and browsers stop near it.
TOO_DEEP = ">".join(["*"] * 150)
NOT_ON_SCREEN = "[hidden], [aria-hidden=true], .visually-hidden, .sr-only, .screen-reader-text, noscript, template"
# Styles by which an element is in the page and not on the screen.
UNSEEN = re.compile(
    r"display:\s*none|font-size:\s*0(?:[a-z%;\s]|$)|opacity:\s*0(?:\.0+)?\s*(?:;|$)|text-indent:\s*-\d{3,}|visibility:\s*hidden|"
    r"(?:left|top):\s*-\d{3,}|clip:\s*rect\(\s*[01](?:px)?\b|color:\s*(?:#fff(?:fff)?\b|white\b|transparent\b)",
    re.IGNORECASE,
)
RULE = re.compile(r"([.#][\w-]+)\s*\{([^{}]{1,500})\}")  # of a style sheet in the page, for one class or id


class Seen(NamedTuple):
    """What a person reads: the main text, without menus, banners and footers, and all of it."""

    main: str
    all: str


def read_page(html: str, url: str) -> dict[str, Any]:
    """What the payload of a page holds beside its HTML. No HTML raises."""
    tree = HTMLTree.parse(html)
    found = structured(tree)
    place = place_in(found, url)
    seen = _seen(tree)
    title = " ".join((tree.title or "").split())
    return {
        "title": title,
        "text": _without_heading(seen.main, title)[:MOST_CHARACTERS],
        "structured": found,
        "place": place[1] if place else None,
        "place_at": place[0] if place else None,
        "shown": _shown(place[1], seen.all) if place else None,
        "weeks": stated_weeks(place[1]) if place else None,
    }


def _without_heading(text: str, title: str) -> str:
    """The text without a first line that the title says, too: a reader would take it for the begin of a sentence."""
    heading, _, rest = text.partition("\n")
    return rest if heading in title else text


def _seen(tree: HTMLTree) -> Seen:
    if elements(tree, TOO_DEEP):
        return Seen("", "")
    _drop_unseen(tree)
    return Seen(_text(tree, main=True), _text(tree, main=False))


def _text(tree: HTMLTree, *, main: bool) -> str:
    """One line for each block of the page; the cells of a row are apart by one blank."""
    text = extract_plain_text(
        tree, main_content=main, alt_texts=False, list_bullets=False, comments=not main, post_meta=not main
    )
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _shown(place: dict[str, Any], text: str) -> dict[str, Any]:
    """The contacts of the place that the page shows, too. Others may be planted, or out of date."""
    digits = _digits(text)
    phones = [
        phone for phone in _texts(place, "telephone") if (number := _digits(phone)[-TOLD_APART:]) and number in digits
    ]
    emails = [email for email in _texts(place, "email") if email.removeprefix("mailto:").lower() in text.lower()]
    return {"telephone": phones, "email": emails}


def _texts(place: dict[str, Any], name: str) -> list[str]:
    given = place.get(name)
    return [str(one) for one in (given if isinstance(given, list) else [given]) if one]


def _digits(text: str) -> str:
    """The digits of the text, with a stroke where letters are. Never empty."""
    return re.sub(r"[^\d|]", "", re.sub(r"[^\W\d_]+", "|", text)) or "?"


def _drop_unseen(tree: HTMLTree) -> None:
    """Remove what is on no screen: by an attribute, by its own style, or by a style sheet of the page."""
    sheets = "".join(sheet.text or "" for sheet in elements(tree, "style"))
    hidden = [name for name, styles in RULE.findall(sheets) if UNSEEN.search(styles)]
    for selector in (NOT_ON_SCREEN, *hidden[:MOST_RULES]):
        for element in reversed(elements(tree, selector)):  # those inside others first
            element.decompose()
    for element in reversed(elements(tree, "[style]")):
        if UNSEEN.search(element.getattr("style") or ""):
            element.decompose()
