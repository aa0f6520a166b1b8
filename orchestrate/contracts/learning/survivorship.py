"""`trigpoint eval survivorship`: golden cells against known right values."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from orchestrate.contracts.base import Contract, Document


class SurvivorshipScores(Contract):
    """The number of cells with a right, a wrong or no value, of those whose right value is known."""

    cells: int
    right: int
    wrong: int
    missing: int = Field(description="no golden value, although there is a right one")
    accuracy: float | None = Field(description="right as a share of the cells; null without cells")


class SimplePolicies(Contract):
    """The accuracy that a simple choice among the records reaches on the same cells."""

    newest: float | None = Field(description="the value of the record that was updated last")
    majority: float | None = Field(description="the value that most records have, the newest of equals")


class WrongCell(Contract):
    """A cell that is wrong or missing."""

    place_id: str
    field: str
    found: str | None
    source: str | None = Field(description="the source of the golden value")
    right: tuple[str, ...] = Field(description="the accepted values; none: the place has no such value")


class SurvivorshipEvaluation(SurvivorshipScores, Document):
    """What `trigpoint eval survivorship` prints."""

    schema_: Literal["trigpoint.eval_survivorship/1"] = Field("trigpoint.eval_survivorship/1", alias="schema")
    evaluated: Literal["survivorship"] = "survivorship"
    records: int
    places: int
    fields: dict[str, SurvivorshipScores]
    kinds: dict[str, SurvivorshipScores] = Field(
        description="by the column `kind` of the gold file, where it is filled"
    )
    policies: SimplePolicies
    mistakes: tuple[WrongCell, ...]
    build_seconds: float
