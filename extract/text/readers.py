"""One reader for each kind of field. It checks a model's value at the position of its quote."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Literal

from extract.folding import compact, fold, stem
from extract.grounding import Span, find_quote
from extract.hours.stated_week import DAYS
from extract.hours.text_hours import find_hours
from extract.text.attributes import check_attribute
from extract.text.context import Context, area_mentions, hits
from extract.text.normalised import (
    BOOLEANS,
    QUANTITY,
    find_quantities,
    find_statements,
    find_urls,
    is_denied,
)
from extract.verdict import Accepted, Verdict
from extract.web.social import SITE_OF, is_profile, social_site
from extract.web.urls import host_of, plain_url

Reader = Callable[[str, Span, Context], Verdict]
YES_OR_NO = {"true": "true", "yes": "true", "false": "false", "no": "false"}
# Words of a summary that state nothing. Every other word of it must be in the text.
PLAIN_WORDS = frozenset(
    fold(
        "a an and are as at be been by can for from has have in into is it its local near of offer offering on one or "
        "place run small some that the their there these they this to up venue which who with you your where set here "
        "people visitors based located home also both all other including include includes plus popular known serving "
        "situated found part area site facility provide provides providing available"
    )
)


def _parsed(field: str, value: str, span: Span, context: Context) -> Verdict:
    """Accept a value that the field's parser also finds in the whole text, at a position that overlaps the quote."""
    finder = context.finders[field]
    wanted = {found.value for found in finder(value)}
    if not wanted:
        return "invalid_format"
    for hit in hits(finder, context.text):
        if hit.value in wanted and span.overlaps(Span(hit.start, hit.end)):
            return Accepted(hit.value, Span(hit.start, hit.end))
    return "ungrounded_rejected"


def _hours(value: str, span: Span, context: Context) -> Verdict:
    """Accept some or all of the days that the text states, each with the stated hours, and no other day."""
    wanted = _week(value)
    if not wanted:
        return "invalid_format"
    for hit in hits(find_hours, context.text):
        stated = json.loads(hit.value)
        if span.overlaps(Span(hit.start, hit.end)) and wanted.items() <= stated.items():
            return Accepted(json.dumps(wanted), Span(hit.start, hit.end))
    return "ungrounded_rejected"


def _week(value: str) -> dict[str, list[list[str]]] | None:
    """Opening hours from our JSON form, or from prose that our parser reads."""
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
    """Accept an address that is in the text, or the site of such an address."""
    wanted, url = plain_url(value), value if "://" in value else f"https://{value}"
    host, social = host_of(url), SITE_OF.get(field)
    if "." not in host or (social and not (social_site(host) == social and is_profile(url))):
        return "invalid_format"
    if not social and context.lexicon.domain_kind(host) is not None:
        return "other_entity"
    page = host_of(context.record.url)
    if not social and context.lexicon.domain_kind(page) is None and host != page:
        return "contradictory"  # the page belongs to another site of its own
    for hit in hits(find_urls, context.text):
        is_site = not social and wanted == hit.value.split("/")[0]
        if (wanted == hit.value or is_site) and span.overlaps(Span(hit.start, hit.end)):
            return Accepted(url, Span(hit.start, hit.end))
    return "ungrounded_rejected"


def _area(field: str, value: str, span: Span, context: Context) -> Verdict:
    """Accept an area that the lexicon knows by the words of the quote, or an unknown area as it is written."""
    known = {getattr(area, "city" if field == "city" else "name") for area in context.lexicon.areas_in(value)}
    for mention in area_mentions(context.lexicon, context.text):
        name = mention.what.city if field == "city" else mention.what.name
        is_kind = field == "city" or not mention.what.is_city
        where = Span(mention.start, mention.end)
        if is_kind and name in known and span.overlaps(where):
            is_written = field == "locality" or mention.what.is_city
            return Accepted(name, where, "verified" if is_written else "inferred")
    return "ungrounded_rejected" if known else _literal(value, span, context, "inferred")


def _name(value: str, span: Span, context: Context) -> Verdict:
    """Accept a name from the text if at least half of its distinctive words are also in the title or the address."""
    words = context.lexicon.distinctive_words(value) or fold(value)
    title, address = set(fold(context.record.title)), compact(context.record.url)
    confirmed = [word for word in words if word in title or word in address]
    return _literal(value, span, context) if 2 * len(confirmed) >= len(words) else "other_entity"


def _literal(
    value: str, span: Span, context: Context, at_best: Literal["verified", "inferred"] = "verified"
) -> Verdict:
    """Accept a name or an address as it is written, or if its words occur in the quote in this order."""
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
    parsed = _parsed("street_address", value, span, context)
    return parsed if isinstance(parsed, Accepted) else _literal(value, span, context, "inferred")


def _category(field: str, value: str, span: Span, context: Context) -> Verdict:
    """Accept a value of the taxonomy if the quote has words that the taxonomy gives for it."""
    wanted = "_".join(value.casefold().replace("-", " ").split())
    if wanted not in context.lexicon.taxonomy[field]:
        return "invalid_format"
    for mention in context.lexicon.category_mentions(field, context.text):
        where = Span(mention.start, mention.end)
        if mention.what == wanted and span.overlaps(where) and not is_denied(where.start, where.end, context.text):
            return Accepted(wanted, where)
    return "ungrounded_rejected"


def _summary(value: str, span: Span, context: Context) -> Verdict:
    """Accept free sentences if the text contains every word in them that states something."""
    stated = {stem(word) for word in fold(QUANTITY.sub(" ", context.text))}
    unstated = [w for w in fold(QUANTITY.sub(" ", value)) if w not in PLAIN_WORDS and stem(w) not in stated]
    quantities = {found.value for found in find_quantities(value)}
    is_counted = quantities <= {found.value for found in hits(find_quantities, context.text)}
    return Accepted(value, span, "inferred") if is_counted and not unstated else "ungrounded_rejected"


READERS: dict[str, Reader] = {
    "entity_name": _name,
    "street_address": _street,
    "locality": partial(_area, "locality"),
    "city": partial(_area, "city"),
    **{field: partial(_parsed, field) for field in ("postcode", "phone", "email")},
    "website_url": partial(_url, "website_url"),
    **{field: partial(_url, field) for field in SITE_OF},
    "opening_hours": _hours,
    **{field: partial(_boolean, field) for field in BOOLEANS},
    "summary": _summary,
    **{
        field: partial(_category, field)
        for field in (
            "entity_class", "canonical_activities", "canonical_roles", "canonical_place_types", "canonical_access",
        )
    },
    "discovered_attributes": check_attribute,
}  # fmt: skip
