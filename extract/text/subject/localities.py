"""Reads the part of a town by where it stands: beside the town, between street and town, "in Westlands, Nairobi"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from extract.addresses.postal import grammar_of, regions_of
from extract.folding import compact, fold
from extract.geography.countries import fold_name
from extract.grounding import Span
from extract.schema import Claim
from extract.text.context import Context, hits
from extract.text.subject.names import FAIR

CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
WORD = rf"{CAPITAL}[\w'’-]*"
NAME = rf"{WORD}(?: (?:(?:de|do|da|du|del|della|la|le|les|los|el|al|op|am|of) ){{0,2}}{WORD}){{0,2}}"
BEFORE_TOWN = re.compile(rf"(?<![\w'’-])(?P<name>{NAME})(?: \d{{1,2}})?,\s+(?:\d{{4,6}}\s+)?$")
JOINED = re.compile(rf"-(?P<name>{WORD}(?:-{WORD})*)")
AFTER_TOWN = re.compile(rf",?[^\S\n](?P<name>{NAME})(?=\s*(?:$|\n|[|•·:]|\s[–—-]\s|\s\())")
AFTER_NUMBERED_TOWN = re.compile(rf" \d{{1,2}} [–-] (?P<name>{NAME})(?=\s*(?:$|\n|[|•·]))")  # "Praha 1 - Malá Strana"
KNOWN_PART = re.compile(
    r" (?P<name>(?:Old|French|Latin|Gothic|Jewish) Quarter|Old Town|New Town|(?:West|East|North|South) End|Old City)\b"
)
AFTER_STREET = re.compile(
    rf",\s+(?:\d{{4,6}}\s+)?(?P<name>{NAME})(?=\s*(?:[.,;|•·\n)]|$|\s[–-]\s)|\s+(?:[A-Z]{{2,3}}\s+)?\d{{4,6}}\b)"
)
AFTER_STREET_DASHED = re.compile(rf"\s[–-]\s(?P<name>{NAME})(?=,)")
QUARTER = re.compile(
    rf"\b(?:in|of|at)\s+(?:the\s+)?(?P<name>{WORD}\s(?:Quarter|District|End|Side|Old Town|Village))\b"
    rf"|['’]s\s(?P<name2>(?:West|East|North|South)\sEnd)\b"
)
TOWN_AFTER_CODE = re.compile(rf"[ \t]+(?P<town>{WORD}(?:[ -]{WORD})?)(?=\s*(?:[.,;|•·\n)]|$|\s[–-]\s))")
TOWN_BEFORE_CODE = re.compile(rf",\s+(?P<town>{WORD}(?: {WORD})?),?\s+(?:[A-Z]{{2,3}}\s+)?$")
# Their addresses name the suburb in the place of the town.
SUBURBS_FOR_TOWNS = frozenset(["AU", "NZ"])
STATE = re.compile(r" [A-Z]{2,3}\d?$")
LOCATED = re.compile(rf"\b(?:located|situated|based) in (?:the (?:heart of )?)?(?P<name>{NAME})(?=[,.;])")
LEADS = re.compile(r"(?:^|[\n|•·–—:(-]|\b(?:in|at|à|en|im|em|i|a|u|w|van|te|of|the|el|la)|,)\s*$", re.IGNORECASE)
# The last word of a name that is no part of a town.
NO_PART = frozenset(
    fold(
        "works yard mill house building market plaza mall estate station airport campus tower towers hotel "
        "church floor "
        "telephone fax email mail web www contact opening unit suite level block city council university county "
        "state province region airport harbour port tel phone "
        "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
        "september october november december tourism tourisme turismo deporte sport stadt marketing guide "
        "event map costa coast beach menu info reviews booking online open closed free new now contact "
        "centre center zentrum centro caba cdmx branch filiale sucursal agence filiaal"
    )
)


def read_locality(context: Context, name: Claim | None, host: str) -> Claim | None:
    """The part of the town, if all signs of the surest kind agree."""
    taken = [Span(name.start, name.end)] if name and name.start is not None and name.end is not None else []
    streets = [Span(hit.start, hit.end) for hit in hits(context.finders["street_address"], context.text)]
    for is_in_address, signs in (
        (True, _after_streets(context, streets)),
        (False, _beside_towns(context, host)),
        (False, _quarters(context)),
    ):
        found = {
            context.text[span.start : span.end]: span
            for span in map(partial(_without_state, context), signs)
            if _is_part_of_a_town(span, context)
            and not any(
                span.overlaps(other)
                for other in (*(() if is_in_address else taken), *streets)
                if not _is_joined(span, context)
            )
            and not (name and not is_in_address and _is_named(context.text[span.start : span.end], name.value or ""))
            and context.scope("locality", span) in (None, "unclear")
        }
        if len(found) == 1:
            ((value, span),) = found.items()
            return Claim("locality", value, value, span.start, span.end, "inferred", FAIR)
    return None


def town_of_address(context: Context) -> Span | None:
    """The town beside the postcode, if it is no form of the town of the query: "8020 Graz" for a query in Wien."""
    grammar = grammar_of(context.country)
    for hit in hits(context.finders["postcode"], context.text) if grammar else ():
        after = TOWN_AFTER_CODE.match(context.text, hit.end)
        before = TOWN_BEFORE_CODE.search(context.text, max(0, hit.start - 40), hit.start)
        match = before if grammar and grammar.is_after_town else after
        if match and not _is_same_town(match["town"], context) and _is_a_town(match["town"], context):
            return Span(*match.span("town"))
    return None


def _is_same_town(town: str, context: Context) -> bool:
    """Whether the names share a word, or their first letters: `München` and `Munich`, `Lisboa` and `Lisbon`."""
    words, asked = set(fold(town)), set(fold(context.query.city))
    if " ".join(fold(town)) in context.query.city_names:
        return True
    return bool(words & asked) or compact(town)[:2] == compact(context.query.city)[:2]


def _is_a_town(town: str, context: Context) -> bool:
    if not town.isascii() and not any(letter.islower() for letter in town):
        return False  # a script without small letters: it has no words that begin with a capital
    is_other = context.lexicon.gazetteer.streets.is_street(town, context.country) or _is_region(town, context)
    is_known = bool(context.lexicon.areas_in(town))  # Leith, EH6: the gazetteer knows what it is a part of
    return not (is_other or is_known) and NO_PART.isdisjoint(fold(town))


def _is_town(name: str, context: Context) -> bool:
    return " ".join(fold(name)) in context.query.city_names


def _is_joined(span: Span, context: Context) -> bool:
    """`Mitte` of "Museum der Uhren Berlin-Mitte" is a part of the town, even in a name."""
    return context.text[: span.start].endswith("-")


def _without_state(context: Context, span: Span) -> Span:
    """`Fitzroy` of "Fitzroy VIC 3065"."""
    code = STATE.search(context.text, span.start, span.end)
    return Span(span.start, code.start()) if code else span


def _is_named(part: str, name: str) -> bool:
    """Whether it is the name of the place, or the name is in it."""
    words, others = set(fold(part)), set(fold(name))
    return others <= words or (words <= others and len(words) > 1)


def _after_streets(context: Context, streets: list[Span]) -> Iterator[Span]:
    """ "84 Main Road, Kalk Bay, 7975", "R. dos Pinheirais, 845 - Pinheiros". Alone, it is the town itself."""
    is_in_town = any(mention.what.is_city for mention in context.lexicon.area_mentions(context.text))
    if not is_in_town and context.country not in SUBURBS_FOR_TOWNS:
        return
    for street in streets:
        for pattern in (AFTER_STREET, AFTER_STREET_DASHED):
            if match := pattern.match(context.text, street.end):
                yield Span(*match.span("name"))


def _beside_towns(context: Context, host: str) -> Iterator[Span]:
    """ "Hamburg-Ottensen", "Westlands, Nairobi", "Zahnarzt München Schwabing"."""
    is_english = "en" in context.lexicon.gazetteer.streets.languages.get(context.country or "", ("en",))
    for mention in context.lexicon.area_mentions(context.text):
        if not mention.what.is_city:
            continue
        if match := JOINED.match(context.text, mention.end):
            if _is_town(context.text[mention.start : match.end()], context):
                continue  # "Tel Aviv-Yafo"
            yield Span(*match.span("name"))
            continue
        if match := BEFORE_TOWN.search(context.text, max(0, mention.start - 60), mention.start):
            yield Span(*match.span("name"))
        in_title = mention.end <= len(context.record.title)
        behind = (KNOWN_PART,) if is_english else (KNOWN_PART, AFTER_NUMBERED_TOWN, AFTER_TOWN)
        matches = (pattern.match(context.text, mention.end) for pattern in behind) if in_title else ()
        match = next(filter(None, matches), None)
        if match and compact(f"{mention.what.name} {match['name']}") not in compact(host):  # "Lille Tourisme"
            yield Span(*match.span("name"))


def _quarters(context: Context) -> Iterator[Span]:
    for match in QUARTER.finditer(context.text):
        yield Span(*match.span("name" if match["name"] else "name2"))
    yield from (Span(*match.span("name")) for match in LOCATED.finditer(context.text))


def _is_part_of_a_town(span: Span, context: Context) -> bool:
    name, lexicon = context.text[span.start : span.end], context.lexicon
    words = fold(name)
    if _is_town(name, context):
        return False
    if (
        not words
        or words[0] in ("jalan", "jl", "lorong", "soi", "thanon", "costa", "cote", "riviera", "lake", "lac", "lago")
        or (name.isupper() and len(name) <= 3)
        or words[-1] in NO_PART
        or lexicon.is_generic(name)
    ):
        return False
    if lexicon.gazetteer.streets.is_street(name, context.country) or _is_region(name, context):
        return False
    if any(lexicon.category_mentions(field, name) for field in ("canonical_place_types", "canonical_activities")):
        return False
    before = context.text[: span.start]
    return bool(LEADS.search(before) or before.endswith("-") or _is_behind_town(before, context))


def _is_behind_town(before: str, context: Context) -> bool:
    town = fold(context.query.city)
    return fold(before)[-len(town) :] == town


def _is_region(name: str, context: Context) -> bool:
    is_of_country = name.casefold() in regions_of(context.country)
    return is_of_country or fold_name(name) in context.lexicon.gazetteer.countries.names
