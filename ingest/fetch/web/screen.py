"""What of a page a person sees of its place: no hidden part, no other place, and the profiles that it links to."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import cast
from urllib.parse import urlsplit

from resiliparse.parse.html import ElementNode, HTMLTree

from ingest.fetch.web.structured import elements

MOST_RULES = 100  # of the style sheets in a page
MOST_PARTS = 500  # lists, links or headings
NOT_ON_SCREEN = "[hidden], [aria-hidden=true], .visually-hidden, .sr-only, .screen-reader-text, noscript, template"
# Styles by which an element is in the page and not on the screen.
UNSEEN = re.compile(
    r"display:\s*none|font-size:\s*0(?:[a-z%;\s]|$)|opacity:\s*0(?:\.0+)?\s*(?:;|$)|text-indent:\s*-\d{3,}|visibility:\s*hidden|"
    r"(?:left|top):\s*-\d{3,}|clip:\s*rect\(\s*[01](?:px)?\b|color:\s*(?:#fff(?:fff)?\b|white\b|transparent\b)",
    re.IGNORECASE,
)
RULE = re.compile(r"([.#][\w-]+)\s*\{([^{}]{1,500})\}")  # of a style sheet in the page, for one class or id
# Headings over other places: "Other clubs nearby", "Weitere Standorte", "You might also like".
OTHER_PLACES = re.compile(
    r"\b(?:other|more|nearby|similar|our other|(?:unsere )?weiteren?|unsere anderen|andere|(?:nos )?autres|"
    r"(?:nuestr[oa]s )?otr[oa]s|altr[ei]|outr[oa]s)\s+(?:\w+\s+)?(?:clubs?|venues|cent(?:re|er)s|gyms|branches|"
    r"locations|stores|shops|sites|places|hotels|restaurants|pools|schools|studios|standorte|filialen|häuser|salles|adresses|magasins|établissements|agences|"
    r"piscines|centros|sedes|tiendas|locales|clubes|sedi|negozi|centri|locali|locaties|vestigingen|winkels|unidades|lojas)"
    r"\b|^you (?:may|might) also\b|\b(?:clubs|venues|places|branches|gyms|hotels) near(?:by| you| here)\b",
    re.IGNORECASE,
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BESIDE_THE_CONTENT = "nav, header, footer, aside, form, menu"
PROFILES = re.compile(r"(?:^|\.)(facebook|instagram|twitter|x|linkedin)\.com$")
NO_PROFILE = re.compile(
    r"^/?$|share|intent|dialog|plugins|login|hashtag|search|/(?:p|reel|posts?|status|events)/", re.IGNORECASE
)


def drop_unseen(tree: HTMLTree) -> None:
    """Remove what is on no screen: by an attribute, by its own style, or by a style sheet of the page."""
    sheets = "".join(sheet.text or "" for sheet in elements(tree, "style"))
    hidden = [name for name, styles in RULE.findall(sheets) if UNSEEN.search(styles)]
    for selector in (NOT_ON_SCREEN, *hidden[:MOST_RULES]):
        for element in reversed(elements(tree, selector)):  # those inside others first
            element.decompose()
    for element in reversed(elements(tree, "[style]")):
        if UNSEEN.search(element.getattr("style") or ""):
            element.decompose()


def drop_other_places(tree: HTMLTree) -> None:
    """Remove each section under a heading that announces other places of a chain, or of the town."""
    for heading in elements(tree, ", ".join(HEADINGS[1:]))[:MOST_PARTS]:
        if not OTHER_PLACES.search(" ".join((heading.text or "").split())):
            continue
        last = HEADINGS.index(heading.tag or "h6")
        while (after := heading.next_sibling) is not None:
            if isinstance(after, ElementNode) and (after.tag or "") in HEADINGS[: last + 1]:
                break
            after.decompose()
        heading.decompose()


def lists_as_blocks(tree: HTMLTree) -> None:
    """Make blocks of the lists of the content: a search for the main text takes them for menus. Lists of links stay."""
    for listed in reversed(elements(tree, "ul, ol")[:MOST_PARTS]):
        if listed.query_selector("a[href^='http'], a[href^='/']") or listed.closest(BESIDE_THE_CONTENT):
            continue
        block = _new_block(tree)
        for item in listed.child_nodes.values():
            line = _new_block(tree)
            for part in item.child_nodes.values() if isinstance(item, ElementNode) else [item]:
                line.append_child(part)
            block.append_child(line)
        listed.replace_with(block)


def _new_block(tree: HTMLTree) -> ElementNode:
    return cast("ElementNode", tree.create_element("div"))


def profiles(tree: HTMLTree) -> list[str]:
    """The addresses on social sites that the page links to; none of a site to which it links twice."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for link in elements(tree, "a[href*='//']")[:MOST_PARTS]:
        address = (link.getattr("href") or "").strip()
        try:
            parts = urlsplit(address)
        except ValueError:
            continue
        site = PROFILES.search((parts.hostname or "").lower())
        if site and not NO_PROFILE.search(parts.path):
            found[site[1].replace("twitter", "x")][address.split("?")[0].rstrip("/")] = None
    return [address for addresses in found.values() if len(addresses) == 1 for address in addresses]
