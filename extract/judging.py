"""Decides what a value is worth: verified where a parser gets it from its quote, inferred where the quote bears it out,
rejected otherwise. A model offers; the text decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import islice
from typing import Any, Literal

from extract.folding import compact, fold, fold_each
from extract.grounding import Span, find_quote, find_quotes
from extract.lexicon import Lexicon, host_of
from extract.schema import Claim, NullReason, QueryContext, TextRecord
from extract.suspicion import believed
from extract.values import (
    BOOLEANS,
    DAYS,
    NUMBER_WORDS,
    QUANTITY,
    STREET_TYPES,
    Found,
    find_boolean,
    find_counts,
    find_emails,
    find_hours,
    find_phones,
    find_postcodes,
    find_quantities,
    find_statements,
    find_streets,
    find_urls,
    is_denied,
    plain_url,
)

VERSION = "judging-2"
SOCIAL_HOSTS = {
    "instagram_url": ("instagram.com",),
    "facebook_url": ("facebook.com", "fb.com"),
    "twitter_url": ("twitter.com", "x.com"),
    "linkedin_url": ("linkedin.com",),
}
CONFIDENCE = {"verified": 0.9, "inferred": 0.6}
SAYS_NOTHING = frozenset(
    """n/a|na|none|null|nil|unknown|unspecified|undefined|tbc|tbd|-|–|—|?|[]|{}|not mentioned|not stated|not specified|
    not provided|not available|no information""".replace("\n    ", "").split("|")
)
YES_OR_NO = {"true": "true", "yes": "true", "false": "false", "no": "false"}
PLACES_TRIED = 5  # a quote may stand more than once: denied here, stated there
SENTENCE_END = re.compile(r"[.!?;|•·]+(?=\s|$)|\n")
BESIDE = re.compile(
    r"\b(?:near|nearby|beside|opposite|off|from|to|towards|outside|close to|next to|minutes? from)\s+$", re.IGNORECASE
)
STREET_AFTER = re.compile(rf"\s+(?:{STREET_TYPES})\b", re.IGNORECASE)
# Of one place of a chain rather than of the chain.
OF_A_BRANCH = frozenset(
    ["phone", "email", "street_address", "postcode", "opening_hours", "discovered_attributes", *BOOLEANS]
)
# Two of these in one text contradict each other: which of them is the place's own, its words do not prove.
STATED_ONCE: dict[str, Callable[[str], Iterable[Found]]] = {
    "phone": find_phones,
    "email": find_emails,
    "postcode": find_postcodes,
    "street_address": find_streets,
    **{field: partial(find_boolean, field) for field in BOOLEANS},
}
# Words of an attribute's name that its value's unit stands for.
KINDS_OF_QUANTITY = frozenset(
    fold("price cost fee length width height depth area size power number total of per from up to")
)
WORDS_BEFORE, WORDS_AFTER = 3, 5  # of a quantity, among which what is counted stands
# Words of a summary that state nothing: everything else in it must stand in the text.
PLAIN_WORDS = frozenset(
    fold(
        "a an and are as at be been by can for from has have in into is it its local near of offer offering on one or "
        "place run small some that the their there these they this to up venue which who with you your where set here "
        "people visitors based located home also both all other including include includes plus popular known serving "
        "situated found part area site facility provide provides providing available"
    )
)


@dataclass(frozen=True)
class Context:
    """What a value is judged against."""

    record: TextRecord  # with blanks in place of what is suspicious
    query: QueryContext
    lexicon: Lexicon

    @cached_property
    def text(self) -> str:
        return self.record.text


@dataclass(frozen=True)
class Accepted:
    """The value in its normal form, and the characters that bear it out."""

    value: str
    span: Span
    verification: Literal["verified", "inferred"] = "verified"


Verdict = Accepted | NullReason
Reader = Callable[[str, Span, Context], Verdict]


def judge(
    field: str, value: str, quote: str, record: TextRecord, query: QueryContext, lexicon: Lexicon
) -> Claim | None:
    """The claim that a model's `value` with its `quote` comes to; None where it says that there is no value.

    A rejected value stays, with the reason: it has no place in the text, its place does not bear it out, it belongs to
    another place, or it is none of the field's.
    """
    if value.strip().casefold() in SAYS_NOTHING or not value.strip():
        return None
    text = record.text
    context = Context(believed(record, lexicon.machine_talk), query, lexicon)
    reason: NullReason = "ungrounded_rejected"
    for span in islice(find_quotes(quote, context.text), PLACES_TRIED):
        verdict = READERS[field](value.strip(), span, context)
        if isinstance(verdict, str):
            reason = verdict
        elif field in OF_A_BRANCH and is_of_another(verdict.span, context):
            reason = "other_entity"
        elif field in STATED_ONCE and len(values_of_ours(STATED_ONCE[field], context)) > 1:
            reason = "contradictory"
        else:
            return Claim(
                field, verdict.value, text[verdict.span.start : verdict.span.end], verdict.span.start, verdict.span.end,
                verdict.verification, CONFIDENCE[verdict.verification], "llm",
            )  # fmt: skip
    return _rejected(field, value, quote, text, context, reason)


def _rejected(field: str, value: str, quote: str, text: str, context: Context, reason: NullReason) -> Claim:
    span = find_quote(quote, text)
    is_hidden = span is not None and context.text[span.start : span.end] != text[span.start : span.end]
    return Claim(
        field, value, text[span.start : span.end] if span else quote, span.start if span else None,
        span.end if span else None, "rejected", None, "llm", reason, "suspicious" if is_hidden else None,
    )  # fmt: skip


def values_of_ours(finder: Callable[[str], Iterable[Found]], context: Context) -> set[str]:
    """The different values that the text states without giving them to another area."""
    hits = _hits(finder, context.text)
    return {hit.value for hit in hits if not is_of_another(Span(hit.start, hit.end), context)}


def is_of_another(span: Span, context: Context) -> bool:
    """Whether its sentence gives the span to another area than was asked for: "Leith: 0131 ..., Gorgie: 0131 ..."."""
    start = max((m.end() for m in SENTENCE_END.finditer(context.text, 0, span.start)), default=0)
    ending = SENTENCE_END.search(context.text, span.end)
    end = ending.start() if ending else len(context.text)
    sentence = context.text[start:end]
    named = [
        area
        for area in _area_mentions(context.lexicon, sentence)
        if not STREET_AFTER.match(sentence, area.end)
        and not BESIDE.search(sentence, 0, area.start)
        and not Span(start + area.start, start + area.end).overlaps(span)
    ]
    before = [area.what for area in named if start + area.end <= span.start]
    area = before[-1] if before else (named[0].what if named else None)
    if area is None:
        return False
    return area.city != context.query.city or bool(
        not area.is_city and context.query.locality and area.name != context.query.locality
    )


@lru_cache(maxsize=256)
def _area_mentions(lexicon: Lexicon, sentence: str) -> tuple[Any, ...]:
    return tuple(lexicon.areas.in_text(sentence))


# --- one reader per kind of field -------------------------------------------------------------------------


@lru_cache(maxsize=512)  # each value of a text is looked for in the same text
def _hits(finder: Callable[[str], Iterable[Found]], text: str) -> tuple[Found, ...]:
    return tuple(finder(text))


def _parsed(finder: Callable[[str], Iterable[Found]], value: str, span: Span, context: Context) -> Verdict:
    """A value that a parser reads, and reads out of the text where the quote stands: its whole context counts."""
    wanted = {found.value for found in finder(value)}
    if not wanted:
        return "invalid_format"
    for hit in _hits(finder, context.text):
        if hit.value in wanted and span.overlaps(Span(hit.start, hit.end)):
            return Accepted(hit.value, Span(hit.start, hit.end))
    return "ungrounded_rejected"


def _hours(value: str, span: Span, context: Context) -> Verdict:
    """Some or all of the days that the text states; none that it does not, and each as it is stated."""
    wanted = _week(value)
    if not wanted:
        return "invalid_format"
    for hit in _hits(find_hours, context.text):
        stated = json.loads(hit.value)
        if span.overlaps(Span(hit.start, hit.end)) and wanted.items() <= stated.items():
            return Accepted(json.dumps(wanted), Span(hit.start, hit.end))
    return "ungrounded_rejected"


def _week(value: str) -> dict[str, list[list[str]]] | None:
    """Opening hours as we write them, or in prose that our parser reads."""
    try:
        week = json.loads(value)
    except ValueError:
        prose = next(find_hours(value), None)
        return json.loads(prose.value) if prose else None
    if not isinstance(week, dict) or not week.keys() <= set(DAYS):
        return None
    return {day: week[day] for day in DAYS if day in week}


def _boolean(field: str, value: str, span: Span, context: Context) -> Verdict:
    wanted = YES_OR_NO.get(value.casefold())
    if wanted is None:
        return "invalid_format"
    said = [hit for hit in find_statements(BOOLEANS[field], context.text) if span.overlaps(Span(hit.start, hit.end))]
    if {hit.value for hit in said} != {wanted}:
        return "contradictory" if len({hit.value for hit in said}) > 1 else "ungrounded_rejected"
    return Accepted(wanted, Span(said[0].start, said[0].end))


def _url(field: str, value: str, span: Span, context: Context) -> Verdict:
    """An address that stands in the text, or the site it is on."""
    wanted, url = plain_url(value), value if "://" in value else f"https://{value}"
    host, social = host_of(url), SOCIAL_HOSTS.get(field)
    if "." not in host or (social and not any(host == site or host.endswith(f".{site}") for site in social)):
        return "invalid_format"
    if not social and context.lexicon.domain_kind(host) is not None:
        return "other_entity"
    page = host_of(context.record.url)
    if not social and context.lexicon.domain_kind(page) is None and host != page:
        return "contradictory"  # the page is a site of its own already
    for hit in _hits(find_urls, context.text):
        is_site = not social and wanted == hit.value.split("/")[0]
        if (wanted == hit.value or is_site) and span.overlaps(Span(hit.start, hit.end)):
            return Accepted(url, Span(hit.start, hit.end))
    return "ungrounded_rejected"


def _area(field: str, value: str, span: Span, context: Context) -> Verdict:
    """An area that the lexicon knows by the words of the quote; one that it does not know, as it is written."""
    known = {getattr(area, "city" if field == "city" else "name") for area in context.lexicon.areas_in(value)}
    for mention in _area_mentions(context.lexicon, context.text):
        name = mention.what.city if field == "city" else mention.what.name
        is_kind = field == "city" or not mention.what.is_city
        where = Span(mention.start, mention.end)
        if is_kind and name in known and span.overlaps(where):
            is_written = field == "locality" or mention.what.is_city
            return Accepted(name, where, "verified" if is_written else "inferred")
    return "ungrounded_rejected" if known else _literal(value, span, context, "inferred")


def _name(value: str, span: Span, context: Context) -> Verdict:
    """A name that the text holds, most of whose words the page's title or its address bears too."""
    words = context.lexicon.telling_words(value) or fold(value)
    title, address = set(fold(context.record.title)), compact(context.record.url)
    borne = [word for word in words if word in title or word in address]
    return _literal(value, span, context) if 2 * len(borne) >= len(words) else "other_entity"


