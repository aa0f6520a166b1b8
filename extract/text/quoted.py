"""A claim and its quote: what the rules read, tied to the characters it was read from."""

from __future__ import annotations

from extract.grounding import find_quote
from extract.schema import Claim, TextRecord, Verification

WEAK, FAIR, GOOD = 0.4, 0.7, 0.9  # confidence: a guess from the link, a name put together, a plain reading


def quoted_claim(record: TextRecord, field: str, value: str, quote: str, confidence: float) -> Claim | None:
    """A claim whose quote stands in the text; a field without a parser is inferred from it."""
    span = find_quote(quote, record.text) if quote else None
    if span is None:
        return None
    is_same = find_quote(value, record.text[span.start : span.end]) is not None
    verification: Verification = "verified" if is_same and confidence >= GOOD else "inferred"
    return Claim(field, value, record.text[span.start : span.end], span.start, span.end, verification, confidence)
