"""The extractor by rules: reads the title, the snippet and the link of one search result."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from extract.folding import compact, fold
from extract.schema import FIELDS, Aboutness, Claim, Extraction, QueryContext, TextRecord
from extract.text.context import Context
from extract.text.lexicon import PAGE_WORDS, Lexicon
from extract.text.prompt_injection import redact_untrusted
from extract.text.stated_values import read_values
from extract.text.subject.lists_and_news import lists_places
from extract.text.subject.localities import town_of_address
from extract.text.subject.names import OUR_PLACES, SEPARATORS, is_phrase, read_name
from extract.text.subject.page_kinds import (
    NEWS,
    NEWS_PATH,
    is_about_a_place,
    no_place,
    no_place_by_address,
)
from extract.web.urls import host_of, path_of

VERSION = "rules-14"
# "Two clinics", no "two restaurants" of a hotel.
BRANCHES = re.compile(
    r"\b(?:(?:two|three|four|five|six|both|[2-9]) (?:clinics|branches|locations|sites|stores|practices|surgeries)|"
    r"(?:zwei|drei|vier|[2-9]) (?:filialen|standorte|praxen)|(?:deux|trois|quatre|[2-9]) (?:adresses|agences|cabinets)|"
    r"(?:dos|tres|cuatro|[2-9]) (?:sedes|locales|clínicas)|(?:due|tre|quattro|[2-9]) sedi|"
    r"(?:twee|drie|vier|[2-9]) (?:vestigingen|locaties)|(?:duas|três|[2-9]) (?:unidades|clínicas))\b",
    re.IGNORECASE,
)


def extract_by_rules(record: TextRecord, query: QueryContext, lexicon: Lexicon) -> Extraction:
    """Decide what the result is about and read every value that it states. A pure function."""
    safe = redact_untrusted(record, lexicon.injection_phrases)
    name = read_name(safe, lexicon)
    aboutness, reason = _aboutness_of(safe, query, lexicon, name)
    claims = (
        [*read_values(safe, asked_of(safe, query, lexicon, aboutness), lexicon, name)]
        if aboutness in ("same", "other_branch")
        else []
    )
    stated = {claim.field_name for claim in claims}
    for field in FIELDS:
        if field not in stated:
            is_of_another = aboutness in ("list_page", "unrelated")
            claims.append(Claim(field, None, null_reason="other_entity" if is_of_another else "not_mentioned"))
    return Extraction(record, aboutness, reason, (*claims, *_suspicious(record, safe, query, lexicon)))


def asked_of(record: TextRecord, query: QueryContext, lexicon: Lexicon, aboutness: Aboutness | None) -> QueryContext:
    """The query to check the record's values against. A page of another branch is checked with that branch's area."""
    if aboutness != "other_branch":
        return query
    areas = lexicon.areas_in(record.title) or lexicon.areas_in(record.snippet)
    locality = next((area.name for area in areas if not area.is_city), None)
    return replace(query, locality=locality, city=areas[0].city if areas else query.city)


def is_no_lead(record: TextRecord, lexicon: Lexicon) -> bool:
    """Whether the address alone shows that the page is not about one place. The model does not read such pages."""
    return no_place_by_address(record, lexicon) is not None


def _suspicious(record: TextRecord, safe: TextRecord, query: QueryContext, lexicon: Lexicon) -> Iterator[Claim]:
    """The values in suspicious text. They are kept as rejected claims, so that a person can see them."""
    if safe.text == record.text:
        return
    for field, finder in Context(record, query, lexicon).finders.items():
        for found in finder(record.text):
            if safe.text[found.start : found.end] != (quote := record.text[found.start : found.end]):
                yield Claim(
                    field, found.value, quote, found.start, found.end, "rejected",
                    null_reason="ungrounded_rejected", flag="suspicious",
                )  # fmt: skip


# --- what the result is about -----------------------------------------------------------------------------


def _aboutness_of(
    record: TextRecord, query: QueryContext, lexicon: Lexicon, name: Claim | None
) -> tuple[Aboutness, str]:
    if reason := no_place(record, query, lexicon):
        return "unrelated", reason
    is_of_directory = lexicon.domain_kind(host_of(record.url)) == "directory"
    if lists_places(record) or (is_of_directory and name is None):
        return "list_page", "a page that lists places"
    if not query.name and _lists_branches(record, query, lexicon):
        return "list_page", "a page of all branches"
    if name is None and _is_unnamed_home_page(record, query, lexicon):
        return "same", "the home page of one place, which it does not name"
    if name is None:
        return "list_page", "names a kind of place and an area, but no place"
    if _is_brand_page_of_a_city(record, lexicon, name):
        return "list_page", "a chain's page about a whole city"
    if NEWS_PATH.search(path_of(record.url)):
        return "unrelated", NEWS
    if not is_about_a_place(record, name.value or "", query, lexicon):
        return "unrelated", "nothing in it says that it is about a place"
    titled, areas = lexicon.areas_in(record.title), lexicon.areas_in(f"{record.title} {record.snippet}")
    cities = {area.city for area in titled or areas}
    if cities and query.city not in cities:
        is_asked = bool(query.name) and compact(query.name or "") in compact(record.text)
        elsewhere = f"in {sorted(cities)[0]}, not {query.city}"
        return ("other_branch" if is_asked else "unrelated"), elsewhere
    if query.name and not any(area.is_city for area in titled) and _is_elsewhere(record, query, lexicon):
        return "other_branch", "the address is in another town"
    localities = {a.name for a in titled if not a.is_city} or {a.name for a in areas if not a.is_city}
    if query.locality and localities and query.locality not in localities:
        return "other_branch", f"in {sorted(localities)[0]}, not {query.locality}"
    return "same", "about one place"


def _is_unnamed_home_page(record: TextRecord, query: QueryContext, lexicon: Lexicon) -> bool:
    """Whether it has a site of its own, a title such as "Home" and one phone number."""
    if lexicon.domain_kind(host_of(record.url)) or not set(fold(record.title)) <= PAGE_WORDS:
        return False
    context = Context(replace(record, url=""), query, lexicon)
    return len({hit.value for hit in context.finders["phone"](record.snippet)}) == 1


def _lists_branches(record: TextRecord, query: QueryContext, lexicon: Lexicon) -> bool:
    """Whether it is titled "Our shops" or "two clinics" and gives more than one address or phone number."""
    is_titled_so = any(map(OUR_PLACES.match, SEPARATORS.split(record.title))) or BRANCHES.search(record.title)
    if not is_titled_so:
        return False
    context = Context(replace(record, url=""), query, lexicon)
    found = (context.finders[field](record.snippet) for field in ("postcode", "phone"))
    return any(len({hit.value for hit in stated}) > 1 for stated in found)


def _is_elsewhere(record: TextRecord, query: QueryContext, lexicon: Lexicon) -> bool:
    return town_of_address(Context(replace(record, url=""), query, lexicon)) is not None


def _is_brand_page_of_a_city(record: TextRecord, lexicon: Lexicon, name: Claim) -> bool:
    """A chain's page such as "Gyms in Edinburgh | PureGym", without a locality that would identify a branch."""
    if compact(name.value or "") not in lexicon.brands or not any(map(is_phrase, SEPARATORS.split(record.title))):
        return False
    return all(area.is_city for area in lexicon.areas_in(f"{record.title} {path_of(record.url)}"))
