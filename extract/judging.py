"""Checks each value of the model against the text.

A value is verified if a parser reads it from its quote and the clause there is about this place, now, and affirmed.
It is inferred if the quote supports it or the clause is unclear, and rejected otherwise.
"""

from __future__ import annotations

from itertools import islice

from extract.grounding import find_quote, find_quotes
from extract.schema import Claim, NullReason, QueryContext, TextRecord, Verification
from extract.scope.scope import Doubt
from extract.text.context import OF_A_BRANCH, Context, is_of_another, values_of_ours
from extract.text.lexicon import Lexicon
from extract.text.normalised import BOOLEANS
from extract.text.prompt_injection import redact_untrusted
from extract.text.readers import READERS
from extract.verdict import Accepted

VERSION = "judging-8"
CONFIDENCE = {"verified": 0.9, "inferred": 0.6}
SAYS_NOTHING = frozenset(
    """n/a|na|none|null|nil|unknown|unspecified|undefined|tbc|tbd|-|–|—|?|[]|{}|not mentioned|not stated|not specified|
    not provided|not available|no information""".replace("\n    ", "").split("|")
)
WITHOUT_SCOPE = frozenset(["summary", "entity_class"])
DENIALS = ("false", ": false}")  # values that say that something does not exist
PLACES_TRIED = 5  # a quote may occur more than once: denied here, stated there
# Two different values of such a field contradict each other: the text does not prove which one is the place's own.
STATED_ONCE = frozenset(["phone", "email", "postcode", "street_address", *BOOLEANS])


def check_value(
    field: str, value: str, quote: str, record: TextRecord, query: QueryContext, lexicon: Lexicon
) -> Claim | None:
    """The claim for a model's `value` and `quote`. None if the value means "no value".

    A rejected value is kept with the reason: the quote is not in the text or does not support the value, the value
    belongs to another place, or it has the wrong form for the field.
    """
    if value.strip().casefold() in SAYS_NOTHING or not value.strip():
        return None
    text = record.text
    context = Context(redact_untrusted(record, lexicon.injection_phrases), query, lexicon)
    reason: NullReason = "ungrounded_rejected"
    for span in islice(find_quotes(quote, context.text), PLACES_TRIED):
        verdict = READERS[field](value.strip(), span, context)
        if isinstance(verdict, str):
            reason = verdict
            continue
        scope = _scope(field, verdict, context)
        if scope and scope != "unclear":
            reason = scope
        elif field in OF_A_BRANCH and is_of_another(verdict.span, context):
            reason = "other_entity"
        elif field in STATED_ONCE and len(values_of_ours(field, context)) > 1:
            reason = "contradictory"
        else:
            is_clear = verdict.verification == "verified" and scope is None
            verification: Verification = "verified" if is_clear else "inferred"
            return Claim(
                field, verdict.value, text[verdict.span.start : verdict.span.end], verdict.span.start, verdict.span.end,
                verification, CONFIDENCE[verification], "llm",
            )  # fmt: skip
    return _rejected(field, value, quote, text, context, reason)


def _scope(field: str, verdict: Accepted, context: Context) -> NullReason | Doubt | None:
    if field in WITHOUT_SCOPE:
        return None
    return context.scope(field, verdict.core or verdict.span, is_denial=verdict.value.endswith(DENIALS))


def _rejected(field: str, value: str, quote: str, text: str, context: Context, reason: NullReason) -> Claim:
    span = find_quote(quote, text)
    is_hidden = span is not None and context.text[span.start : span.end] != text[span.start : span.end]
    return Claim(
        field, value, text[span.start : span.end] if span else quote, span.start if span else None,
        span.end if span else None, "rejected", None, "llm", reason, "suspicious" if is_hidden else None,
    )  # fmt: skip
