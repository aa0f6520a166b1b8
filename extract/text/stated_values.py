"""Reads the other values of a search result: by parsers, areas, links, categories and a summary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from extract.folding import fold
from extract.found import Found
from extract.grounding import Span
from extract.hours.text_hours import find_hours
from extract.schema import Claim, NullReason, QueryContext, TextRecord
from extract.text.context import BESIDE, OF_A_BRANCH, Context, area_mentions, hits, is_of_another
from extract.text.subject.entity_class import read_class
from extract.text.lexicon import Lexicon, NamedArea
from extract.text.subject.localities import SUBURBS_FOR_TOWNS, read_locality, town_of_address
from extract.text.subject.names import FAIR, GOOD, area_as_written, quoted_claim
from extract.text.normalised import find_urls
from extract.web.social import is_profile, social_site
from extract.web.urls import host_of

# Only the title says that these are the place itself: elsewhere it has an office, or a corner for soft play.
TITLE_ONLY = frozenset([("canonical_place_types", "office"), ("canonical_place_types", "playground", "soft play")])
LODGINGS = frozenset(["hotel", "hostel"])  # their pool is no venue
LODGING = re.compile(
    r"\b(?:campground|camp ?sites?|camping|campingplatz|holiday park|caravan park|lodge(?! sports| leisure| park)|resort|inn|motel|b&b|bed and "
    r"breakfast|guest ?house|homestay|riad|auberge|gîte|pousada|posada|hostal|pensión|agriturismo|ryokan|bungalows|"
    r"chalets|holiday (?:home|cottage)s?|apartments|suites|villa)\b",
    re.IGNORECASE,
)
READ_BY_WORDS = ("canonical_activities", "canonical_place_types", "canonical_roles", "canonical_access")
SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
IMPERATIVES = frozenset(
    [
        "book",
        "call",
        "find",
        "discover",
        "join",
        "visit",
        "click",
        "see",
        "shop",
        "experience",
        "open",
        "compare",
        "apply",
    ]
)


def read_values(record: TextRecord, query: QueryContext, lexicon: Lexicon, name: Claim | None) -> Iterator[Claim]:
    context = Context(replace(record, url=""), query, lexicon)
    claims = [*_read(record, context, name)]
    yield from claims
    yield from _some(read_class(claims, context))


def _read(record: TextRecord, context: Context, name: Claim | None) -> Iterator[Claim]:
    prose, lexicon = f"{record.title}\n{record.snippet}", context.lexicon
    yield from _some(name)
    for field in context.finders:
        yield from _found(field, record, context, prose)
    yield from _areas(record, context, name)
    yield from _links(record, lexicon)
    yield from _categories(record, context, prose)
    yield from _some(_summary(record, lexicon))


def _found(field: str, record: TextRecord, context: Context, prose: str) -> Iterator[Claim]:
    """The values that a parser finds and that the text states of this place; else why there is none."""
    ours: dict[str, tuple[Found, bool]] = {}
    reasons: list[NullReason] = []
    for hit, is_plain in _hits(field, context, prose):
        span = Span(hit.start, hit.end)
        scope = context.scope(field, span, is_denial=hit.value == "false")
        if field in OF_A_BRANCH and is_of_another(span, context):
            reasons.append("other_entity")
        elif scope and scope != "unclear":
            reasons.append(scope)
        elif scope == "unclear" and not is_plain:
            continue
        elif hit.value not in ours or scope is None:
            ours[hit.value] = (hit, scope is None and is_plain)
    if not ours and reasons:
        yield Claim(field, None, null_reason=reasons[0])
    elif field != "discovered_attributes" and len(ours) > 1:
        yield Claim(field, None, null_reason="contradictory")
    else:
        for hit, is_clear in ours.values():
            quote = record.text[hit.start : hit.end]
            yield Claim(
                field, hit.value, quote, hit.start, hit.end,
                "verified" if is_clear else "inferred", GOOD if is_clear else FAIR,
            )  # fmt: skip


def _hits(field: str, context: Context, prose: str) -> Iterator[tuple[Found, bool]]:
    """The hits of the field's parser; of hours, the usual reading too where the times are ambiguous: "11-5"."""
    found = [(hit, True) for hit in context.finders[field](prose)]
    if field == "opening_hours" and not found:
        found = [(hit, False) for hit in find_hours(prose, context.hours_language, is_lenient=True)]
    if field == "opening_hours" and not found and _names_branches(prose, context):
        found = [(hit, True) for hit in _hours_of_sentences(prose, context)]
    yield from found


def _names_branches(prose: str, context: Context) -> bool:
    return len({mention.what.name for mention in area_mentions(context.lexicon, prose) if not mention.what.is_city}) > 1


def _hours_of_sentences(prose: str, context: Context) -> Iterator[Found]:
    """The hours of each sentence alone, where several branches have their own."""
    start = 0
    for end in [*(match.end() for match in SENTENCE_END.finditer(prose)), len(prose)]:
        for hit in find_hours(prose[start:end], context.hours_language):
            yield Found(hit.value, hit.start + start, hit.end + start)
        start = end


