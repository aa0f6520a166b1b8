"""Combines what the rules and the model read in one text. Both keep their claims; survivorship ranks them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from extract.folding import fold
from extract.judging import check_value
from extract.llm.answer import RecordAnswer
from extract.llm.batches import Reading
from extract.schema import FIELDS, NO_PLACE, Aboutness, Claim, Extraction, NullReason, QueryContext, TextRecord
from extract.text.lexicon import Lexicon
from extract.text.prompt_injection import redact_untrusted
from extract.text.rules import asked_of, extract_by_rules
from extract.text.subject.page_kinds import NEWS


class Text:
    """One text: the question about it and the combined result.

    The rules read the text only when the model is asked about it. Meanwhile, other answers can arrive.
    """

    def __init__(self, record: TextRecord, query: QueryContext, lexicon: Lexicon) -> None:
        self.record = record
        self.combined: Extraction | None = None
        self._query = query
        self._lexicon = lexicon

    @cached_property
    def by_rules(self) -> Extraction:
        return extract_by_rules(self.record, self._query, self._lexicon)

    @property
    def wanted(self) -> tuple[str, ...]:
        """Every field, those too that the rules verified: the model may contest them, in the same call."""
        return FIELDS

    def combine(self, reading: Reading) -> None:
        self.combined = _combined(self.by_rules, reading, self._query, self._lexicon)


def _combined(rules: Extraction, reading: Reading, query: QueryContext, lexicon: Lexicon) -> Extraction:
    """The claims of both extractors, side by side. A field has a null only if neither extractor has a value."""
    read = replace(
        rules,
        tokens_in=reading.tokens_in,
        tokens_out=reading.tokens_out,
        cost_usd=reading.cost_usd,
        attempts=reading.attempts,
    )
    if reading.answer is None:
        return _unread(read, reading.failure)
    aboutness, reason = _about(rules, reading.answer.aboutness)
    asked = asked_of(redact_untrusted(rules.record, lexicon.injection_phrases), query, lexicon, aboutness)
    offered = list(checked_claims(rules.record, reading.answer, asked, lexicon))
    kept = {claim.field_name for claim in (*rules.claims, *offered) if claim.is_kept and not claim.entity_index}
    answered = {claim.field_name for claim in offered if not claim.entity_index}
    absent = [
        claim
        for claim in rules.claims
        if not claim.is_kept and claim.value is None and claim.field_name not in kept | answered
    ]
    agreed, disagreed = _compared(rules.claims, offered)
    claims = [claim for claim in rules.claims if claim.value is not None] + offered + absent
    return replace(
        read, aboutness=aboutness, aboutness_reason=reason, claims=tuple(claims), agreed=agreed, disagreed=disagreed
    )


def _unread(rules: Extraction, failure: NullReason | None) -> Extraction:
    """The claims of the rules, if the model gave no answer. The other fields have no value because the model failed."""
    claims = [
        replace(claim, null_reason=failure) if claim.null_reason == "not_mentioned" else claim for claim in rules.claims
    ]
    return replace(rules, claims=tuple(claims), status="failed", error=failure)


def checked_claims(record: TextRecord, answer: RecordAnswer, query: QueryContext, lexicon: Lexicon) -> Iterator[Claim]:
    """The claims in the model's answer, verified. Entity 0 is the place that the query asks for.

    A value with several quotes counts once, with the first quote that supports it.
    """
    for index, entity in enumerate(answer.entities):
        claims: dict[tuple[str, str], Claim] = {}
        for finding in entity.findings:
            stated = (finding.field, finding.value)
            if stated in claims and claims[stated].is_kept:
                continue
            claim = check_value(*stated, finding.quote, record, query, lexicon)
            if claim and (claim.is_kept or stated not in claims):
                claims[stated] = replace(claim, entity_index=index)
        yield from dict.fromkeys(claims.values())


# Values that only a page about one place states of it.
EVIDENCE_OF_A_PLACE = frozenset(["street_address", "postcode", "phone", "opening_hours"])


def _about(rules: Extraction, model: Aboutness) -> tuple[Aboutness, str]:
    """The more sceptical of the two answers, unless the rules verified the address, the phone or the hours of a place.

    The reason shows each disagreement.
    """
    if rules.aboutness is None or rules.aboutness == "same" or rules.aboutness_reason == NEWS:
        if model == rules.aboutness:
            return model, rules.aboutness_reason
        if rules.aboutness == "same" and model in NO_PLACE and _has_evidence(rules):
            return rules.aboutness, f"{rules.aboutness_reason}, by its address, phone or hours; the model: {model}"
        return model, f"so says the model; the rules: {rules.aboutness}"
    agreement = "the model agrees" if model == rules.aboutness else f"the model: {model}"
    return rules.aboutness, f"{rules.aboutness_reason}; {agreement}"


def _has_evidence(rules: Extraction) -> bool:
    return any(c.verification == "verified" and c.field_name in EVIDENCE_OF_A_PLACE for c in rules.claims)


def _compared(rules: Sequence[Claim], model: Sequence[Claim]) -> tuple[int, int]:
    """The number of fields of the first entity in which both agree, and in which they disagree.

    Only fields with a value from both count.
    """
    ours, theirs = _values_by_field(rules), _values_by_field(model)
    both = ours.keys() & theirs.keys()
    agreed = sum(not ours[field].isdisjoint(theirs[field]) for field in both)
    return agreed, len(both) - agreed


def _values_by_field(claims: Sequence[Claim]) -> dict[str, set[tuple[str, ...]]]:
    """Each field's values, as folded words."""
    values: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for claim in claims:
        if claim.value and not claim.entity_index:
            values[claim.field_name].add(tuple(fold(claim.value)))
    return values
