"""`trigpoint explain-pair`: why two records are one place or two."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from orchestrate.contracts.base import Contract, Document


class PairRecord(Contract):
    """One of the two records."""

    record_key: str
    source_name: str
    entity_name: str
    address: str | None
    latitude: float | None
    longitude: float | None
    phone: str | None
    website: str | None
    kind: str | None
    is_sub_venue: bool | None
    loss_reason: str | None
    record_no: int | None = Field(description="null where the record takes no part in matching")
    entity_id: str | None
    match_role: str | None
    matched_by: str | None
    point: str | None


class Meeting(Contract):
    """The last stage that the pair reached."""

    status: Literal["scored", "not_kept", "prefiltered", "never_met", "not_matched"]
    blocked_by: str | None
    sentence: str


class Step(Contract):
    """A comparison, and the match weight of the level that the two records reach in it."""

    comparison: str
    level: str | None
    weight: float | None
    meaning: str | None


class CompetingMatch(Contract):
    """A record of the other's source that matches one of the two better."""

    of: str
    record_key: str
    entity_name: str | None
    own_weight: float


class Score(Contract):
    """The match weight: the sum of the steps, less the one-to-one penalty."""

    is_kept: bool
    name_similarity: float | None
    steps: tuple[Step, ...]
    own_weight: float
    one_to_one_penalty: float
    competing_matches: tuple[CompetingMatch, ...]
    match_weight: float
    match_probability: float


class PairDecision(Contract):
    """A person's decision about the two."""

    decision: str
    reason: str | None
    author: str | None
    decided_on: date | None


class Link(Contract):
    """An accepted pair on the way from one record to the other."""

    from_key: str
    from_name: str | None
    to_key: str
    to_name: str | None
    matched_by: str
    match_weight: float | None
    match_probability: float | None


class Conflict(Contract):
    """Two records that cannot be one place."""

    left_key: str
    right_key: str
    reason: str


class Statistics(Contract):
    """The version of the statistics by which the records were compared."""

    learned_at: datetime
    run_id: str
    records: int


class PairExplanation(Document):
    """What `trigpoint explain-pair` prints."""

    schema_: Literal["trigpoint.explain_pair/2"] = Field("trigpoint.explain_pair/2", alias="schema")
    left: PairRecord
    right: PairRecord
    metres: float | None
    meeting: Meeting
    score: Score | None
    threshold: float
    threshold_weight: float
    statistics: Statistics | None = Field(None, description="what was learned of all records, and when")
    is_accepted: bool
    accepted_by: str | None
    override: PairDecision | None
    conflict: str | None
    is_one_entity: bool
    path: tuple[Link, ...] | None
    conflicts_between: tuple[Conflict, ...]
    verdict: str
