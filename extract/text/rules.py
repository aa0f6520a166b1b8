"""The deterministic extractor: reads one search result by its title, its snippet and its link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from extract.folding import as_written, compact, fold
from extract.grounding import Span, find_quote
from extract.schema import BY_MODEL_ONLY, FIELDS, Aboutness, Claim, Extraction, QueryContext, TextRecord, Verification
from extract.text.context import OF_A_BRANCH, Context, is_of_another
from extract.text.lexicon import PAGE_WORDS, Lexicon, NamedArea, domain_label
from extract.text.normalised import FINDERS, find_urls, is_denied
from extract.text.page_kinds import (
    NEWS,
    NEWS_PATH,
    VENUE_NOUN,
    is_question,
    no_place,
    no_place_by_address,
    tells_of_a_place,
)
from extract.text.prompt_injection import redact_untrusted
from extract.urls import host_of, path_of
from extract.values.social import is_profile, social_site

VERSION = "rules-7"
SEPARATORS = re.compile(r"\s+(?:[|·•–—:/]|-|::)\s+|\s*[|•]\s*")
OF_A_PROFILE = re.compile(r"\w+ (?:photos|videos)(?: and (?:photos|videos))?", re.IGNORECASE)
HANDLE = re.compile(r"\(@[\w.]+\)")
LIST_TITLE = re.compile(
    r"\b(?:best(?! rate| price| value| western)|top \d+|\d+ of the|the \d+|find (?:a|your)|where to|near (?:me|you)|"
    r"compared?|directory|live map|map and list|a[-–]z|our (?:venues|clubs|centres|gyms|branches|locations)|"
    r"hotels near)\b|"
    r"^(?:[\w'’]+ ){0,3}(?:clubs|courses|centres|reserves|gyms|pools|libraries|halls|points)\b"
    r"(?: and \w+)?(?: -| in| near| around| across)",
    re.IGNORECASE,
)
READ_BY_WORDS = ("canonical_activities", "canonical_place_types", "canonical_roles", "canonical_access")
CAPITALISED_RUN = re.compile(r"[A-Z0-9][\w'’&]*(?:[ ](?:[A-Z0-9&][\w'’&]*|of|and|the|at))*")
POSSESSIVE = re.compile(r"['’]s\b")
SENTENCE = re.compile(r"[^.!?]+[.!?](?=\s|$)")
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
WEAK, FAIR, GOOD = 0.4, 0.7, 0.9  # confidence: a guess from the link, a name put together, a plain reading


def extract_by_rules(record: TextRecord, query: QueryContext, lexicon: Lexicon) -> Extraction:
    """Judge what the result is about, and read every value it states. Pure: same input, same output."""
    told = redact_untrusted(record, lexicon.injection_phrases)
    name = _name(told, lexicon)
    aboutness, reason = _judge(told, query, lexicon, name)
    claims = (
        [*_values(told, asked_of(told, query, lexicon, aboutness), lexicon, name)]
        if aboutness in ("same", "other_branch")
        else []
    )
    stated = {claim.field_name for claim in claims}
    for field in FIELDS:
        if field not in stated:
            unread = "not_attempted" if field in BY_MODEL_ONLY else "not_mentioned"
            absent = "other_entity" if aboutness in ("list_page", "unrelated") else unread
            claims.append(Claim(field, None, null_reason=absent))  # type: ignore[arg-type]
    return Extraction(record, aboutness, reason, (*claims, *_suspicious(record, told)))


def asked_of(record: TextRecord, query: QueryContext, lexicon: Lexicon, aboutness: Aboutness | None) -> QueryContext:
    """What the record's facts are held against: of another branch, those of its own area are its own."""
    if aboutness != "other_branch":
        return query
    areas = lexicon.areas_in(record.title) or lexicon.areas_in(record.snippet)
    locality = next((area.name for area in areas if not area.is_city), None)
    return replace(query, locality=locality, city=areas[0].city if areas else query.city)


def is_no_lead(record: TextRecord, lexicon: Lexicon) -> bool:
    """Whether its address alone says that the page is about no one place: no model need read it."""
    return no_place_by_address(record, lexicon) is not None


