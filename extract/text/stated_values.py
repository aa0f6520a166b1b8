"""Reads the other values of a search result: by parsers, areas, links, categories and a summary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from extract.folding import compact, fold
from extract.found import Found
from extract.grounding import Span
from extract.hours.text_hours import find_hours
from extract.schema import Claim, NullReason, QueryContext, TextRecord
from extract.text.amounts.prices import is_price
from extract.text.context import OF_A_BRANCH, Context, is_of_another
from extract.text.lexicon import Lexicon, domain_label
from extract.text.normalised import find_urls
from extract.text.stated_areas import read_areas, some
from extract.text.stated_categories import read_categories
from extract.text.subject.entity_class import read_class
from extract.text.subject.names import FAIR, GOOD, SEPARATORS, quoted_claim
from extract.text.subject.page_kinds import is_legal
from extract.values.emails import FOR_A_PURPOSE
from extract.web.social import is_profile, social_site
from extract.web.urls import host_of, path_of

SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
# The page that reports on an inspection of a place is on the site of the inspector.
OF_AN_AUTHORITY = re.compile(
    r"\b(?:inspection report|inspectorate|inspections?$|hygiene rating|care quality|ofsted|hiqa|rated by|school report|"
    r"prüfbericht|rapport d['’]inspection|informe de inspección)\b",
    re.IGNORECASE,
)
OF_A_MOBILE = re.compile(
    r"\b(?:mob(?:ile?|il)?|m(?=[.:])|cell(?:ulare|ular)?|whats ?app|wa|handy|natel|móvil|movil|celular|portable|gsm|"
    r"komórka|text|sms)[.:]*\s*(?:\(?\+\d{1,3}\)?\s*)?$",
    re.IGNORECASE,
)
# "Reception: 02 555 0123, parties: 02 555 0124": the second is for some visitors.
FOR_SOME_VISITORS = re.compile(
    r"\b(?:part(?:y|ies)(?: bookings?)?|birthdays|functions|weddings|events?|groups?(?: bookings?)?|"
    r"school (?:visits|groups)|(?:room|hall) hire|kindergeburtstage?|veranstaltungen|feiern|"
    r"hochzeiten|gruppen|anniversaires|groupes|mariages|"
    r"événements|cumpleaños|grupos|bodas|eventos|compleanni|gruppi|matrimoni|eventi|feestjes|kinderfeestjes|groepen)"
    r"\s?[:–-]\s*(?:(?:tel|call|phone)[.:]*\s*)?(?:\(?\+\d{1,3}\)?\s*)?$",
    re.IGNORECASE,
)
FOR_ALL = re.compile(
    r"(?:^|[.;,|•·(\n]|\b(?:reception|office|main|general|enquiries|inquiries|bookings?|reservations?|tel(?:ephone)?|phone|"
    r"call|rezeption|empfang|büro|telefon|accueil|tél(?:éphone)?|réservations?|recepción|teléfono|reservas|segreteria|"
    r"telefono|prenotazioni|receptie|telefoon|reserveren)\.?\s?[:–-]?)\s*(?:\(?\+\d{1,3}\)?\s*)?$",
    re.IGNORECASE,
)
# "staywise.example/hotel/ness-bank-lodge": one of many in a portal. A chain calls its own "hotels" or "locations".
OF_A_PORTAL = re.compile(
    r"/(?:hotel|property|listings?|biz|business|restaurant|company|profile|place|providers?|suppliers?|vendors?|"
    r"wedding-venues?|salon|clinic|doctor|attraction|school|club|gym|shop|find|search|directory)/[^/]+|"
    r"/services?/[^/]+/[^/]+|[-/_.](?:[A-Z]{0,3}\d{4,})(?:\.html?)?/?$",
    re.IGNORECASE,
)
LEAST_OF_NAME = 4  # letters of a word of the name in an address
PAGES = "pages"  # a page states its prices; a search result may show an offer, or a price of long ago
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
    what = read_class(claims, context)
    if what and what.value == "person":  # the gyms and parks that they work in are others'
        claims = [claim for claim in claims if claim.field_name not in ("canonical_place_types", "canonical_roles")]
    yield from claims
    yield from some(what)


def _read(record: TextRecord, context: Context, name: Claim | None) -> Iterator[Claim]:
    prose, lexicon = f"{record.title}\n{record.snippet}", context.lexicon
    yield from some(name)
    for field in context.finders:
        if is_legal(record):
            yield Claim(field, None, null_reason="other_subject")
        else:
            yield from _found(field, record, context, prose)
    if not is_legal(record):
        yield from read_areas(record, context, name)
    yield from _links(record, context, name)
    yield from read_categories(record, context, prose, name)
    yield from some(_summary(record, lexicon))


def _found(field: str, record: TextRecord, context: Context, prose: str) -> Iterator[Claim]:
    """The values that a parser finds and that the text states of this place; else why there is none."""
    ours: dict[str, tuple[Found, bool]] = {}
    reasons: list[NullReason] = []
    for hit, is_plain in _hits(field, context, prose):
        span = Span(hit.start, hit.end)
        scope = context.scope(field, span, is_denial=hit.value == "false")
        if field == "email" and FOR_A_PURPOSE.match(hit.value):
            scope = "other_subject"
        if field in OF_A_BRANCH and is_of_another(span, context):
            reasons.append("other_entity")
        elif scope and scope != "unclear":
            reasons.append(scope)
        elif scope == "unclear" and not is_plain:
            continue
        elif hit.value not in ours or scope is None:
            ours[hit.value] = (hit, scope is None and is_plain)
    if field == "phone" and len(ours) > 1:
        ours = _unless(OF_A_MOBILE, _for_all(ours, prose), prose)
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


def _for_all(numbers: dict[str, tuple[Found, bool]], prose: str) -> dict[str, tuple[Found, bool]]:
    """The only number that is not for some visitors, if its label is a general one; else all of them."""
    main = _unless(FOR_SOME_VISITORS, numbers, prose)
    is_general = all(FOR_ALL.search(prose[max(0, hit.start - 30) : hit.start]) for hit, _ in main.values())
    return main if is_general else numbers


def _unless(
    label: re.Pattern[str], numbers: dict[str, tuple[Found, bool]], prose: str
) -> dict[str, tuple[Found, bool]]:
    """The only number without the label, of several: "T. 02 555 0123 - M. 347 555 0123"; else all of them."""
    others = {
        value: (hit, False)
        for value, (hit, _) in numbers.items()
        if not label.search(prose[max(0, hit.start - 30) : hit.start])
    }
    return others if len(others) == 1 else numbers


def _hits(field: str, context: Context, prose: str) -> Iterator[tuple[Found, bool]]:
    """The hits of the field's parser; of hours, the usual reading too where the times are ambiguous: "11-5"."""
    found = [(hit, field != "street_address" or _has_a_number(hit)) for hit in context.finders[field](prose)]
    if field == "discovered_attributes" and context.record.source_name != PAGES:
        found = [(hit, is_plain) for hit, is_plain in found if not is_price(hit.value)]
    if field == "opening_hours" and not found:
        found = [(hit, False) for hit in find_hours(prose, context.hours_language, is_lenient=True)]
    if field == "opening_hours" and not found and _names_branches(prose, context):
        found = [(hit, True) for hit in _hours_of_sentences(prose, context)]
    yield from found


