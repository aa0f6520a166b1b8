"""The evidence of a claim in words: what ranked it, why it lost, and the place in a text or payload where it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from orchestrate.contracts.explain import Claim
from orchestrate.export.formats.values import hours_text
from orchestrate.terminal import printable
from orchestrate.wording import counted

CONTEXT = 60  # characters shown on each side of a quote
LONGEST = 300  # characters of a quote or a value; --json prints them whole
LONGEST_URL = 120
FRAGMENT = 160  # characters of a payload if the value is not found in it

LOST_BECAUSE = {
    "placeholder": "it is a placeholder, not a value",
    "other_entity": "its text is about another place",
    "expired": "its source's retention limit has passed",
    "closed": "a place that is closed for good, or only planned, has no hours",
    "duplicate": "it states the same value as the winner",
    "override": "a person decided otherwise",
    "less_specific": "the winner says the same more fully",
    "page_contact": "anybody may write a page: a lone website comes after any other source",
    "less_complete_text": "the winner's text is more complete",
    "trust": "its source is trusted less",
    "doubtful": "the value suits its field badly",
    "decay": "it is older, and trust decays with age",
    "no_eligible_claim": "no claim of this cell agrees with the address that won",
    "other_address": "another record's address won",
    "outvoted": "more independent sources state another value",
    "confidence": "its extractor was less sure",
    "recency": "the winner was stated later",
    "tie": "all ranking factors are equal: the order of names decides",
}


def why_lost(claim: Claim) -> str:
    """The reason in words. Empty for a winner."""
    reason = claim.lost_because or ""
    if reason == "unverified":
        return "not in its text" if claim.verification == "rejected" else "the winner is verified better"
    return LOST_BECAUSE.get(reason, "")


def readable(value: str | None, field_name: str) -> str | None:
    """A value as people write it: opening hours as `Mo-Fr 09:00-17:00` and not as JSON."""
    if value is None or field_name != "opening_hours":
        return value
    try:
        return hours_text(value)
    except (ValueError, AttributeError, TypeError, KeyError):  # no hours of ours: as it is stated
        return value


def shortened(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: longest * 2 // 3]}…{text[-longest // 3 :]}"


def ranking_factors(claim: Claim) -> Iterator[str]:
    """The factors that ranked the claim, the most important first."""
    if claim.address_rank is not None:
        yield f"address {claim.address_rank}"
    rejected = f" ({printable(claim.rejected_because)})" if claim.rejected_because else ""
    yield f"{claim.verification}{rejected}"
    if claim.strategy == "narrative":
        yield f"text_completeness {claim.text_completeness}"
    if claim.source_name == "derived":
        return  # a derived value has no ranking: it is used where no source states a value
    if claim.trust is None:
        yield "trust unknown"
    else:
        yield f"trust {claim.trust:g} → {claim.decayed_trust:g} after {counted(claim.age_days or 0, 'day', 'days')}"
    sources = counted(claim.independent_sources or 0, "independent source", "independent sources")
    yield f"support {claim.support} from {sources}{_provenance(claim)}"
    if claim.confidence is not None:
        yield f"extractor {claim.confidence:g} sure"
    yield f"stated {claim.source_updated_at or claim.fetched_at:%Y-%m-%d}"


def _provenance(claim: Claim) -> str:
    """The provenance group of a page that is not an independent source."""
    group = claim.provenance_group
    return "" if group in (None, claim.source_name) else f" (this one: {printable(group)})"


def licence_terms(claim: Claim) -> Iterator[str]:
    yield printable(claim.licence) or "unknown"
    if claim.may_republish is not None:
        yield "may be republished" if claim.may_republish else "may not be republished"
    if claim.expires_at:
        yield f"kept until {claim.expires_at:%Y-%m-%d}"


def quote_in_text(claim: Claim, text: str, context: int = CONTEXT) -> tuple[str, str, str]:
    """The text before the quote, the quote, and the text after it."""
    start, end = claim.char_start, claim.char_end
    if start is None or end is None or text[start:end] != claim.quote:
        return "", claim.quote or "", ""
    return _around(text, start, end, context)


def value_in_payload(claim: Claim, payload: Any, context: int = CONTEXT) -> tuple[str, str, str]:
    """The part of the payload that holds the value, or the beginning of the payload if it is not found."""
    text = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    for pattern in _spellings(claim):
        found = re.search(pattern, text, re.IGNORECASE)
        if found:
            return _around(text, *found.span(), context)
    return text[:FRAGMENT] + ("…" if len(text) > FRAGMENT else ""), "", ""


def _spellings(claim: Claim) -> Iterator[str]:
    """Patterns for the value with any spacing and, for a phone number, without the country code."""
    for stated in filter(None, (claim.quote, claim.value)):
        letters = [c for c in stated if c.isalnum()]
        if 4 <= len(letters) <= LONGEST and stated not in ("true", "false"):
            yield rf"(?<!\w){re.escape(stated)}(?!\w)"
            yield rf"(?<![^\W_])\+?{_spaced(letters)}(?![^\W_])"
            if re.fullmatch(r"\+\d{9,15}", stated):
                yield rf"(?:[+(]?\d[\d() -]{{0,6}})?{_spaced(letters[-9:])}(?!\d)"


def _spaced(letters: list[str]) -> str:
    return r'(?:[^\w"]|_){0,2}'.join(map(re.escape, letters))


def _around(text: str, start: int, end: int, context: int) -> tuple[str, str, str]:
    """A part of the text, and up to context characters on each side. Cuts are between words if possible."""
    before, after = text[max(start - context, 0) : start], text[end : end + context]
    if start > context:
        before = "…" + re.sub(r"^\S+(?=\s)", "", before)
    if end + context < len(text):
        after = re.sub(r"(?<=\s)\S+$", "", after) + "…"
    return before, text[start:end], after
