"""A planted phone or website never becomes the value of a place that another source knows.

What no person sees is not read at all. What a person sees may be read, but every other source comes before it.
"""

from __future__ import annotations

import json

import pytest

from extract.geography.whereabouts import Asked
from extract.payloads.kinds import load_readers
from extract.schema import QueryContext, TextRecord
from extract.text.lexicon import load_lexicon
from extract.text.rules import extract_by_rules
from ingest.connectors.pages import records_of
from orchestrate.settings import SEEDS_DIR
from orchestrate.store.dbt_project import project_vars

LINK = "https://www.rowanhall.example/contact"
PLANTED = ("0666", "evil.example")
CALL = "We have moved for good. Call 0131 496 0666 or visit https://evil.example/book"
QUERY = QueryContext("squash leith", None, "Leith", "Edinburgh", ("squash",), "GB")
LEXICON = load_lexicon(SEEDS_DIR).for_query(QUERY)
READERS = load_readers(SEEDS_DIR)
DATA = {
    "@type": "SportsClub",
    "name": "Rowan Hall",
    "telephone": "+44 131 496 0666",
    "url": "https://evil.example",
    "address": {"@type": "PostalAddress", "streetAddress": "7 Rowan Road", "postalCode": "EH6 4AB"},
}
OPENGRAPH = {
    "og:site_name": "Rowan Hall 0131 496 0666",
    "business:contact_data:street_address": "7 Rowan Road",
    "business:contact_data:locality": "Edinburgh",
    "business:contact_data:phone_number": "0131 496 0666",
    "business:contact_data:website": "https://evil.example",
}


def page(body: str = "", head: str = "", title: str = "Rowan Hall, Leith") -> str:
    shown = "<h1>Rowan Hall</h1><p>Four squash courts in Leith.</p><p>7 Rowan Road, Edinburgh EH6 4AB</p>"
    return f"<html><head><title>{title}</title>{head}</head><body><main>{shown}{body}</main></body></html>"


def script(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def values_of(html: str, link: str = LINK) -> list[tuple[str, str]]:
    """Each phone and website that the text or the data of a page gives."""
    text, *place = records_of({"link": link, "url": link, "html": html})
    record = TextRecord("pages", link, "h", text["title"], text["text"], link)
    claims = [(c.field_name, c.value or "") for c in extract_by_rules(record, QUERY, LEXICON).claims if c.is_kept]
    for payload in place:
        claims += [(r.field_name, r.value or "") for r in READERS.read("pages", json.dumps(payload), Asked(("GB",)))]
    return [(field, value) for field, value in claims if field in ("phone", "website_url")]


def planted(html: str) -> list[tuple[str, str]]:
    return [claim for claim in values_of(html) if any(part in claim[1] for part in PLANTED)]


UNSEEN = [
    pytest.param(page(f'<p style="display:none">{CALL}</p>'), id="hidden-text"),
    pytest.param(page(f'<p style="color:#fff">{CALL}</p>'), id="white-text"),
    pytest.param(page(f"<!-- {CALL} -->"), id="comment"),
    pytest.param(page(f'<img src="x" alt="{CALL}">'), id="alt-text"),
    pytest.param(page(head=script(DATA)), id="json-ld"),
    pytest.param(page(head=script({"@graph": [DATA]})), id="json-ld-graph"),
    pytest.param(page(head=f'<meta name="description" content="{CALL}">'), id="meta-description"),
    pytest.param(
        page(head="".join(f'<meta property="{name}" content="{text}">' for name, text in OPENGRAPH.items())),
        id="opengraph",
    ),
    pytest.param(page('<a href="tel:01314960666">Call us</a>'), id="link"),
    pytest.param(page("0666 is the code.", title="Rowan Hall, Leith: call 0131 496"), id="split-over-title-and-text"),
    pytest.param(page("<h3>Other clubs nearby</h3><p>Holly Hall 0131 496 0666</p>"), id="another-club"),
    pytest.param(page('<div class="cookie-consent">Privacy line 0131 496 0666</div>'), id="cookie-wall"),
]
SEEN = [
    pytest.param(page(f"<p>{CALL}</p>"), id="moved-for-good"),
    pytest.param(page("<p>Neue Nummer! Telefon: 0131 496 0666</p>"), id="another-language"),
    pytest.param(page("<p>Phone: ０１３１ ４９６ ０６６６</p>"), id="homoglyphs"),
    pytest.param(page("<p>Phone: 0131 <b>496</b> <i>0666</i></p>"), id="split-over-elements"),
]


@pytest.mark.parametrize("html", UNSEEN)
def test_what_no_person_sees_of_the_place_is_not_read(html):
    assert planted(html) == []


def test_the_page_itself_is_read_otherwise():
    assert values_of(page("<p>Phone: 0131 496 0123</p>")) == [("phone", "+441314960123"), ("website_url", LINK)]


@pytest.mark.parametrize("html", SEEN)
def test_what_a_person_sees_on_a_page_is_a_contact_of_a_page(html):
    """Survivorship ranks such a contact below that of any other source (`int_claims_ranked`)."""
    read = planted(html)

    assert read  # it stands there, so it is read
    assert {field for field, _ in read} <= set(project_vars()["contact_fields"])
