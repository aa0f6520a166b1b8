"""`trigpoint tune`: a proposed seed, and the data behind it. Only the file of --out is written."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from orchestrate.contracts.base import Contract, Document


class WeightChange(Contract):
    """Another match weight for a level."""

    comparison: str
    level: str
    from_: float = Field(alias="from")
    to: float
    pairs: int


class MatchTuning(Document):
    """What `trigpoint tune matching` prints; the last keys depend on whether the pairs are labelled."""

    schema_: Literal["trigpoint.tune_matching/2"] = Field("trigpoint.tune_matching/2", alias="schema")
    pairs: int
    iterations: int
    changes: tuple[WeightChange, ...]
    kept_for_want_of_pairs: tuple[str, ...]
    seed: str = Field(description="the whole seed as proposed, as CSV")
    diff: str
    expected_matches: float | None = Field(None, description="null where the pairs are labelled")
    sets: int | None = Field(None, description="null where the pairs are not labelled, as below")
    matches: int | None = None
    never_compared: int | None = None
    right_now: int | None = Field(None, description="labelled pairs that the present weights decide rightly")
    right_held_out: int | None = Field(
        None, description="the same by weights that were learned from other labelled pairs; null if these are too few"
    )
    f1_rise: float | None = Field(
        None,
        description="expected rise of F1 over all pairs; null for several sets, or for too many compared pairs",
    )
    f1_rise_low: float | None = Field(None, description="a twentieth of the draws of the weights has less")
    f1_rise_high: float | None = Field(None, description="a twentieth of the draws of the weights has more")
    contested: int | None = Field(
        None, description="likely matches whose record has another candidate; null where the pairs are labelled"
    )
    refused_because: str | None = Field(None, description="why there is no proposal, although there was data")


class TrustEstimate(Contract):
    """The estimated accuracy of a source in one field or, under "*", in all, with a 95 % credible interval."""

    source_name: str
    field_name: str
    from_: float | None = Field(alias="from")
    to: int | None
    low: float | None
    high: float | None
    learned: float | None
    cells: int
    kept_because: str | None = Field(description="why there is no proposal")


class TrustTuning(Document):
    """What `trigpoint tune trust` prints."""

    schema_: Literal["trigpoint.tune_trust/2"] = Field("trigpoint.tune_trust/2", alias="schema")
    cells: int
    iterations: int
    sources: tuple[TrustEstimate, ...]
    changes: tuple[TrustEstimate, ...]
    seed: str = Field(description="the whole seed as proposed, as CSV")
    diff: str


class CalibrationChange(Contract):
    """New parameters of Platt scaling for a field."""

    field_name: str
    slope: float
    intercept: float


class CalibrationTuning(Document):
    """What `trigpoint tune confidence` prints."""

    schema_: Literal["trigpoint.tune_confidence/2"] = Field("trigpoint.tune_confidence/2", alias="schema")
    cells: int
    wrong: int
    ece_before: float
    ece_after: float
    ece_cross_validated: float
    folds: int
    changes: tuple[CalibrationChange, ...]
    seed: str = Field(description="the whole seed as proposed, as CSV")
    diff: str


Tuning = MatchTuning | TrustTuning | CalibrationTuning
