"""`trigpoint eval`: scores against known truth."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from orchestrate.contracts.base import Contract, Document


class PairwiseScores(Contract):
    """The scores over pairs of records."""

    precision: float
    recall: float
    f1: float
    false_positives: int
    false_negatives: int


class ReliabilityBin(Contract):
    """A tenth of the scale."""

    low: float
    high: float
    cases: int
    mean: float = Field(description="the mean probability that was predicted")
    right: float = Field(description="the share that is right")
    right_cases: int = Field(description="the number that is right")


class CalibrationScores(Contract):
    """The distance between predicted probabilities and the shares that are right."""

    cases: int
    mean_confidence: float | None
    share_right: float | None
    ece: float = Field(description="expected calibration error")
    bins: tuple[ReliabilityBin, ...]


class BlockingScores(Contract):
    """How many labelled matches blocking finds, and how many of those the prefilter keeps."""

    candidates: int = Field(description="labelled matches that share a blocking key")
    compared: int = Field(description="of these, the matches that pass the prefilter")
    recall: float = Field(description="candidates as a share of the labelled matches")
    recall_after_prefilter: float = Field(description="compared as a share of the labelled matches")


class SandboxEvaluation(PairwiseScores, Document):
    """What `trigpoint eval sandbox` prints."""

    schema_: Literal["trigpoint.eval_sandbox/2"] = Field("trigpoint.eval_sandbox/2", alias="schema")
    evaluated: Literal["sandbox"] = "sandbox"
    records: int
    places: int
    entities: int
    build_seconds: float
    peak_megabytes: int


class MatchingEvaluation(PairwiseScores, Document):
    """What `trigpoint eval matching` prints."""

    schema_: Literal["trigpoint.eval_matching/2"] = Field("trigpoint.eval_matching/2", alias="schema")
    evaluated: Literal["matching"] = "matching"
    records: int
    pairs: int
    matches: int
    pair_decisions: PairwiseScores = Field(description="each pair judged by its own score, before there are clusters")
    probabilities: CalibrationScores = Field(
        description="the match probability of each labelled pair against its label; 0 for a pair that is not kept"
    )
    blocking: BlockingScores
    build_seconds: float
    peak_megabytes: int


class ConfidenceEvaluation(CalibrationScores, Document):
    """What `trigpoint eval confidence` prints."""

    schema_: Literal["trigpoint.eval_confidence/2"] = Field("trigpoint.eval_confidence/2", alias="schema")
    evaluated: Literal["confidence"] = "confidence"
    fields: dict[str, CalibrationScores]
    pairs: CalibrationScores | None = Field(description="null without --records and --pairs")


class FieldTally(Contract):
    """The number of right, wrong, missing and invented values of a field."""

    correct: int
    wrong: int
    omitted: int
    invented: int
    absent: int = Field(description="texts that do not state it, and for which nothing was extracted")


class Mistake(Contract):
    """A field of a text whose extracted values differ from the gold set."""

    id: str
    field: str
    gold: Any
    found: tuple[str, ...]


class ExtractionEvaluation(Document):
    """What `trigpoint eval extraction` prints."""

    schema_: Literal["trigpoint.eval_extraction/2"] = Field("trigpoint.eval_extraction/2", alias="schema")
    evaluated: Literal["extraction"] = "extraction"
    texts: int
    texts_failed: int
    model: str | None
    cost_usd: float
    aboutness_right: int
    precision: float | None
    recall: float | None
    fields: dict[str, FieldTally]
    mistakes: tuple[Mistake, ...]
