"""What a page says about itself to machines: JSON-LD, microdata and OpenGraph, as the page writes it.

`place_in` chooses the one item that describes the place of the page. A page with several places, or with
the head office alone, describes none. OpenGraph counts if the page has no other data about a place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from resiliparse.parse.html import ElementNode, HTMLTree

MOST_ITEMS = 200
# Types of schema.org that are no place, though they have an address. An organisation's is that of its head office.
NO_PLACE = re.compile(
    r"(?:Organization|Corporation|Airline|NGO|Consortium|Project|Person|Page|WebSite|Event|Product|Offer|Service|Action|"
    r"Article|Posting|Review|Rating|List|ListItem|Address|Coordinates|Specification|Point|Object|Question|Answer|Brand|"
    r"Route|Trip|Country|City|State|AdministrativeArea)$"
)
WITH_A_PLACE = ("mainEntity", "about", "@graph")
PROFILES = ("url", "@id")
OPENGRAPH_ADDRESS = ("business:contact_data:street_address", "business:contact_data:locality")
OPENGRAPH_POINT = ("place:location:latitude", "place:location:longitude")
MOST_CHARACTERS_OF_A_TAG = 2000
VALUE_OF = {
    **dict.fromkeys(("a", "area", "link"), "href"),
    **dict.fromkeys(("img", "audio", "embed", "iframe", "source", "track", "video"), "src"),
    "meta": "content",
    "data": "value",
    "meter": "value",
    "time": "datetime",
    "object": "data",
}


def elements(tree: HTMLTree, selector: str) -> list[ElementNode]:
    """The elements as a list of their own: one of the tree is asked again for each element."""
    return tree.document.query_selector_all(selector).values() if tree.document else []


def structured(tree: HTMLTree) -> dict[str, Any]:
    """Every block and item, unchanged. What cannot be read stays as its text."""
    return {
        "jsonld": [_block(script.text or "") for script in elements(tree, 'script[type*="ld+json"]')],
        "microdata": [_item(item) for item in _top_items(tree)],
        "opengraph": _opengraph(tree),
        "description": _description(tree),
    }


def place_in(found: dict[str, Any], url: str) -> tuple[str, dict[str, Any]] | None:
    """The JSON pointer and the content of the item that is the place of the page at `url`."""
    for kind in ("jsonld", "microdata"):
        places = [(path, item) for path, item in _items(found[kind], f"/structured/{kind}") if _is_place(item)]
        own = [place for place in places if _is_at(place[1], url)]
        for some in (own, places):
            if some and len({_identity(item) for _, item in some}) == 1:
                return some[0]
        if places:
            return None
    return ("/structured/opengraph", found["opengraph"]) if _is_place_of_opengraph(found["opengraph"]) else None


def _is_place_of_opengraph(tags: Mapping[str, Any]) -> bool:
    """Whether the tags say where one place is. A tag that is there twice may describe two."""
    where = [tags[name] for name in (*OPENGRAPH_ADDRESS, *OPENGRAPH_POINT) if tags.get(name)]
    is_at = all(tags.get(name) for name in OPENGRAPH_ADDRESS) or all(tags.get(name) for name in OPENGRAPH_POINT)
    return is_at and all(isinstance(tag, str) for tag in where)


# --- JSON-LD ------------------------------------------------------------------------------------------------


def _block(text: str) -> Any:
    cleaned = re.sub(r"^\s*(?:<!--|//<!\[CDATA\[|/\*<!\[CDATA\[\*/)|(?:-->|//\]\]>|/\*\]\]>\*/)\s*$", "", text).strip()
    try:
        return json.loads(cleaned, strict=False)
    except (ValueError, RecursionError):
        return text


def _items(content: Any, path: str, depth: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each item at the top of a block, in its graph, or what the page is about."""
    if depth > 4:
        return
    if isinstance(content, list):
        for number, item in enumerate(content[:MOST_ITEMS]):
            yield from _items(item, f"{path}/{number}", depth)
    elif isinstance(content, dict):
        yield path, content
        for name in WITH_A_PLACE:
            yield from _items(content.get(name), f"{path}/{name}", depth + 1)


def _is_place(item: dict[str, Any]) -> bool:
    given = item.get("@type")
    types = [str(name).rpartition("/")[2] for name in (given if isinstance(given, list) else [given]) if name]
    says_where = any(item.get(name) for name in ("address", "geo", "openingHours", "openingHoursSpecification"))
    return bool(types and says_where and item.get("name")) and not any(NO_PLACE.search(name) for name in types)


def _is_at(item: dict[str, Any], url: str) -> bool:
    return any(isinstance(item.get(name), str) and _page(item[name]) == _page(url) for name in PROFILES)


def _page(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}"


def _identity(item: dict[str, Any]) -> str:
    """The same for two items that describe one place: name, address and phone agree."""
    return json.dumps([item.get("name"), item.get("address"), item.get("telephone")], sort_keys=True, default=str)


# --- microdata and OpenGraph ----------------------------------------------------------------------------------


def _top_items(tree: HTMLTree) -> list[ElementNode]:
    return elements(tree, "[itemscope]:not([itemprop])")[:MOST_ITEMS]


def _item(element: ElementNode, depth: int = 0) -> dict[str, Any]:
    """An item in the form of JSON-LD: its type, and each property with its value or values."""
    item: dict[str, Any] = {"@type": (element.getattr("itemtype", "") or "").rpartition("/")[2]}
    for child in _properties(element):
        value = _item(child, depth + 1) if child.hasattr("itemscope") and depth < 4 else _value(child)
        for name in (child.getattr("itemprop", "") or "").split():
            item[name] = [*_listed(item[name]), value] if name in item else value
    return item


def _properties(element: ElementNode) -> Iterator[ElementNode]:
    """The properties of the item itself, not those of an item inside it."""
    waiting = element.child_nodes.values()[::-1]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ElementNode):
            continue
        if node.hasattr("itemprop"):
            yield node
        if not node.hasattr("itemscope"):
            waiting += node.child_nodes.values()[::-1]


def _value(element: ElementNode) -> str:
    """The value as HTML defines it: of an attribute for some elements, else the text."""
    given = element.getattr("content") or element.getattr(VALUE_OF.get(element.tag or "", "content"))
    return " ".join((given or element.text or "").split())


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _opengraph(tree: HTMLTree) -> dict[str, Any]:
    """By name; a list for a name that is there twice with two contents."""
    tags: dict[str, Any] = {}
    for meta in elements(tree, "meta[property][content]")[:MOST_ITEMS]:
        name, content = meta.getattr("property") or "", _content(meta)
        if re.match(r"(?:og|place|business):", name) and content not in _listed(tags.get(name)):
            tags[name] = [*_listed(tags[name]), content] if name in tags else content
    return tags


def _description(tree: HTMLTree) -> str | None:
    given = elements(tree, "meta[name=description][content]")
    return (_content(given[0]) or None) if given else None


def _content(meta: ElementNode) -> str:
    return " ".join((meta.getattr("content") or "").split())[:MOST_CHARACTERS_OF_A_TAG]