def _categories(record: TextRecord, context: Context, prose: str) -> Iterator[Claim]:
    types = set(LODGINGS) if LODGING.search(record.title) else set[str]()
    streets = [Span(hit.start, hit.end) for hit in hits(context.finders["street_address"], prose)]
    for field in READ_BY_WORDS:
        seen = set[str]()
        for mention in context.lexicon.category_mentions(field, prose):
            if any(street.overlaps(Span(mention.start, mention.end)) for street in streets):
                continue  # "2 Capacitor Court"
            quote = record.text[mention.start : mention.end]
            is_aside = mention.end > len(record.title) and _is_of_a_title(field, mention.what, quote)
            scope = None if mention.what in seen or is_aside else context.scope(field, Span(mention.start, mention.end))
            is_of_lodging = field == "canonical_roles" and mention.what == "venue" and types & LODGINGS
            if mention.what not in seen and not is_aside and not is_of_lodging and scope in (None, "unclear"):
                seen.add(mention.what)
                yield Claim(field, mention.what, quote, mention.start, mention.end, "inferred", FAIR)
        types |= seen


def _is_of_a_title(field: str, what: str, quote: str) -> bool:
    return not TITLE_ONLY.isdisjoint([(field, what), (field, what, quote.casefold())])


def _areas(record: TextRecord, context: Context, name: Claim | None) -> Iterator[Claim]:
    """The areas that the gazetteer knows, else a part of the town as it stands, and the town of the address."""
    areas = _stated_areas(context)
    localities = [area for area in areas if not area.is_city]
    cities = {area.city for area in areas}
    town = town_of_address(context)
    for field, names in (("locality", {area.name for area in localities}), ("city", cities)):
        if len(names) > 1:
            yield Claim(field, None, null_reason="contradictory")
    if len({area.name for area in localities}) == 1:
        written = area_as_written(localities[0], record)
        yield from _some(quoted_claim(record, "locality", localities[0].name, written, FAIR))
    is_part = town is not None and _is_part(town, context)
    if not localities:
        yield from _some(read_locality(context, name) or (_town_claim("locality", town, record) if is_part else None))
    if town and not is_part:
        yield from _some(_town_claim("city", town, record))
    elif len(cities) == 1:
        yield from _some(quoted_claim(record, "city", areas[0].city, areas[0].city, FAIR))


def _is_part(town: Span, context: Context) -> bool:
    """Whether the town of the address is a part of the query's: "1050 Ixelles, Bruxelles"."""
    cities = [mention for mention in area_mentions(context.lexicon, context.text) if mention.what.is_city]
    is_near = any(mention.end <= len(context.record.title) or 0 <= mention.start - town.end <= 3 for mention in cities)
    return is_near or context.country in SUBURBS_FOR_TOWNS


def _town_claim(field: str, town: Span | None, record: TextRecord) -> Claim | None:
    if town is None:
        return None
    value = record.text[town.start : town.end]
    return Claim(field, value, value, town.start, town.end, "inferred", FAIR)


def _stated_areas(context: Context) -> list[NamedArea]:
    """The areas that the place is in, the longest names first. "Near Portobello" is not in Portobello."""
    stated = {
        mention.what
        for mention in area_mentions(context.lexicon, context.text)
        if not BESIDE.search(context.text, 0, mention.start)
    }
    here = {area.city for area in stated if area.is_city}
    is_other = context.query.city in here  # the West End is that of the town that the text names
    return [
        area
        for area in context.lexicon.areas_in(context.text)
        if area in stated and (area.city in here or not is_other)
    ]


def _links(record: TextRecord, lexicon: Lexicon) -> Iterator[Claim]:
    """The address of the page, and the addresses in its text: a profile, or the site of the described place."""
    page = host_of(record.url)
    is_own_site = record.url.startswith(("http://", "https://")) and bool(page) and not lexicon.domain_kind(page)
    if field := _social_field(page):
        if is_profile(record.url):
            yield from _some(quoted_claim(record, field, profile := _as_profile(record.url), profile, GOOD))
    elif is_own_site:
        yield from _some(quoted_claim(record, "website_url", record.url.strip(), record.url, GOOD))
    by_field: dict[str, dict[str, Claim]] = {}
    for hit in find_urls(f"{record.title}\n{record.snippet}"):
        field = _social_field(host_of(f"https://{hit.value}")) or ("" if is_own_site else "website_url")
        is_page = field == "website_url" or is_profile(f"https://{hit.value}")
        if field and is_page and not (field == "website_url" and lexicon.domain_kind(hit.value.split("/")[0])):
            quote = record.text[hit.start : hit.end]
            url = quote if "://" in quote else f"https://{quote}"
            by_field.setdefault(field, {})[hit.value] = Claim(field, url, quote, hit.start, hit.end, "verified", GOOD)
    for field, claims in by_field.items():
        if len(claims) == 1 and field != _social_field(page):
            yield from claims.values()


def _as_profile(url: str) -> str:
    return url.strip() if "profile.php" in url else url.split("?")[0].strip()


def _social_field(host: str) -> str | None:
    site = social_site(host)
    return site.field_name if site else None


def _some(claim: Claim | None) -> Iterator[Claim]:
    if claim:
        yield claim


def _summary(record: TextRecord, lexicon: Lexicon) -> Claim | None:
    """The first whole sentence that states something. A cut sentence or an advertisement does not count."""
    start = 0
    for match in SENTENCE_END.finditer(record.snippet):
        sentence, start = record.snippet[start : match.end()].strip(), match.end()
        words = fold(sentence)
        is_cut = record.snippet[match.end() - 3 : match.end()] == "..."
        if len(sentence) >= 40 and not is_cut and words and words[0] not in IMPERATIVES:
            return quoted_claim(record, "summary", sentence, sentence, FAIR)
    return None
