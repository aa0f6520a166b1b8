"""One reader for each kind of field. It checks a model's value at the position of its quote."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal

from extract.folding import compact, fold
from extract.found import Found
from extract.grounding import Span, find_quote
from extract.hours.text_hours import find_hours
from extract.hours.written_week import week_of
from extract.scope.clauses import clause_of
from extract.text.amounts.attributes import check_attribute
from extract.text.context import Context, hits
from extract.text.normalised import BOOLEANS, find_statements, find_urls
from extract.text.summaries import check_summary
from extract.verdict import Accepted, Verdict
from extract.web.social import SITE_OF, is_profile, social_site
from extract.web.urls import host_of, plain_url

Reader = Callable[[str, Span, Context], Verdict]
NO_LETTER = re.compile(r"[\W_]")
YES_OR_NO = {"true": "true", "yes": "true", "false": "false", "no": "false"}


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


def _phone(value: str, span: Span, context: Context) -> Verdict:
    """Accept a number of the text. In the address of the page it is no statement."""
    verdict = _parsed("phone", value, span, context)
    is_in_link = span.start > len(context.text) - len(context.record.url) - 1
    return "ungrounded_rejected" if is_in_link else verdict


def _postcode(value: str, span: Span, context: Context) -> Verdict:
    """Accept a code of the text. Alone, a code of digits is not known as one; so their characters are compared."""
    wanted = NO_LETTER.sub("", value).casefold()
    for hit in hits(context.finders["postcode"], context.text):
        if NO_LETTER.sub("", hit.value).casefold() == wanted and span.overlaps(Span(hit.start, hit.end)):
            return Accepted(hit.value, Span(hit.start, hit.end))
    return "ungrounded_rejected" if re.search(r"\d", value) else "invalid_format"


def _hours(value: str, span: Span, context: Context) -> Verdict:
    """Accept the week that the text states. A part of its days, or an ambiguous time, is only inferred."""
    wanted = week_of(value, context.hours_language)
    if not wanted:
        return "invalid_format"
    overlapping = False
    for hit, is_clear in _stated_hours(span, context):
        if not span.overlaps(Span(hit.start, hit.end)):
            continue
        overlapping = True
        stated = json.loads(hit.value)
        if wanted.items() <= stated.items():
            is_whole = wanted == stated and is_clear
            return Accepted(json.dumps(wanted), Span(hit.start, hit.end), "verified" if is_whole else "inferred")
    return "ungrounded_rejected" if overlapping else "partial"


def _stated_hours(span: Span, context: Context) -> Iterator[tuple[Found, bool]]:
    """The hours of the text; read as a person does, if they are ambiguous; or of one sentence for one branch."""
    clear = hits(context.finders["opening_hours"], context.text)
    yield from ((hit, True) for hit in clear)
    lenient = partial(find_hours, language=context.hours_language, is_lenient=True)
    if not clear:
        yield from ((hit, False) for hit in hits(lenient, context.text))
    if len({mention.what.name for mention in context.lexicon.area_mentions(context.text)}) > 1:
        clause = clause_of(context.text, span, context.cues)
        for hit in lenient(context.text[clause.start : clause.end]):
            yield Found(hit.value, hit.start + clause.start, hit.end + clause.start), False


def _boolean(field: str, value: str, span: Span, context: Context) -> Verdict:
    wanted = YES_OR_NO.get(value.casefold())
    if wanted is None:
        return "invalid_format"
    stated = find_statements(field, context.text, context.cues)
    said = [hit for hit in stated if span.overlaps(Span(hit.start, hit.end))]
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
    for mention in context.lexicon.area_mentions(context.text):
        name = mention.what.city if field == "city" else mention.what.name
        is_kind = field == "city" or not mention.what.is_city
        where = Span(mention.start, mention.end)
        if is_kind and name in known and span.overlaps(where):
            is_written = field == "locality" or mention.what.is_city
            return Accepted(name, where, "verified" if is_written else "inferred")
    return "ungrounded_rejected" if known else _literal(value, span, context, "inferred")


def _name(value: str, span: Span, context: Context) -> Verdict:
    """Accept a name from the text if at least half of its distinctive words are also in the title or the address.

    The name of a town or an area alone is only a part of a name.
    """
    areas = {word for area in context.lexicon.areas_in(value) for word in area.words}
    if set(fold(value)) <= areas | set(fold(context.query.city)):
        return "partial"
    words = context.lexicon.distinctive_words(value) or fold(value)
    title, address = set(fold(context.record.title)), compact(context.record.url)
    confirmed = [word for word in words if word in title or word in address]
    if 2 * len(confirmed) < len(words):
        return "other_entity"
    return _literal(value, span, context, "verified" if _is_whole_name(value, context) else "inferred")


def _is_whole_name(value: str, context: Context) -> bool:
    """Whether no word of a name goes on after it, or comes before it: "Lamplighter" of "The Lamplighter Courts"."""
    where = find_quote(value, context.text)
    if where is None:
        return False
    before, after = context.text[: where.start], context.text[where.end :]
    areas = {word for area in context.lexicon.areas_in(context.text) for word in area.words}
    following = NAME_GOES_ON.match(after)
    is_over = following is None or set(fold(following[1])) <= areas | set(fold(context.query.city))
    return is_over and not NAME_BEFORE.search(before)


NAME_GOES_ON = re.compile(r" ((?:&|and) [^\W\d_a-z]\w*|[^\W\d_a-z][\w'’]*)")
NAME_BEFORE = re.compile(r"[^\W\d_a-z][\w'’]* (?:& |and )?$")


def _literal(
    value: str, span: Span, context: Context, at_best: Literal["verified", "inferred"] = "verified"
) -> Verdict:
    """Accept a name as it is written, or if its words occur in the quote in this order."""
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
    """Accept a street whose every word and number is in the quote, one after the other; short forms are spelled out."""
    parsed = _parsed("street_address", value, span, context)
    spelled = context.lexicon.gazetteer.streets.spelled_out
    offered = spelled(value)
    if isinstance(parsed, Accepted) and spelled(parsed.value) == offered:
        return parsed
    for hit in hits(context.finders["street_address"], context.text):
        if span.overlaps(Span(hit.start, hit.end)) and offered in (spelled(hit.value), spelled(_written(hit, context))):
            return Accepted(value, Span(hit.start, hit.end))
    quote = context.text[span.start : span.end]
    if where := find_quote(value, quote):
        return Accepted(value, Span(span.start + where.start, span.start + where.end), "inferred")
    stated = spelled(quote)
    is_there = any(stated[at : at + len(offered)] == offered for at in range(len(stated)))
    return Accepted(value, span, "inferred") if offered and is_there else "ungrounded_rejected"


def _written(hit: Found, context: Context) -> str:
    return context.text[hit.start : hit.end]


def _category(field: str, value: str, span: Span, context: Context) -> Verdict:
    """Accept a value of the taxonomy if the quote has words that the taxonomy gives for it."""
    wanted = "_".join(value.casefold().replace("-", " ").split())
    if wanted not in context.lexicon.taxonomy[field]:
        return "invalid_format"
    found = [
        Span(mention.start, mention.end)
        for mention in context.lexicon.category_mentions(field, context.text)
        if mention.what == wanted and span.overlaps(Span(mention.start, mention.end))
    ]
    stated = next((where for where in found if context.scope(field, where) in (None, "unclear")), None)
    return Accepted(wanted, stated or found[0]) if found else "ungrounded_rejected"


def _entity_class(value: str, span: Span, context: Context) -> Verdict:
    """Accept a class that the quote has words for. What says where a place is, or how to call it, shows a place."""
    verdict = _category("entity_class", value, span, context)
    if verdict != "ungrounded_rejected" or value.casefold() != "place":
        return verdict
    for field in ("street_address", "postcode", "phone"):
        for hit in hits(context.finders[field], context.text):
            if span.overlaps(Span(hit.start, hit.end)):
                return Accepted("place", Span(hit.start, hit.end), "inferred")
    return verdict


READERS: dict[str, Reader] = {
    "entity_name": _name,
    "street_address": _street,
    "locality": partial(_area, "locality"),
    "city": partial(_area, "city"),
    "postcode": _postcode,
    "phone": _phone,
    "email": partial(_parsed, "email"),
    "website_url": partial(_url, "website_url"),
    **{field: partial(_url, field) for field in SITE_OF},
    "opening_hours": _hours,
    **{field: partial(_boolean, field) for field in BOOLEANS},
    "summary": check_summary,
    **{
        field: partial(_category, field)
        for field in ("canonical_activities", "canonical_roles", "canonical_place_types", "canonical_access")
    },
    "entity_class": _entity_class,
    "discovered_attributes": check_attribute,
}  # fmt: skip