def _literal(
    value: str, span: Span, context: Context, at_best: Literal["verified", "inferred"] = "verified"
) -> Verdict:
    """A name or an address: as it is written, or at least made of words that stand there in this order."""
    quote = context.text[span.start : span.end]
    if where := find_quote(value, quote):
        return Accepted(value, Span(span.start + where.start, span.start + where.end), at_best)
    wanted, stated = fold(value), iter(fold(quote))
    return (
        Accepted(value, span, "inferred")
        if wanted and all(word in stated for word in wanted)
        else "ungrounded_rejected"
    )


def _street(value: str, span: Span, context: Context) -> Verdict:
    parsed = _parsed(find_streets, value, span, context)
    return parsed if isinstance(parsed, Accepted) else _literal(value, span, context, "inferred")


def _category(field: str, value: str, span: Span, context: Context) -> Verdict:
    """A value of the taxonomy, by words that the taxonomy gives for it."""
    wanted = "_".join(value.casefold().replace("-", " ").split())
    if wanted not in context.lexicon.taxonomy[field]:
        return "invalid_format"
    for mention in context.lexicon.category_mentions(field, context.text):
        where = Span(mention.start, mention.end)
        if mention.what == wanted and span.overlaps(where) and not is_denied(where.start, where.end, context.text):
            return Accepted(wanted, where)
    return "ungrounded_rejected"


