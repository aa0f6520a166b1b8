"""Checks attributes outside the named fields: {"squash_courts": 6}, {"pool_length": "25 m"}."""

from __future__ import annotations

import json
import re
from typing import Any

from extract.folding import fold, fold_each
from extract.grounding import Span
from extract.text.context import Context, hits
from extract.text.normalised import NUMBER_WORDS, find_counts, find_quantities, is_denied
from extract.verdict import Accepted, Verdict

# Words of an attribute's name that the unit of its value can express.
KINDS_OF_QUANTITY = frozenset(
    fold("price cost fee length width height depth area size power number total of per from up to")
)
WORDS_BEFORE, WORDS_AFTER = 3, 5  # words around a quantity that may name the counted thing


def check_attribute(value: str, span: Span, context: Context) -> Verdict:
    """Check {"squash_courts": 6} with the parser of counts; any other by its name and value in the quote."""
    try:
        ((name, content),) = json.loads(value).items()
    except (ValueError, AttributeError):
        return "invalid_format"
    name = "_".join(re.findall(r"[a-z0-9]+", str(name).casefold()))
    if not name or isinstance(content, (dict, list)) or content is None:
        return "invalid_format"
    for hit in hits(find_counts, context.text):
        where, counted = Span(hit.start, hit.end), json.loads(hit.value)
        if span.overlaps(where) and name in counted:
            return Accepted(hit.value, where) if str(content) == str(counted[name]) else "ungrounded_rejected"
    return _named_attribute(name, content, span, context)


def _named_attribute(name: str, content: Any, span: Span, context: Context) -> Verdict:
    """Check an attribute without a parser: its name is in the text, and its value is beside the name in the quote."""
    named = set(fold(name.replace("_", " "))) - KINDS_OF_QUANTITY
    quote = Words(context.text[span.start : span.end])
    if not named <= set(fold(context.text)) or not (named & quote.folded or not named):
        return "ungrounded_rejected"
    if isinstance(content, bool):
        denied = is_denied(span.start, span.end, context.text) or bool({"no", "not", "without"} & quote.folded)
        is_supported = named <= quote.folded and content is not denied
    elif offered := {found.value for found in find_quantities(str(content))}:
        is_supported = any(_is_counted(value, named, quote, context) for value in offered)
    else:
        is_supported = named <= quote.folded and bool(fold(str(content))) and set(fold(str(content))) <= quote.folded
    if not is_supported:
        return "ungrounded_rejected"
    return Accepted(json.dumps({name: content}, ensure_ascii=False), span, "inferred")


class Words:
    """The words of a quote, with numbers as digits: "Four 4-lane pools" is 4, 4, lane, pool."""

    def __init__(self, text: str) -> None:
        self.quantities = [(hit.start, hit.value) for hit in find_quantities(text)]
        self.words = fold_each(text)
        self.folded = {word.folded for word in self.words}
        spelled = [(w.start, str(NUMBER_WORDS[w.folded])) for w in self.words if w.folded in NUMBER_WORDS]
        self.numbers = sorted([*self.quantities, *spelled])


def _is_counted(value: str, named: set[str], quote: Words, context: Context) -> bool:
    """Whether the quote has the quantity beside a word of the name, with no other counted thing in between.

    "6 squash courts" supports six courts, but not six tennis courts. "two 50 kW chargers" supports two chargers, and
    50 kW for each.
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
