"""Recognises pages that are not about a place, by their site, address and title."""

from __future__ import annotations

import re

from extract.folding import compact
from extract.schema import QueryContext, TextRecord
from extract.text.context import Context
from extract.text.lexicon import Lexicon
from extract.text.subject.lists_and_news import no_place_by_words
from extract.web.urls import host_of, path_of

NO_PLACE = {
    "news": "a news article",
    "shop": "a shop",
    "jobs": "a job advert",
    "encyclopaedia": "an encyclopaedia article",
    "video": "a video",
    "forum": "a discussion",
    "code": "about software",
}
NEWS = "a page of news"  # by its path alone: the model may still find that the page is about the place
NEWS_PATH = re.compile(
    r"/(?:news|blogs?|jobs|careers|vacancies|articles?|stories|press(?:-releases?)?)(?:/|$)|/20\d\d/(?:0?[1-9]|1[0-2])/"
)
# Pages about the rights of visitors. The contacts there are those of a company, its lawyers or an authority.
LEGAL_PATH = re.compile(
    r"/(?:privacy|cookies?|terms|legal|gdpr|datenschutz|agb|mentions-l[eé]gales|confidentialit[eé]|privacidad|"
    r"pol[ií]tica-de-(?:privacidad|cookies|privacidade)|informativa|privacyverklaring)(?:[-_.]\w+)*/?(?:[/?#]|$)",
    re.IGNORECASE,
)
# Address patterns of common site software. They reveal the kind of page.
SHAPES = {
    "a video": re.compile(r"/(?:watch|videos?|shorts|reels?|clips?)(?:/|$)|^youtu\.be/"),
    "a discussion": re.compile(
        r"^(?:forums?|community|boards?|discuss)\.|/(?:forums?|threads?|topics?|discussions?|comments|questions)/[^/]"
        r"|/r/\w+|/t/[^/]+/\d+|/(?:viewtopic|showthread)\b"
    ),
    "about software": re.compile(
        r"^(?:docs?|developers?|api|wiki|git)\.|/(?:docs|documentation|tutorials?|api-reference)(?:/|$)"
        r"|/(?:blob|tree|commit)/|/(?:issues|pull)/\d+"
    ),
    "a post": re.compile(r"^(?:\w+\.)?(?:facebook|instagram|linkedin|twitter|x|tiktok|threads)\.\w+/.*"
                         r"/?(?:posts?|p|status|permalink\.php|photos?|events|groups|marketplace|pulse|jobs)(?:/|$)"),
    "a recipe or an article for sale": re.compile(r"/(?:recipes?|products?|basket|checkout|gift-cards?)(?:/|$)"),
    "a job advert": re.compile(r"^(?:jobs|careers|vacancies|recruitment)\."),
    "a news article": re.compile(r"^(?:news|blog)\."),
}  # fmt: skip
THREAD_TITLE = re.compile(r"[:|•·–-]\s*(?:r/\w+|reddit|stack ?overflow|quora|youtube|vimeo|github)\W*$", re.IGNORECASE)
QUESTION = re.compile(
    r"^\W*(?:how (?:do|does|did|to|can|could|should|one|i|we|a|an|many|much|long|often)|why|"
    r"what (?:is|are|was|does|do|did)|where (?:do|does|did|can|should)|which|who (?:is|was|are)|is there|are there|"
    r"(?:can|should|could) (?:i|you|anyone)|(?:has |does |is |can )?any(?:one|body))\b|"
    r"^\W*(?:is|are|do|does|did|can|what|where|when|who|how)\b[^|]*\?",
    re.IGNORECASE,
)
OF_THE_HOUSE = re.compile(r"\b(?:us|our|here|offer|visit)\b", re.IGNORECASE)  # "How to find us", "What we offer"
NO_CONTENT = re.compile(
    r"^\W*(?:(?:error )?(?:403|404|500|502|503)\b|(?:page )?not found|access denied|just a moment|attention required|"
    r"forbidden|log ?in|sign ?in|are you a robot|untitled)\W*(?:$|[|–-])|\bhave your say\b|\bconsultation (?:on|hub)\b|"
    r"\bplanning application\b|\bpetition\b",
    re.IGNORECASE,
)
KINDS = ("canonical_activities", "canonical_place_types", "canonical_roles", "canonical_access")
SHOW_A_PLACE = ("phone", "postcode", "street_address", "opening_hours")
VENUE_NOUN = re.compile(
    r"\b(?:Centre|Center|Club|Library|Pool|Baths|Rink|Park|Course|Complex|Gym|Arena|Hall|Links|Stadium|Hub|Track|Green|"
    r"Studio|Society|Gardens|Academy|Wall)\b"
)


def is_question(title: str) -> bool:
    """Whether the title is a question or a how-to: "How one coach rebuilt a court". "How to find us" is not."""
    return bool(QUESTION.search(title)) and not OF_THE_HOUSE.search(title)


def is_legal(record: TextRecord) -> bool:
    return bool(LEGAL_PATH.search(path_of(record.url)))


def no_place_by_address(record: TextRecord, lexicon: Lexicon) -> str | None:
    """The kind of page, if its address alone shows that it is not about a place."""
    host = host_of(record.url)
    if kind := NO_PLACE.get(lexicon.domain_kind(host) or ""):
        return kind
    address = f"{host}{path_of(record.url).lower()}"
    is_of_places = lexicon.domain_kind(host) in ("booking", "directory")  # opentable.com/r/name
    shapes = ((kind, shape) for kind, shape in SHAPES.items() if not (is_of_places and kind == "a discussion"))
    return next((kind for kind, shape in shapes if shape.search(address)), None)


def no_place(record: TextRecord, query: QueryContext, lexicon: Lexicon) -> str | None:
    """The kind of page, if it is not about a place."""
    if kind := no_place_by_address(record, lexicon):
        return kind
    if kind := no_place_by_words(record, lexicon):
        return kind
    if THREAD_TITLE.search(record.title):
        return "a discussion or a video"
    if NO_CONTENT.search(record.title):
        return "a page that says nothing about a place"
    is_asked_for = bool(query.name) and compact(query.name or "") in compact(record.title)
    return "a question" if is_question(record.title) and not is_asked_for else None


def is_about_a_place(record: TextRecord, name: str, query: QueryContext, lexicon: Lexicon) -> bool:
    """Whether anything in the text shows that it is about a physical place.

    An area, an address or a phone number is enough. A word such as "library" is enough only if the query is about
    places: a search for "test query" returns software libraries.
    """
    prose = f"{record.title}\n{record.snippet}"
    if lexicon.areas_in(f"{prose} {path_of(record.url)} {host_of(record.url)}") or VENUE_NOUN.search(name):
        return True
    finders = Context(record, query, lexicon).finders
    if any(next(iter(finders[field](prose)), None) for field in SHOW_A_PLACE):
        return True
    asked = compact(query.name or "")
    if not (query.categories or query.locality or asked in lexicon.brands or _names_a_kind(query.text, lexicon)):
        return False
    is_named = bool(asked) and asked in compact(prose)
    return is_named or compact(name) in lexicon.brands or _names_a_kind(prose, lexicon)


def _names_a_kind(text: str, lexicon: Lexicon) -> bool:
    return any(lexicon.category_mentions(field, text) for field in KINDS)