def _attribute(value: str, span: Span, context: Context) -> Verdict:
    """{"squash_courts": 6}: by the parser of counts; any other, where its name and its value stand in the quote."""
    try:
        ((name, told),) = json.loads(value).items()
    except (ValueError, AttributeError):
        return "invalid_format"
    name = "_".join(re.findall(r"[a-z0-9]+", str(name).casefold()))
    if not name or isinstance(told, (dict, list)) or told is None:
        return "invalid_format"
    for hit in _hits(find_counts, context.text):
        where, counted = Span(hit.start, hit.end), json.loads(hit.value)
        if span.overlaps(where) and name in counted:
            return Accepted(hit.value, where) if str(told) == str(counted[name]) else "ungrounded_rejected"
    return _named_attribute(name, told, span, context)


def _named_attribute(name: str, told: Any, span: Span, context: Context) -> Verdict:
    """Of an attribute that no parser knows: its name stands in the text, and its value beside the name in the quote."""
    named = set(fold(name.replace("_", " "))) - KINDS_OF_QUANTITY
    quote = Words(context.text[span.start : span.end])
    if not named <= set(fold(context.text)) or not (named & quote.folded or not named):
        return "ungrounded_rejected"
    if isinstance(told, bool):
        denied = is_denied(span.start, span.end, context.text) or bool({"no", "not", "without"} & quote.folded)
        is_borne_out = named <= quote.folded and told is not denied
    elif offered := {found.value for found in find_quantities(str(told))}:
        is_borne_out = any(_is_counted(value, named, quote, context) for value in offered)
    else:
        is_borne_out = named <= quote.folded and bool(fold(str(told))) and set(fold(str(told))) <= quote.folded
    if not is_borne_out:
        return "ungrounded_rejected"
    return Accepted(json.dumps({name: told}, ensure_ascii=False), span, "inferred")


