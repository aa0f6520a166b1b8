"""The proposal of a mapping: which column of a list is which field of a record, from its header and its values.

Nothing is guessed in silence. Each column is mapped, or is unsure with a reason, or is left because of what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

SURE = 0.75  # confidence from which a mapping is not unsure
Status = Literal["mapped", "unsure", "left"]


@dataclass(frozen=True)
class Column:
    """A column of the list, or a value inside its objects (`names/primary`), with the values of the sample."""

    name: str
    values: tuple[str, ...]  # those that are filled
    filled: float  # share of the rows
    is_inner: bool = False
    is_list: bool = False  # each row has a list of texts
    cells: tuple[str | None, ...] = ()  # by row; empty for an inner value

    @property
    def sql(self) -> str:
        """Its name in an expression, where only columns of the file have one."""
        return '"' + self.name.replace('"', '""') + '"'


@dataclass(frozen=True)
class ColumnReport:
    """What became of one column. `field` is set where it is mapped, also when that is unsure."""

    column: str
    field: str | None
    confidence: float
    status: Status
    reason: str | None


@dataclass(frozen=True)
class Proposal:
    """The keys of the contract that the list itself can tell, and what was thought of every column."""

    columns: dict[str, Any]
    options: dict[str, Any]
    id: list[str] | str
    reports: tuple[ColumnReport, ...]
    notes: tuple[str, ...]  # what is unsure about the list as a whole