def _suspicious(record: TextRecord, told: TextRecord) -> Iterator[Claim]:
    """What would have been read from words that are not believed: kept as rejected, for whoever looks."""
    if told.text == record.text:
        return
    for field, finder in FINDERS.items():
        for found in finder(record.text):
            if told.text[found.start : found.end] != (quote := record.text[found.start : found.end]):
                yield Claim(
                    field, found.value, quote, found.start, found.end, "rejected",
                    null_reason="ungrounded_rejected", flag="suspicious",
                )  # fmt: skip


# --- what the result is about -----------------------------------------------------------------------------


def _judge(record: TextRecord, query: QueryContext, lexicon: Lexicon, name: Claim | None) -> tuple[Aboutness, str]:
    if reason := no_place(record, query, lexicon):
        return "unrelated", reason
    is_of_directory = lexicon.domain_kind(host_of(record.url)) == "directory"
    if LIST_TITLE.search(record.title) or (is_of_directory and name is None):
        return "list_page", "a page that lists places"
    if name is None:
        return "list_page", "names a kind of place and an area, but no place"
    if _is_brand_page_of_a_city(record, lexicon, name):
        return "list_page", "a chain's page about a whole city"
    if NEWS_PATH.search(path_of(record.url)):
        return "unrelated", NEWS
    if not tells_of_a_place(record, name.value or "", query, lexicon):
        return "unrelated", "nothing in it says that it is about a place"
    titled, areas = lexicon.areas_in(record.title), lexicon.areas_in(f"{record.title} {record.snippet}")
    cities = {area.city for area in titled or areas}
    if cities and query.city not in cities:
        is_asked = bool(query.name) and compact(query.name or "") in compact(record.text)
        elsewhere = f"in {sorted(cities)[0]}, not {query.city}"
        return ("other_branch" if is_asked else "unrelated"), elsewhere
    localities = {a.name for a in titled if not a.is_city} or {a.name for a in areas if not a.is_city}
    if query.locality and localities and query.locality not in localities:
        return "other_branch", f"in {sorted(localities)[0]}, not {query.locality}"
    return "same", "about one place"


def _is_brand_page_of_a_city(record: TextRecord, lexicon: Lexicon, name: Claim) -> bool:
    """ "Gyms in Edinburgh | PureGym": the chain itself, and no locality by which a branch could be told."""
    if compact(name.value or "") not in lexicon.brands or not any(map(_is_phrase, SEPARATORS.split(record.title))):
        return False
    return all(area.is_city for area in lexicon.areas_in(f"{record.title} {path_of(record.url)}"))


# --- the name ---------------------------------------------------------------------------------------------


def _name(record: TextRecord, lexicon: Lexicon) -> Claim | None:
    """The place's name: from the title, else from the text beside the site's own name, else from the link."""
    own = lexicon.domain_kind(host_of(record.url)) is None
    label = compact(domain_label(record.url))
    of_the_site = set() if own else {compact(part) for part in host_of(record.url).split(".")}
    segments = [_clean(segment) for segment in SEPARATORS.split(_without_platform(record.title, lexicon))]
    segments = [s for s in segments if s and compact(s) not in lexicon.platforms | of_the_site and not is_question(s)]
    named = next((s for s in segments if _is_name(s, lexicon)), None)
    if named and compact(named) not in lexicon.brands:
        return _claim_name(record, [named], GOOD)
    if named:
        return _branch_name(record, lexicon, named, label)
    if own and (run := next(_runs(record, lexicon, label), None)):
        return _branch_name(record, lexicon, run[0], label)
    if housed := next((name for s in segments if (name := _after_at(s)) and _is_name(name, lexicon)), None):
        return _claim_name(record, [housed], FAIR)
    is_about_one = own and not any(map(_is_phrase, segments))
    return _name_from_link(record, lexicon) if is_about_one else None


def _without_platform(title: str, lexicon: Lexicon) -> str:
    """`Playfinder: Gorse Tennis Club` without the site before the colon, and without a handle."""
    site, colon, rest = title.partition(": ")
    return HANDLE.sub("", rest if colon and compact(site) in lexicon.platforms else title)


def _is_name(segment: str, lexicon: Lexicon) -> bool:
    """Whether it can be a name: “Portobello Library” can, common words though they are; “Padel in Edinburgh” cannot."""
    if _is_phrase(segment):
        return False
    words = tuple(fold(segment))
    if any(area.words == words for area in lexicon.areas_in(segment)):
        return False
    is_titled = len(words) > 1 and bool(VENUE_NOUN.search(segment)) and not PAGE_WORDS & set(words)
    return is_titled or not lexicon.is_generic(segment)


