"""`trigpoint add`, and a declared list in the reports of `run`, `build` and `plan`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from orchestrate.contracts.base import Contract, Document, Moment


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


class ListColumn(Contract):
    """What became of a column of the list."""

    column: str = Field(description="its name; `names/primary` is a value inside an object")
    field: str | None = Field(description="the field of a record that it fills; null where it fills none")
    confidence: float = Field(description="of the mapping, from 0 to 1")
    status: Literal["mapped", "unsure", "left"] = Field(
        description="left: surely no field of a record. A column without a field stays in the payload."
    )
    reason: str | None = Field(description="why it is unsure or left; null where it is mapped")


class MappedRow(Contract):
    """A row of the list as it will be read."""

    row: int = Field(description="its number in the file, as a spreadsheet counts")
    fields: dict[str, tuple[str, ...]] = Field(description="field: its texts, before they are read")


class AddReport(Document):
    """What `trigpoint add` prints."""

    schema_: Literal["trigpoint.add/1"] = Field("trigpoint.add/1", alias="schema")
    source: str
    path: str = Field(description="the file of the declaration")
    written: bool = Field(description="false without --yes or a confirmation")
    location: str
    format: str
    files: tuple[str, ...]
    rows: int = Field(description="rows that can be read")
    faulty_rows: int = Field(description="rows that become rejects")
    faults: tuple[str, ...] = Field(description="the first of their faults")
    id: tuple[str, ...] | Literal["made"]
    columns: tuple[ListColumn, ...]
    notes: tuple[str, ...] = Field(description="what is unsure about the list as a whole")
    mapped_rows: tuple[MappedRow, ...] = Field(description="the first ten")
    declaration: dict[str, Any] = Field(description="the content of the file")