class Words:
    """The words of a quote, numbers as digits: "Four 4-lane pools" is 4, 4, lane, pool."""

    def __init__(self, text: str) -> None:
        self.quantities = [(hit.start, hit.value) for hit in find_quantities(text)]
        self.words = fold_each(text)
        self.folded = {word.folded for word in self.words}
        spelled = [(w.start, str(NUMBER_WORDS[w.folded])) for w in self.words if w.folded in NUMBER_WORDS]
        self.numbers = sorted([*self.quantities, *spelled])


def _is_counted(value: str, named: set[str], quote: Words, context: Context) -> bool:
    """Whether the quote has the quantity beside a word of the name, and nothing else that is counted in between.

    "6 squash courts" are six courts, but no six tennis courts; "two 50 kW chargers" are two chargers, and 50 kW each.
    """
    sports = set(context.lexicon.taxonomy["canonical_activities"])
    others = sports - named if sports & named else set[str]()
    for at, (start, stated) in enumerate(quote.numbers):
        unit, _, amount = stated.rpartition(" ")
        if value not in (stated, amount if unit in named or not unit else None):
            continue
        after = [w.folded for w in quote.words if w.start >= start][: WORDS_AFTER + 1]
        until = next((n for n, word in enumerate(after[1:], 1) if word.isdigit() and not unit), len(after))
        before = [w.folded for w in quote.words if w.start < start][-WORDS_BEFORE:]
        beside = {unit} | set(after[:until]) | set(before if at == 0 else [])
        if not named or (named & beside and not others & set(after[:until])):
            return True
    return False


def _summary(value: str, span: Span, context: Context) -> Verdict:
    """Sentences of somebody's own, every telling word of which stands in the text."""
    stated = {_stem(word) for word in fold(QUANTITY.sub(" ", context.text))}
    untold = [w for w in fold(QUANTITY.sub(" ", value)) if w not in PLAIN_WORDS and _stem(w) not in stated]
    quantities = {found.value for found in find_quantities(value)}
    is_counted = quantities <= {found.value for found in _hits(find_quantities, context.text)}
    return Accepted(value, span, "inferred") if is_counted and not untold else "ungrounded_rejected"


def _stem(word: str) -> str:
    """Crude on purpose: swim, swims, swimming; offer, offered."""
    for ending in ("ming", "ning", "ing", "ed", "er", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


READERS: dict[str, Reader] = {
    "entity_name": _name,
    "street_address": _street,
    "locality": partial(_area, "locality"),
    "city": partial(_area, "city"),
    "postcode": partial(_parsed, find_postcodes),
    "phone": partial(_parsed, find_phones),
    "email": partial(_parsed, find_emails),
    "website_url": partial(_url, "website_url"),
    **{field: partial(_url, field) for field in SOCIAL_HOSTS},
    "opening_hours": _hours,
    **{field: partial(_boolean, field) for field in BOOLEANS},
    "summary": _summary,
    **{
        field: partial(_category, field)
        for field in (
            "entity_class", "canonical_activities", "canonical_roles", "canonical_place_types", "canonical_access",
        )
    },
    "discovered_attributes": _attribute,
}  # fmt: skip
