"""`trigpoint label`: the pairs of records that a person is asked about."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from orchestrate.contracts.base import Contract, Document


class LabelRecord(Contract):
    """A record of a pair, as a person compares it."""

    source: str
    id: str
    name: str | None
    address: str | None
    kinds: str | None
    phone: str | None
    website: str | None
    latitude: float | None
    longitude: float | None


class LabelPair(Contract):
    """Two records that may be one place."""

    left: LabelRecord
    right: LabelRecord
    metres: float | None
    probability: float = Field(description="of a match, under the present weights and without rivals")


class LabelProposal(Document):
    """What `trigpoint label` prints."""

    schema_: Literal["trigpoint.label/1"] = Field("trigpoint.label/1", alias="schema")
    compared: int = Field(description="the pairs from which these were chosen")
    kinds: int = Field(description="the different ways in which these agree and disagree")
    pairs: tuple[LabelPair, ...]
    csv: str = Field(description="the pairs as CSV, with an empty column `label`")
