"""A declared list in the reports of `run`, `build` and `plan`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from orchestrate.contracts.base import Contract, Moment


class ListNow(Contract):
    """What `plan` knows of a declared list, without reading it."""

    source: str
    records: int = Field(description="of its newest load; 0 without one")
    since: Moment | None = Field(description="when that load landed")
    state: Literal["unchanged", "to_read", "failed"]
    sentence: str | None = Field(description="why it cannot be read")


class ListReport(Contract):
    """What a run or a build found in a declared list: fetched = landed + rejected + repeated."""

    source: str
    state: Literal["landed", "unchanged", "failed"]
    records: int = Field(description="of the load that counts now")
    since: Moment | None = Field(description="when that load landed; null: there is none")
    fetched: int
    landed: int
    rejected: int
    repeated: int
    lost: int = Field(description="records of the load before that this one does not have")
    lost_names: tuple[str, ...] = Field(description="the first of their names")
    new_columns: tuple[str, ...]
    gone_columns: tuple[str, ...] = Field(description="mapped columns that the list has no more")
    seconds: float
    sentence: str | None = Field(description="why it could not be read")