def _branch_name(record: TextRecord, lexicon: Lexicon, brand: str, label: str) -> Claim | None:
    """A chain's name with the branch's locality, put together from where both stand in the text."""
    for run, quote in (*_runs(record, lexicon, label), *_runs(record, lexicon, compact(brand))):
        if any(not area.is_city for area in lexicon.areas_in(run)):
            return _claim(record, "entity_name", run, quote, FAIR)
    area = next((a for a in lexicon.areas_in(f"{record.title} {record.snippet}") if not a.is_city), None)
    where = _area_as_written(area, record) if area else None
    return _claim_name(record, [brand, where] if where else [brand], FAIR)


def _runs(record: TextRecord, lexicon: Lexicon, start: str) -> Iterator[tuple[str, str]]:
    """Runs of capitalised words that begin with the (compact) name `start`, each with its quote.

    A possessive is undone before an area ("Game4Padel's Edinburgh Park") and ends the name otherwise
    ("David Lloyd Edinburgh Shawfair's Padel").
    """
    for match in CAPITALISED_RUN.finditer(f"{record.title}\n{record.snippet}"):
        words = match[0].split()
        for at in range(len(words)):
            quote = " ".join(words[at:])
            if start and compact(re.sub(POSSESSIVE, "", quote)).startswith(start):
                owner, *rest = re.split(POSSESSIVE, quote, maxsplit=1)
                if rest and not lexicon.areas_in(rest[0]):
                    quote = owner
                yield re.sub(POSSESSIVE, "", quote), quote
                break


def _area_as_written(area: NamedArea, record: TextRecord) -> str:
    written = as_written(area.words, f"{record.title} {record.snippet}") or ""
    return written.title() if written.isupper() else written


def _name_from_link(record: TextRecord, lexicon: Lexicon) -> Claim | None:
    """thegrangeclub -> The Grange Club: where the text holds no name, the site's own is a weak one."""
    label = domain_label(record.url)
    known = {word for word in lexicon.generic_words if len(word) > 2}
    known |= {word for word in lexicon.area_words if len(word) > 2}
    words = [word for part in label.split("-") for word in _split_ends(part, known)]
    name = " ".join(word.capitalize() for word in words)
    return None if lexicon.is_generic(name) else _claim(record, "entity_name", name, label, WEAK)


def _split_ends(label: str, known: set[str]) -> list[str]:
    """Known words taken off both ends; what is left in the middle is not looked into: grange is no range."""
    longest_first = sorted(known, key=lambda word: (-len(word), word))
    for word in longest_first:
        if label.startswith(word) and len(label) - len(word) >= 3:
            return [word, *_split_ends(label[len(word) :], known)]
    for word in longest_first:
        if label.endswith(word) and len(label) - len(word) >= 3:
            return [*_split_ends(label[: -len(word)], known), word]
    return [label]


def _claim_name(record: TextRecord, parts: list[str], confidence: float) -> Claim | None:
    name = " ".join(parts)
    whole = _claim(record, "entity_name", name, name, confidence)
    return whole or _claim(record, "entity_name", name, parts[0], min(confidence, FAIR))


def _clean(segment: str) -> str:
    text = re.sub(r"^(?:welcome to|home\b[ ,-]*)", "", segment.strip(), flags=re.IGNORECASE).strip(" ,.…")
    return "" if text.casefold() == "home" or OF_A_PROFILE.fullmatch(text) else text


def _after_at(segment: str) -> str | None:
    """ "Play tennis at Oakhill Tennis Club, Leith": who houses what the page sells."""
    match = re.search(r"\bat (?:the )?([A-Z][^,]+)", segment)
    return match[1].strip() if match else None


def _is_phrase(segment: str) -> bool:
    """ "Play Padel in Portobello, Edinburgh" is no name."""
    words = fold(segment)
    return bool(words) and (words[0] in ("play", "find", "book", "visit") or " in " in f" {segment.casefold()} ")


# --- values -----------------------------------------------------------------------------------------------