def _has_a_number(street: Found) -> bool:
    """A street without its house number is no whole address: it is only inferred."""
    return any(character.isdigit() for character in street.value)


def _names_branches(prose: str, context: Context) -> bool:
    return len({mention.what.name for mention in context.lexicon.area_mentions(prose) if not mention.what.is_city}) > 1


def _hours_of_sentences(prose: str, context: Context) -> Iterator[Found]:
    """The hours of each sentence alone, where several branches have their own."""
    start = 0
    for end in [*(match.end() for match in SENTENCE_END.finditer(prose)), len(prose)]:
        names_one = bool(context.lexicon.area_mentions(prose[start:end]))
        for hit in find_hours(prose[start:end], context.hours_language) if names_one else ():
            yield Found(hit.value, hit.start + start, hit.end + start)
        start = end


def _is_of_a_portal(record: TextRecord, name: Claim | None) -> bool:
    """Whether the site has its own name in the title, behind the place's, and a path as portals have it."""
    label = compact(domain_label(record.url))
    parts = [compact(part) for part in SEPARATORS.split(record.title)]
    is_named_last = len(parts) > 1 and parts[-1] == label and not (name and label in compact(name.value or ""))
    return is_named_last and bool(OF_A_PORTAL.search(path_of(record.url)))


def _is_ours(field: str, hit: Found, context: Context, name: Claim | None) -> bool:
    """Whether the clause gives the address as the place's; where that is unclear, whether it has a word of the name."""
    scope = context.scope(field, Span(hit.start, hit.end))
    words = {
        word for word in fold(f"{name.value if name else ''} {context.record.title}") if len(word) >= LEAST_OF_NAME
    }
    return scope is None or (scope == "unclear" and any(word in compact(hit.value) for word in words))


def _links(record: TextRecord, context: Context, name: Claim | None) -> Iterator[Claim]:
    """The address of the page, and the addresses in its text: a profile, or the site of the described place."""
    lexicon = context.lexicon
    page = host_of(record.url)
    is_web = record.url.startswith(("http://", "https://")) and bool(page)
    is_own_site = is_web and not lexicon.domain_kind(page) and not OF_AN_AUTHORITY.search(record.title)
    if field := _social_field(page):
        if is_profile(record.url):
            yield from some(quoted_claim(record, field, profile := _as_profile(record.url), profile, GOOD))
    elif is_own_site and not _is_of_a_portal(record, name):
        yield from some(quoted_claim(record, "website_url", record.url.strip(), record.url, GOOD))
    by_field: dict[str, dict[str, Claim]] = {}
    for hit in find_urls(f"{record.title}\n{record.snippet}"):
        field = _social_field(host_of(f"https://{hit.value}")) or ("" if is_own_site else "website_url")
        is_page = field == "website_url" or is_profile(f"https://{hit.value}")
        if field and not _is_ours(field, hit, context, name):
            continue
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
