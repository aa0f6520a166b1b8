"""Checks the free sentences of a summary: the text states every word, number and denial in them."""

from __future__ import annotations

from extract.folding import fold, stem
from extract.grounding import Span
from extract.text.amounts.attributes import Quantity, quantities_in
from extract.text.amounts.quantities import NUMBER_WORDS, QUANTITY
from extract.text.context import Context
from extract.text.normalised import BOOLEANS, find_statements
from extract.verdict import Accepted, Verdict

# Words of a summary that state nothing. Every other word of it must be in the text.
PLAIN_WORDS = frozenset(
    fold(
        "a an and are as at be been by can for from has have in into is it its local near of offer offering on one or "
        "place run small some that the their there these they this to up venue which who with you your where set here "
        "people visitors based located home also both all other including include includes plus popular known serving "
        "situated found part area site facility provide provides providing available club centre center venue no not"
    )
)


def check_summary(value: str, span: Span, context: Context) -> Verdict:
    """Accept free sentences if the text states every word, number and denial in them."""
    stated = {stem(word) for word in fold(QUANTITY.sub(" ", context.text))}
    unstated = [w for w in fold(QUANTITY.sub(" ", value)) if w not in PLAIN_WORDS and stem(w) not in stated]
    unstated = [word for word in unstated if word not in NUMBER_WORDS]
    is_supported = not unstated and _is_counted(value, context) and _is_as_affirmed(value, context)
    return Accepted(value, span, "inferred") if is_supported else "ungrounded_rejected"


def _is_counted(value: str, context: Context) -> bool:
    """Whether each number of the summary counts the same things in the text."""
    return all(
        any(_counts_the_same(said, stated, context) for stated in quantities_in(context.text))
        for said in quantities_in(value)
    )


def _counts_the_same(said: Quantity, stated: Quantity, context: Context) -> bool:
    around = {*stated.after, *stated.before}
    known = (around | set(fold(context.text))) - _others(stated, context)
    is_same_number = (said.unit, said.amount) == (stated.unit, stated.amount)
    return is_same_number and set(said.after[:1]) <= around and set(said.after) - PLAIN_WORDS <= known


def _others(stated: Quantity, context: Context) -> set[str]:
    """The words that only other numbers of the text count."""
    theirs = {word for q in quantities_in(context.text) if q.start != stated.start for word in q.after}
    return theirs - {*stated.after, *stated.before}


def _is_as_affirmed(value: str, context: Context) -> bool:
    """Whether each feature and activity of the summary is affirmed or denied as in the text."""
    for field in BOOLEANS:
        said = {found.value for found in find_statements(field, value, context.cues)}
        if said and not said <= {found.value for found in find_statements(field, context.text, context.cues)}:
            return False
    for field in ("canonical_activities", "canonical_place_types"):
        here = context.lexicon.category_mentions(field, context.text)
        for what in {mention.what for mention in context.lexicon.category_mentions(field, value)}:
            scopes = [context.scope(field, Span(m.start, m.end)) for m in here if m.what == what]
            if scopes and not any(scope in (None, "unclear") for scope in scopes):
                return False
    return True