def _values(record: TextRecord, query: QueryContext, lexicon: Lexicon, name: Claim | None) -> Iterator[Claim]:
    prose = f"{record.title}\n{record.snippet}"
    context = Context(replace(record, url=""), query, lexicon)
    yield from _some(name)
    for field, finder in FINDERS.items():
        found = {hit.value: hit for hit in finder(prose)}
        ours = {
            value: hit
            for value, hit in found.items()
            if field not in OF_A_BRANCH or not is_of_another(Span(hit.start, hit.end), context)
        }
        if found and not ours:
            yield Claim(field, None, null_reason="other_entity")
        elif field != "discovered_attributes" and len(ours) > 1:
            yield Claim(field, None, null_reason="contradictory")
        else:
            for hit in ours.values():
                quote = record.text[hit.start : hit.end]
                yield Claim(field, hit.value, quote, hit.start, hit.end, "verified", GOOD)
    yield from _areas(record, lexicon)
    yield from _links(record, lexicon)
    yield from _categories(record, lexicon, prose)
    yield from _some(_summary(record, lexicon))


def _categories(record: TextRecord, lexicon: Lexicon, prose: str) -> Iterator[Claim]:
    for field in READ_BY_WORDS:
        told = set[str]()
        for mention in lexicon.category_mentions(field, prose):
            if mention.what not in told and not is_denied(mention.start, mention.end, prose):
                told.add(mention.what)
                quote = record.text[mention.start : mention.end]
                yield Claim(field, mention.what, quote, mention.start, mention.end, "inferred", FAIR)


def _areas(record: TextRecord, lexicon: Lexicon) -> Iterator[Claim]:
    areas = lexicon.areas_in(f"{record.title} {record.snippet}")
    localities = [area for area in areas if not area.is_city]
    cities = {area.city for area in areas}
    for field, names in (("locality", {area.name for area in localities}), ("city", cities)):
        if len(names) > 1:
            yield Claim(field, None, null_reason="contradictory")
    if len({area.name for area in localities}) == 1:
        written = _area_as_written(localities[0], record)
        yield from _some(_claim(record, "locality", localities[0].name, written, FAIR))
    if len(cities) == 1:
        yield from _some(_claim(record, "city", areas[0].city, areas[0].city, FAIR))


def _links(record: TextRecord, lexicon: Lexicon) -> Iterator[Claim]:
    """The page's own address, and the addresses that its text gives: a profile, or the site of who is described."""
    page = host_of(record.url)
    is_own_site = record.url.startswith(("http://", "https://")) and bool(page) and not lexicon.domain_kind(page)
    if field := _social_field(page):
        if is_profile(record.url):
            yield from _some(_claim(record, field, profile := _as_profile(record.url), profile, GOOD))
    elif is_own_site:
        yield from _some(_claim(record, "website_url", record.url.strip(), record.url, GOOD))
    told: dict[str, dict[str, Claim]] = {}
    for hit in find_urls(f"{record.title}\n{record.snippet}"):
        field = _social_field(host_of(f"https://{hit.value}")) or ("" if is_own_site else "website_url")
        is_page = field == "website_url" or is_profile(f"https://{hit.value}")
        if field and is_page and not (field == "website_url" and lexicon.domain_kind(hit.value.split("/")[0])):
            quote = record.text[hit.start : hit.end]
            url = quote if "://" in quote else f"https://{quote}"
            told.setdefault(field, {})[hit.value] = Claim(field, url, quote, hit.start, hit.end, "verified", GOOD)
    for field, claims in told.items():
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
    """The first whole sentence that states something; none that was cut or that sells."""
    for match in SENTENCE.finditer(record.snippet):
        sentence = match[0].strip()
        words = fold(sentence)
        is_cut = record.snippet[match.end() - 3 : match.end()] == "..."
        if len(sentence) >= 40 and not is_cut and words and words[0] not in IMPERATIVES:
            return _claim(record, "summary", sentence, sentence, FAIR)
    return None


def _claim(record: TextRecord, field: str, value: str, quote: str, confidence: float) -> Claim | None:
    """A claim whose quote stands in the text; a field without a parser is inferred from it."""
    span = find_quote(quote, record.text) if quote else None
    if span is None:
        return None
    is_same = find_quote(value, record.text[span.start : span.end]) is not None
    verification: Verification = "verified" if is_same and confidence >= GOOD else "inferred"
    return Claim(field, value, record.text[span.start : span.end], span.start, span.end, verification, confidence)
