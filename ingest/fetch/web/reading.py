"""The title, the main text and the structured data of a page."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from ingest.fetch.web.screen import drop_other_places, drop_unseen, lists_as_blocks, profiles
from ingest.fetch.web.structured import elements, place_in, structured
from ingest.fetch.web.weeks import stated_weeks

MOST_CHARACTERS = 50_000  # of a text
TOLD_APART = 8  # the last digits of a phone do not depend on how it is written
# Matches an element this deep in others. The time for the main text grows with the depth, and browsers stop near it.
TOO_DEEP = ">".join(["*"] * 150)
MOST_WORDS_OF_NAME = 8
PHONES = ("telephone", "business:contact_data:phone_number")
EMAILS = ("email", "business:contact_data:email")
# Where a page states its contacts beside the main text, and the lines there that are no contacts.
BESIDE = "footer, [role=contentinfo], #footer, .footer, .site-footer, address, .contact, .contact-info"
MOST_BESIDE, LONGEST_BESIDE = 20, 160  # elements and lines; characters of a line
A_CONTACT = re.compile(r"\d|@")
NO_CONTACT = re.compile(
    r"©|\(c\)|copyright|rights reserved|\bcookies?\b|\bvat\b|company (?:no|number)|charity", re.IGNORECASE
)
CONTACTS = re.compile(r"\+?\d[\d ()./-]{4,}\d|\S+@\S+|(?:https?://|www\.)\S+|\b[\w-]+\.[a-z]{2,}/\S*")


class Seen(NamedTuple):
    """What a person reads: the main text, without menus, banners and footers, and all of it; the profiles, and the
    lines with contacts in the footer and other blocks beside the main text.
    """

    main: str
    all: str
    profiles: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()


def read_page(html: str, url: str) -> dict[str, Any]:
    """What the payload of a page holds beside its HTML. No HTML raises.

    `text` is the main text. The lines of the footer come behind it, after a form feed.
    """
    tree = HTMLTree.parse(html)
    found = structured(tree)
    place = place_in(found, url)
    seen = _seen(tree)
    title = " ".join((tree.title or "").split())
    main = _without_heading(seen.main, title)[:MOST_CHARACTERS]
    return {
        "title": _with_site(title, found["opengraph"].get("og:site_name"), seen.all),
        "text": "\n\f".join(filter(None, ["\n".join(filter(None, [main, *seen.profiles])), "\n".join(seen.contacts)])),
        "structured": found,
        "place": place[1] if place else None,
        "place_at": place[0] if place else None,
        "shown": _shown(place[1], seen.all) if place else None,
        "description": _harmless(found["description"], seen.all) if place else None,
        "weeks": stated_weeks(place[1]) if place else None,
    }


def _without_heading(text: str, title: str) -> str:
    """The text without a first line that the title says, too: a reader would take it for the begin of a sentence."""
    heading, _, rest = text.partition("\n")
    return rest if heading in title else text


def _seen(tree: HTMLTree) -> Seen:
    if elements(tree, TOO_DEEP):
        return Seen("", "")
    drop_unseen(tree)
    everything, links = _text(tree, main=False), tuple(profiles(tree))
    drop_other_places(tree)
    lists_as_blocks(tree)
    main = _text(tree, main=True)
    return Seen(main, everything, links, tuple(_contacts(tree, main)) if main else ())


def _contacts(tree: HTMLTree, main: str) -> list[str]:
    """The lines with a number or a mail address beside the main text, each once."""
    blocks = (_lines(element.html) for element in elements(tree, BESIDE)[:MOST_BESIDE])
    lines = dict.fromkeys(line for lines in blocks for line in lines)
    return [
        line
        for line in lines
        if len(line) <= LONGEST_BESIDE and A_CONTACT.search(line) and not NO_CONTACT.search(line) and line not in main
    ][:MOST_BESIDE]


def _with_site(title: str, site: object, text: str) -> str:
    """The title, with the name of the site behind it if only the page itself says that name, not its title."""
    name = " ".join(str(site or "").split())
    is_name = name and len(name.split()) <= MOST_WORDS_OF_NAME and not re.search(r"\d{3}|[@/]", name)
    return f"{title} | {name}" if is_name and name.lower() not in title.lower() and name in text else title


def _text(tree: HTMLTree, *, main: bool) -> str:
    """One line for each block of the page; the cells of a row are apart by one blank."""
    text = extract_plain_text(
        tree, main_content=main, alt_texts=False, list_bullets=False, comments=not main, post_meta=not main
    )
    return "\n".join(_spaced(text))


def _lines(html: str) -> list[str]:
    return _spaced(extract_plain_text(html, main_content=False, alt_texts=False, list_bullets=False))


def _spaced(text: str) -> list[str]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line]


def _shown(place: dict[str, Any], text: str) -> dict[str, Any]:
    """The contacts of the place that the page shows, too. Others may be planted, or out of date."""
    digits = _digits(text)
    phones = [phone for phone in _texts(place, PHONES) if (number := _digits(phone)[-TOLD_APART:]) and number in digits]
    emails = [email for email in _texts(place, EMAILS) if email.removeprefix("mailto:").lower() in text.lower()]
    return {"telephone": phones, "email": emails}


def _harmless(description: str | None, text: str) -> str | None:
    """The description for search engines. One with a number or address that the page does not show may be planted."""
    stated = CONTACTS.findall(description or "")
    return description if all(contact.strip() in text for contact in stated) else None


def _texts(place: dict[str, Any], names: tuple[str, ...]) -> list[str]:
    given = [place[name] for name in names if place.get(name)]
    return [str(one) for some in given for one in (some if isinstance(some, list) else [some]) if one]


def _digits(text: str) -> str:
    """The digits of the text, with a stroke where letters are. Never empty."""
    return re.sub(r"[^\d|]", "", re.sub(r"[^\W\d_]+", "|", text)) or "?"
