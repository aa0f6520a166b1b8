"""Checks attributes outside the named fields: {"squash_courts": 6}, {"pool_length": "25 m"}."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from extract.folding import fold
from extract.grounding import Span
from extract.scope.affirmed import affirmed
from extract.scope.clauses import clause_of
from extract.text.amounts.quantities import (
    KNOWN_UNITS,
    NUMBER_WORDS,
    PART_OF_A_SUM,
    QUANTITY,
    find_quantities,
    unit_of,
)
from extract.text.context import Context, hits
from extract.verdict import Accepted, Verdict

CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
YES_OR_NO = {"true": True, "yes": True, "false": False, "no": False}
# Words of a name that say how its number is counted or measured, not what.
COUNTING = frozenset(
    fold("num number no nr count total quantity qty amount of has is are the a from up to per max min")
)
# What a name measures, the units that fit, and the words of a text that say so.
MEASURES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ["length", "depth", "height", "width", "distance"], frozenset(["m", "km", "cm", "ft", "yd", "mile"])
    ),
    **dict.fromkeys(["price", "cost", "fee", "charge"], frozenset(["£", "$", "€", "p", "r", "chf"])),
    **dict.fromkeys(["area", "size"], frozenset(["m2", "ha", "acre", "m"])),
    "power": frozenset(["kw", "w"]),
    **dict.fromkeys(["stay", "duration", "time"], frozenset(["min", "h", "day", "week"])),
}
DIMENSIONS = {
    "long": "length", "length": "length", "deep": "depth", "depth": "depth", "high": "height", "tall": "height",
    "height": "height", "wide": "width", "width": "width", "broad": "width", "diameter": "diameter",
}  # fmt: skip
CAPACITY = frozenset(fold("capacity seat seats holds hold people spectators guests accommodates sleeps covers persons"))
WORDS_BEFORE, WORDS_AFTER = 4, 6  # words around a number that may name what it counts
ENDS_A_PHRASE = re.compile(r"[,.;:|•·\n()–]|\b(?:and|or|with|plus|including|but|from|in|for|of)\b|&", re.IGNORECASE)
NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b(?!-)", re.IGNORECASE)  # no number: "five-a-side"
OF = re.compile(r"^\s*of\b", re.IGNORECASE)  # "1,100 square metres of bouldering"
TIMES = re.compile(r"\s*[x×]\s*", re.IGNORECASE)  # "6 x 150 kW CCS" are six


def check_attribute(value: str, span: Span, context: Context) -> Verdict:
    """Check {"squash_courts": 6} with the parser of counts; any other by its name and value in the quote."""
    try:
        ((name, content),) = json.loads(value).items()
    except (ValueError, AttributeError):
        return "invalid_format"
    words = fold(CAMEL.sub(" ", str(name)).replace("_", " "))
    if not words or isinstance(content, (dict, list)) or content is None:
        return "invalid_format"
    if isinstance(content, str):
        content = YES_OR_NO.get(content.strip().casefold(), content)
    number = NUMBER_WORDS.get(content.strip().casefold()) if isinstance(content, str) else None
    return _counted(words, content if number is None else number, span, context)


def _counted(words: Sequence[str], content: Any, span: Span, context: Context) -> Verdict:
    name = "_".join(words)
    if isinstance(content, bool):
        return _yes_or_no(name, frozenset(words) - COUNTING, content, span, context)
    offered = [found.value for found in find_quantities(str(content))]
    rest = QUANTITY.sub(" ", str(content))
    if not offered or set(fold(rest)) - COUNTING:
        return _in_words(name, frozenset(words), str(content), span, context)
    if rest.strip(" .,/"):
        return "ungrounded_rejected"  # "§437" is no price
    named = frozenset(words) - COUNTING
    for hit in hits(context.finders["discovered_attributes"], context.text):
        where, ((counted, amount),) = Span(hit.start, hit.end), json.loads(hit.value).items()
        if span.overlaps(where) and named == set(fold(counted.replace("_", " "))) - COUNTING:
            stated = [found.value for found in find_quantities(str(amount))]
            if stated == offered:
                return Accepted(hit.value, where)
            if [_number(value) for value in stated] != [_number(value) for value in offered]:
                return "ungrounded_rejected"
    measured = _measured(named, offered[0])
    for quantity in quantities_in(context.text):
        if span.overlaps(Span(quantity.start, quantity.end)) and quantity.has(measured):
            if quantity.is_one_of_several(measured, context.text):
                return "partial"
            core = Span(quantity.start, quantity.end)
            return Accepted(json.dumps({name: content}, ensure_ascii=False), span, "inferred", core)
    return "ungrounded_rejected"


def _number(quantity: str) -> str:
    return quantity.rpartition(" ")[2]


def _yes_or_no(name: str, named: frozenset[str], content: bool, span: Span, context: Context) -> Verdict:
    quote = context.text[span.start : span.end]
    if not named or not named <= set(fold(quote)):
        return "ungrounded_rejected"
    core = _first_of(named, span, context)
    said = affirmed(clause_of(context.text, core, context.cues)).word
    if said == "asked" or (said == "denied") is content:
        return "ungrounded_rejected"
    return Accepted(json.dumps({name: content}), span, "inferred", core)


def _in_words(name: str, named: frozenset[str], content: str, span: Span, context: Context) -> Verdict:
    """Check {"surface": "clay"}: its name and its words are in the quote."""
    quote, wanted = set(fold(context.text[span.start : span.end])), set(fold(content))
    if not wanted or not (named - COUNTING) <= quote or not wanted <= quote:
        return "ungrounded_rejected"
    return Accepted(json.dumps({name: content}, ensure_ascii=False), span, "inferred", _first_of(wanted, span, context))


def _first_of(words: frozenset[str] | set[str], span: Span, context: Context) -> Span:
    for match in re.finditer(r"[^\W_]+", context.text[span.start : span.end]):
        if set(fold(match[0])) & words:
            return Span(span.start + match.start(), span.start + match.end())
    return span


# --- quantities and what they count -----------------------------------------------------------------------


@dataclass(frozen=True)
class Measured:
    """What the name of an attribute counts or measures, and the offered number."""

    named: frozenset[str]
    amount: str
    unit: str
    dimension: str | None
    fitting: frozenset[str]  # units that the name allows without saying them

    @property
    def is_capacity(self) -> bool:
        return bool(self.named) and self.named <= CAPACITY


def _measured(named: frozenset[str], offered: str) -> Measured:
    """{"pool_length_m": 25} measures the pool in metres, as {"pool_length": "25 m"} does."""
    unit, _, amount = offered.rpartition(" ")
    is_price = not named.isdisjoint(("price", "cost", "fee", "charge"))  # "day_pass_price" is in no days
    in_name = frozenset() if is_price else {word for word in named if unit_of(word) in KNOWN_UNITS}
    units = {unit_of(word) for word in in_name}
    measures = named & MEASURES.keys()
    kinds = named if unit else named - in_name
    rest = kinds - measures if kinds - measures else kinds
    fitting = frozenset().union(*(MEASURES[measure] for measure in measures))
    dimension = next((DIMENSIONS[word] for word in sorted(named) if word in DIMENSIONS), None)
    said = unit or (sorted(units)[0] if len(units) == 1 else "")
    return Measured(rest or measures, amount, said, dimension, fitting)


@dataclass(frozen=True)
class Quantity:
    """A number of the text with the words around it that may name what it counts."""

    unit: str
    amount: str
    start: int
    end: int
    before: tuple[str, ...]
    after: tuple[str, ...]

    def has(self, wanted: Measured) -> bool:
        """Whether the number counts what the name says, in the same unit."""
        if self.amount != wanted.amount or not self._fits(wanted):
            return False
        dimension = next((DIMENSIONS[w] for w in (*self.after[:2], *self.before[::-1][:2]) if w in DIMENSIONS), None)
        if wanted.dimension and dimension and dimension != wanted.dimension:
            return False
        around = {*self.after, *self.before, self.unit}
        if wanted.named & CAPACITY and around & CAPACITY:
            return wanted.named - CAPACITY <= around
        return wanted.named <= around

    def _fits(self, wanted: Measured) -> bool:
        """The same unit; or none was offered, and it is what the name counts ("lanes") or measures ("length")."""
        if self.unit == wanted.unit:
            return True
        return not wanted.unit and (self.unit in wanted.named or self.unit in wanted.fitting or self._is_price(wanted))

    def _is_price(self, wanted: Measured) -> bool:
        return self.unit in MEASURES["price"] and bool(wanted.named & {"price", "cost", "fee", "charge", "pass"})

    def is_one_of_several(self, wanted: Measured, text: str) -> bool:
        """Whether another number counts another kind of it: "6 squash courts and 3 tennis courts" are not 6 courts."""
        if self.unit or PART_OF_A_SUM.search(text, 0, self.start):
            return bool(PART_OF_A_SUM.search(text, 0, self.start))
        kinds = wanted.named & set(self.after)
        return any(
            other.start != self.start and not other.unit and kinds and kinds <= set(other.after)
            for other in quantities_in(text)
        )


@lru_cache(maxsize=256)
def quantities_in(text: str) -> tuple[Quantity, ...]:
    """Each number of the text: digits with their unit, and English number words."""
    spots = [(hit.start, hit.end, hit.value) for hit in find_quantities(text)]
    spots += [(m.start(), m.end(), str(NUMBER_WORDS[m[0].lower()])) for m in NUMBER_WORD.finditer(text)]
    spots.sort()
    found = []
    for at, (start, end, value) in enumerate(spots):
        unit, _, amount = value.rpartition(" ")
        behind = spots[at - 1][1] if at else 0
        found.append(Quantity(unit, amount, start, end, _before(text, behind, start), _after(text, spots, at)))
    return tuple(found)


def _before(text: str, behind: int, start: int) -> tuple[str, ...]:
    part = re.split(r"[,.;:|•·\n)–]|\band\b", text[max(behind, start - 60) : start])[-1]
    return tuple(fold(part)[-WORDS_BEFORE:])


def _after(text: str, spots: Sequence[tuple[int, int, str]], at: int) -> tuple[str, ...]:
    """The words of the counted thing. A measure may come first: "6 x 150 kW CCS", "two 50 kW chargers"."""
    _, end, value = spots[at]
    following = spots[at + 1] if at + 1 < len(spots) else None
    between = text[end : following[0]] if following else ""
    if following and " " in following[2] and (TIMES.fullmatch(between) or not between.strip()):
        end = following[1]
        following = spots[at + 2] if at + 2 < len(spots) else None
    rest = text[end : min(following[0] if following else len(text), end + 80)]
    if " " in value:
        rest = OF.sub(" ", rest)
    return tuple(fold(ENDS_A_PHRASE.split(rest)[0])[:WORDS_AFTER])
